// The command line as one function: arguments in, exit code out (0 done, 1 failed, 2 called wrongly). What went wrong
// is one sentence on standard error.
import { type Command, CommanderError } from 'commander';
import { loadProgram } from '#app/cli/command-groups';
import type { CommandParts } from '#app/cli/command-parts';
import { UsageError } from '#app/cli/usage-error';
import { ConfigError } from '#app/config/config-error';

/** @param argv what stands behind the program's name */
export async function runCommand(argv: readonly string[], parts: CommandParts): Promise<number> {
  const program = await loadProgram(parts, argv[0]);
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
