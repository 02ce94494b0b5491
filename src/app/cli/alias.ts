// `alias add|remove|list` and `aliases`: other names of an account. Whoever asks for one is led to the account.
import { Command } from 'commander';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, columns, formatTime, nextHint } from '#app/cli/output';
import {
  type AccountOptions,
  addPageOptions,
  addSocialOptions,
  type PageOptions,
} from '#app/cli/server-options';

export function aliasCommands(parts: CommandParts): Command[] {
  const command = new Command('alias').description('other names of an account');

  addSocialOptions(command.command('add'))
    .description('add another name; whoever asks for it is led to the account')
    .argument('<name>', 'the other name')
    .addHelpText('after', '\nExample:\n  hearth alias add press --account alice')
    .action(async (alias: string, options: AccountOptions) => {
      const { account } = options;
      await administer(parts, options, async (administration) => {
        const { added } = await administration.addAlias({ account, alias });
        const text = added ? `${alias} now leads to ${account}.` : `${alias} leads to ${account} already.`;
        answer(parts, options, { account, alias, added }, text);
      });
    });

  addSocialOptions(command.command('remove'))
    .description('take another name away')
    .argument('<name>', 'the other name')
    .addHelpText('after', '\nExample:\n  hearth alias remove press --account alice')
    .action(async (alias: string, options: AccountOptions) => {
      const { account } = options;
      await administer(parts, options, async (administration) => {
        await administration.removeAlias({ account, alias });
        answer(parts, options, { account, alias }, `${alias} leads to ${account} no longer.`);
      });
    });

  command.addCommand(listCommand(parts, 'list', 'alias list'));
  return [command, listCommand(parts, 'aliases', 'aliases')];
}

function listCommand(parts: CommandParts, name: string, called: string): Command {
  return addPageOptions(addSocialOptions(new Command(name)), 100)
    .description('show the other names of an account, newest first')
    .addHelpText('after', `\nExample:\n  hearth ${called} --account alice`)
    .action(async ({ account, limit, after, ...options }: AccountOptions & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.listAliases({ account, limit, after });
        const rows = page.aliases.map((alias) => [alias.name, `since ${formatTime(alias.createdAt)}`]);
        const text = columns(rows) || `${account} has no other names.`;
        answer(parts, options, page, text + nextHint(page.next));
      });
    });
}
