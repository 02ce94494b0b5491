// `social copy|tables`: the back ends of the social records, for those who run a server.
import { Command } from 'commander';
import { sourcesOf } from '#app/cli/administer';
import { CheckFailed } from '#app/cli/check-failed';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, columns } from '#app/cli/output';
import {
  addOutputOptions,
  addServerOptions,
  type OutputOptions,
  type ServerOptions,
} from '#app/cli/server-options';
import { UsageError } from '#app/cli/usage-error';
import { type Config, dataDirectoryOf, loadConfig } from '#app/config/config';
import {
  isSocialRecordsUri,
  resolveSocialRecordsUri,
  socialRecordsForms,
} from '#app/config/social-records-uri';
import { readSources } from '#app/config/sources';
import { connectToServer } from '#app/control/control-client';

type Options = ServerOptions & OutputOptions;

export function socialRecordsCommand(parts: CommandParts): Command {
  return new Command('social')
    .description('where the social records are kept')
    .addCommand(copyCommand(parts))
    .addCommand(
      new Command('tables')
        .description('the tables of a back end')
        .addCommand(tablesCommand(parts, 'create'))
        .addCommand(tablesCommand(parts, 'check')),
    );
}

function copyCommand(parts: CommandParts): Command {
  return addOutputOptions(addServerOptions(new Command('copy')))
    .description('copy all social records into another back end and compare; the server must not run')
    .requiredOption('--from <uri>', 'the back end that has them')
    .requiredOption(
      '--to <uri>',
      'the back end that gets them; it must be empty, or hold a part of this copy',
    )
    .option('--switch', 'the server uses the copy from now on')
    .addHelpText('after', '\nExample:\n  hearth social copy --from store: --to sqlite:social.db --switch')
    .action(async (options: Options & { from: string; to: string; switch?: true }) => {
      for (const option of ['from', 'to'] as const) {
        if (!isSocialRecordsUri(options[option]))
          throw new UsageError(`--${option} must be ${socialRecordsForms}.`);
      }
      const config = await configAtRest(parts, { ...options, social: options.from });
      const [from, to] = [options.from, options.to].map((uri) =>
        resolveSocialRecordsUri(uri, config.dataDirectory),
      ) as [string, string];
      const { types, switched } = await parts.copySocialRecords(config, {
        from,
        to,
        isSwitch: options.switch === true,
      });
      const rows = types.map(({ type, count, digest }) => [type, String(count), digest.slice(0, 16)]);
      const last = switched ? '\nThe server uses the copy from now on.' : '';
      answer(parts, options, { types, switched }, `${columns(rows)}\nBoth sides are the same.${last}`);
    });
}

function tablesCommand(parts: CommandParts, verb: 'create' | 'check'): Command {
  const description =
    verb === 'create'
      ? 'make the tables and indices that are missing; nothing is ever dropped'
      : 'compare the tables and indices with those that the server needs; exit code 1 if they differ';
  return addOutputOptions(addServerOptions(new Command(verb)))
    .description(description)
    .addHelpText(
      'after',
      `\nExample:\n  hearth social tables ${verb} --social dynamodb://eu-central-1/hearth`,
    )
    .action(async (options: Options) => {
      const { socialRecords } = loadConfig(sourcesOf(parts, options), { mayBeElsewhere: true });
      const found = await parts.socialTables(socialRecords, verb);
      const nothing = verb === 'create' ? 'Everything is there already.' : 'The tables are as they must be.';
      answer(
        parts,
        options,
        { [verb === 'create' ? 'made' : 'differences']: found },
        found.join('\n') || nothing,
      );
      if (verb === 'check' && found.length > 0) {
        throw new CheckFailed('The tables differ: "hearth social tables create" makes what is missing.');
      }
    });
}

/** The configuration of a server that does not run: what is copied must stand still. `social` is the source. */
async function configAtRest(parts: CommandParts, options: Options): Promise<Config> {
  const sources = sourcesOf(parts, options);
  await using running = await connectToServer(dataDirectoryOf(readSources(sources)));
  if (running)
    throw new Error('The server is running: stop it first, since what is copied must stand still.');
  return loadConfig(sources, { mayBeElsewhere: true });
}
