// The command line as one function: arguments in, exit code out (0 done, 1 failed, 2 called wrongly). What went wrong
// is one sentence on standard error.
import { Command, CommanderError } from 'commander';
import type { CommandParts } from '#app/cli/command-parts';
import { UsageError } from '#app/cli/usage-error';
import { ConfigError } from '#app/config/config-error';
import { software } from '#app/software';

/** Commands by the first word that calls them. Only those that may be meant are loaded: a program is as fast as it starts. */
const commandGroups: readonly CommandGroup[] = [
  {
    names: ['serve'],
    load: async (parts) => [(await import('#app/cli/serve')).serveCommand(parts)],
  },
  {
    names: ['account'],
    load: async (parts) => [(await import('#app/cli/account')).accountCommand(parts)],
  },
  {
    names: ['token'],
    load: async (parts) => [(await import('#app/cli/token')).tokenCommand(parts)],
  },
  {
    names: ['config'],
    load: async (parts) => [(await import('#app/cli/config')).configCommand(parts)],
  },
  {
    names: ['keys'],
    load: async (parts) => [(await import('#app/cli/keys')).keysCommand(parts)],
  },
  {
    names: ['check'],
    load: async (parts) => [(await import('#app/cli/check')).checkCommand(parts)],
  },
  {
    names: ['matrix'],
    load: async (parts) => [(await import('#app/cli/matrix')).matrixCommand(parts)],
  },
  {
    names: ['follow', 'unfollow', 'post', 'inbox', 'followers', 'deliveries'],
    load: async (parts) => (await import('#app/cli/social')).socialCommands(parts),
  },
];

interface CommandGroup {
  readonly names: readonly string[];
  load(parts: CommandParts): Promise<readonly Command[]>;
}

/** @param argv what stands behind the program's name */
export async function runCommand(argv: readonly string[], parts: CommandParts): Promise<number> {
  const program = new Command('hearth')
    .version(software.version)
    .description('One home server for two networks: Matrix rooms and the fediverse, with one account.')
    .addHelpText('after', '\nExample:\n  hearth serve\n  hearth account add alice');
  const meant = commandGroups.find(({ names }) => names.includes(argv[0] ?? ''));
  for (const { load } of meant ? [meant] : commandGroups) {
    for (const command of await load(parts)) program.addCommand(command);
  }
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => parts.print(text.trimEnd()),
      writeErr: (text) => parts.complain(text.trimEnd()),
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has written its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    parts.complain(`error: ${error instanceof Error ? error.message : String(error)}`);
    if (parts.environment.HEARTH_LOG_LEVEL === 'debug' && error instanceof Error)
      parts.complain(error.stack ?? '');
    return error instanceof UsageError || (error instanceof ConfigError && error.usage) ? 2 : 1;
  }
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
