// Where a command gets a password from: an option, standard input, or the person at the terminal.
import { type Command, Option } from 'commander';
import type { CommandParts } from '#app/cli/command-parts';
import { UsageError } from '#app/cli/usage-error';

export interface PasswordOptions {
  readonly password?: string;
  readonly passwordStdin?: true;
}

export function addPasswordOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--password <password>', 'the password; others may see it in the list of processes'),
    )
    .addOption(
      new Option(
        '--password-stdin',
        'read the password from standard input, up to the first line end',
      ).conflicts('password'),
    );
}

/** @throws UsageError when there is no password, or the two that were typed differ */
export async function readPassword(parts: CommandParts, options: PasswordOptions): Promise<string> {
  if (options.password !== undefined) return refuseEmpty(options.password);
  if (options.passwordStdin) {
    const input = Buffer.from(await parts.readInput()).toString('utf8');
    return refuseEmpty(input.split(/\r?\n/, 1)[0] ?? '');
  }
  const password = await parts.askPassword('Password');
  if (password === undefined) {
    throw new UsageError(
      'There is no terminal to ask for a password on: give --password-stdin or --password.',
    );
  }
  refuseEmpty(password);
  if ((await parts.askPassword('The same password again')) !== password) {
    throw new UsageError('The two passwords differ.');
  }
  return password;
}

function refuseEmpty(password: string): string {
  if (password === '') throw new UsageError('The password is empty.');
  return password;
}
