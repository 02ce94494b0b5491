// How a command reaches the administration of the server that it means: through the control socket of a running one,
// or by opening the data itself when none runs. The same command works either way.
import type { Administration } from '#app/administration';
import type { CommandParts } from '#app/cli/command-parts';
import type { ServerOptions } from '#app/cli/server-options';
import { dataDirectoryOf, loadConfig } from '#app/config/config';
import { readSources, type SettingSources } from '#app/config/sources';
import { connectToServer } from '#app/control/control-client';

/** The settings that every command takes as options. */
export function serverFlags({ data, social }: ServerOptions): SettingSources['flags'] {
  return {
    ...(data === undefined ? {} : { data }),
    ...(social === undefined ? {} : { 'social.records': social }),
  };
}

export function sourcesOf(parts: CommandParts, options: ServerOptions): SettingSources {
  return { flags: serverFlags(options), environment: parts.environment, file: options.config };
}

/**
 * Runs `body` with the administration of the server that the options name.
 * @param beginning whether the command may be the first thing that ever happens in an empty data directory
 */
export async function administer(
  parts: CommandParts,
  options: ServerOptions,
  body: (administration: Administration) => Promise<void>,
  { beginning = false }: { readonly beginning?: boolean } = {},
): Promise<void> {
  const sources = sourcesOf(parts, options);
  await using opened =
    (await connectToServer(dataDirectoryOf(readSources(sources)))) ??
    (await parts.openAdministration(loadConfig(sources), beginning));
  await body(opened.administration);
}
