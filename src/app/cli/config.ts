// `config check|show`: what a server would run with, without running it.
import { Command } from 'commander';
import { sourcesOf } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, columns } from '#app/cli/output';
import {
  addOutputOptions,
  addServerOptions,
  type OutputOptions,
  type ServerOptions,
} from '#app/cli/server-options';
import { describeConfig } from '#app/config/describe-config';

export function configCommand(parts: CommandParts): Command {
  const command = new Command('config').description('the configuration of a server');

  addOutputOptions(addServerOptions(command.command('check')))
    .description('say whether the configuration is right; exit code 1 if not')
    .addHelpText('after', '\nExample:\n  hearth config check --config /etc/hearth.toml')
    .action((options: ServerOptions & OutputOptions) => {
      describeConfig(sourcesOf(parts, options));
      answer(parts, options, { ok: true }, 'The configuration is right.');
    });

  addOutputOptions(addServerOptions(command.command('show')))
    .description('show every setting, its value and where that comes from')
    .addHelpText('after', '\nExample:\n  hearth config show --data /var/lib/hearth')
    .action((options: ServerOptions & OutputOptions) => {
      const described = describeConfig(sourcesOf(parts, options));
      const rows = described.map(({ name, value, source }) => [
        name,
        `= ${JSON.stringify(value)}`,
        `(${source})`,
      ]);
      answer(parts, options, { settings: described }, columns(rows));
    });

  return command;
}
