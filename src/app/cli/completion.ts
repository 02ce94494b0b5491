// `completion bash|zsh|fish`: a script with which the shell completes our commands. It is written from the commands as they
// are declared, so it knows all of them.
import { Argument, Command } from 'commander';
import type { CommandParts } from '#app/cli/command-parts';
import { bashCompletion } from '#app/cli/completion/bash-completion';
import { commandTree } from '#app/cli/completion/command-tree';
import { fishCompletion } from '#app/cli/completion/fish-completion';
import { zshCompletion } from '#app/cli/completion/zsh-completion';

const writers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** @param loadProgram the program with all of its commands */
export function completionCommand(parts: CommandParts, loadProgram: () => Promise<Command>): Command {
  return new Command('completion')
    .description('print a script with which a shell completes these commands')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(writers)))
    .addHelpText(
      'after',
      '\nExample:\n  source <(hearth completion bash)\n  hearth completion fish > ~/.config/fish/completions/hearth.fish',
    )
    .action(async (shell: keyof typeof writers) => {
      parts.print(writers[shell](commandTree(await loadProgram())).trimEnd());
    });
}
