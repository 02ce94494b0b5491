// `check`: rebuilds every derived index in memory from the primary rows, compares, and reports what differs.
import { Command, Option } from 'commander';
import type { AdministrationOutput } from '#app/administration';
import { type DatabaseName, databaseNames } from '#app/administration/databases';
import { administer } from '#app/cli/administer';
import { CheckFailed } from '#app/cli/check-failed';
import type { CommandParts } from '#app/cli/command-parts';
import { answer } from '#app/cli/output';
import {
  addOutputOptions,
  addServerOptions,
  type OutputOptions,
  type ServerOptions,
} from '#app/cli/server-options';

export function checkCommand(parts: CommandParts): Command {
  return addOutputOptions(addServerOptions(new Command('check')))
    .description('check that the indices agree with the data; exit code 1 if not')
    .addOption(new Option('--database <name>', 'only this database').choices(databaseNames))
    .addHelpText('after', '\nExample:\n  hearth check --data /var/lib/hearth')
    .action(async (options: ServerOptions & OutputOptions & { database?: DatabaseName }) => {
      await administer(parts, options, async (administration) => {
        const report: Partial<Record<DatabaseName, AdministrationOutput<'check'>>> = {};
        const lines: string[] = [];
        let differing = 0;
        for (const database of options.database ? [options.database] : databaseNames) {
          const checked = await administration.check({ database });
          report[database] = checked;
          differing += checked.differences.length;
          lines.push(`${database}: ${checked.rowsRead} rows read, ${checked.differences.length} differences`);
          for (const difference of checked.differences) lines.push(`  ${difference}`);
        }
        answer(parts, options, report, lines.join('\n'));
        if (differing > 0) throw new CheckFailed(`The check found ${differing} differences.`);
      });
    });
}
