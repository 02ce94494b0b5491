// `serve`: runs the server until it is told to stop.
import { Command, Option } from 'commander';
import { serverFlags } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import type { ServerOptions } from '#app/cli/server-options';
import { addServerOptions } from '#app/cli/server-options';
import { loadConfig } from '#app/config/config';
import type { SettingName } from '#app/config/settings';

interface ServeOptions extends ServerOptions {
  readonly listen?: string;
  readonly serverName?: string;
  readonly publicUrl?: string;
  readonly registration?: string;
  readonly rateLimits?: string;
  readonly allowPrivateNetwork?: true;
}

export function serveCommand(parts: CommandParts): Command {
  return addServerOptions(new Command('serve'))
    .description('run the server')
    .option('--listen <host:port>', 'where to listen (default: 127.0.0.1:8008)')
    .option(
      '--server-name <name>',
      'the name behind the colon in @alice:example.org; it can never be changed',
    )
    .option('--public-url <url>', 'where the world reaches this server (default: https and the server name)')
    .addOption(
      new Option('--registration <who>', 'who may make an account').choices(['open', 'token', 'closed']),
    )
    .addOption(new Option('--rate-limits <switch>', 'hold clients to the rate limits').choices(['on', 'off']))
    .option('--allow-private-network', 'let federation use http, loopback and private addresses')
    .addHelpText(
      'after',
      '\nExample:\n  hearth serve --server-name example.org --data /var/lib/hearth --listen 127.0.0.1:8008',
    )
    .action(async (options: ServeOptions) => {
      const flags: Partial<Record<SettingName, string>> = { ...serverFlags(options) };
      const take = (name: SettingName, value: string | undefined) => {
        if (value !== undefined) flags[name] = value;
      };
      take('listen', options.listen);
      take('server_name', options.serverName);
      take('public_url', options.publicUrl);
      take('registration', options.registration);
      take('rate_limits', options.rateLimits);
      take('allow_private_network', options.allowPrivateNetwork ? 'on' : undefined);
      const config = loadConfig({ flags, environment: parts.environment, file: options.config });
      await parts.serve(config, commandOptionsFor(options));
    });
}

/** The options with which other commands find the server that was started with these. */
function commandOptionsFor({ data, config }: ServerOptions): string {
  return [
    data === undefined ? '' : ` --data ${quote(data)}`,
    config === undefined ? '' : ` --config ${quote(config)}`,
  ].join('');
}

function quote(text: string): string {
  return /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
