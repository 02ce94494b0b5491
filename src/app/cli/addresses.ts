// `addresses`: the addresses of people in a text, as they would be mentioned in a post. No server is needed.
import { Command } from 'commander';
import type { CommandParts } from '#app/cli/command-parts';
import { readText } from '#app/cli/input';
import { answer } from '#app/cli/output';
import { addOutputOptions, type OutputOptions } from '#app/cli/server-options';
import { activityBytesMax } from '#support/limits';

export function addressesCommand(parts: CommandParts): Command {
  return addOutputOptions(new Command('addresses'))
    .description('find addresses such as @bob@example.com in a text, and print each once')
    .argument('[text...]', 'the text; without it, or for -, standard input')
    .addHelpText(
      'after',
      '\nExample:\n  hearth addresses "Ask @bob@example.com"\n  hearth addresses < letter.txt',
    )
    .action(async (words: readonly string[], options: OutputOptions) => {
      const given = words.length === 0 ? undefined : words.join(' ');
      const text = await readText(parts, given, activityBytesMax);
      const { listAddresses } = await import('#domain/social/list-addresses');
      const { formatAccountAddress } = await import('#protocol/activitypub/account-address');
      const addresses = listAddresses(text).map(formatAccountAddress);
      answer(parts, options, { addresses }, addresses.join('\n'));
    });
}
