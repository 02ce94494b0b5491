// `keys dump`: the raw keys of the store as named paths, one a line.
import { Command, Option } from 'commander';
import { type DatabaseName, databaseNames } from '#app/administration/databases';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import {
  addOutputOptions,
  addServerOptions,
  type OutputOptions,
  type ServerOptions,
} from '#app/cli/server-options';

export function keysCommand(parts: CommandParts): Command {
  const command = new Command('keys').description('what lies in the store');
  addOutputOptions(addServerOptions(command.command('dump')))
    .description('print every key as a named path and the size of its value; with --json one object a line')
    .addOption(new Option('--database <name>', 'only this database').choices(databaseNames))
    .addHelpText('after', '\nExample:\n  hearth keys dump --database rooms')
    .action(async (options: ServerOptions & OutputOptions & { database?: DatabaseName }) => {
      await administer(parts, options, async (administration) => {
        for (const database of options.database ? [options.database] : databaseNames) {
          let after: string | undefined;
          do {
            const page = await administration.dumpKeys({ database, limit: 1_000, after });
            for (const { path, valueBytes } of page.keys) {
              parts.print(
                options.json
                  ? JSON.stringify({ database, path, valueBytes })
                  : `${database}/${path}  ${valueBytes} bytes`,
              );
            }
            after = page.next;
          } while (after !== undefined);
        }
      });
    });
  return command;
}
