// `block`, `unblock`, `blocks`: whom an account does not want to hear from, nor to be read by.
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

const targetHelp = 'name@host, the address of an actor, or a whole host';

export function blockCommands(parts: CommandParts): Command[] {
  return [block, unblock, blocks].map((make) => make(parts));
}

function block(parts: CommandParts): Command {
  return addSocialOptions(new Command('block'))
    .description('hear no more from somebody, or from a whole host, and end all following both ways')
    .argument('<target>', targetHelp)
    .addHelpText(
      'after',
      '\nExample:\n  hearth block mallory@example.com --account alice\n  hearth block spam.example --account alice',
    )
    .action(async (target: string, options: AccountOptions) => {
      const { account } = options;
      await administer(parts, options, async (administration) => {
        const blocked = await administration.block({ account, target });
        answer(parts, options, blocked, `${account} blocks ${inWords(blocked)}.`);
      });
    });
}

function unblock(parts: CommandParts): Command {
  return addSocialOptions(new Command('unblock'))
    .description('end a block; who followed whom before does not come back')
    .argument('<target>', targetHelp)
    .addHelpText('after', '\nExample:\n  hearth unblock spam.example --account alice')
    .action(async (target: string, options: AccountOptions) => {
      const { account } = options;
      await administer(parts, options, async (administration) => {
        const unblocked = await administration.unblock({ account, target });
        answer(parts, options, unblocked, `${account} no longer blocks ${inWords(unblocked)}.`);
      });
    });
}

function blocks(parts: CommandParts): Command {
  return addPageOptions(addSocialOptions(new Command('blocks')), 100)
    .description('show whom an account blocks, newest first')
    .addHelpText('after', '\nExample:\n  hearth blocks --account alice')
    .action(async ({ account, limit, after, ...options }: AccountOptions & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.blocks({ account, limit, after });
        const rows = page.blocks.map((blocked) => [
          inWords(blocked),
          `since ${formatTime(blocked.createdAt)}`,
        ]);
        answer(parts, options, page, (columns(rows) || `${account} blocks nobody.`) + nextHint(page.next));
      });
    });
}

function inWords({ target, isHost }: { readonly target: string; readonly isHost: boolean }): string {
  return isHost ? `everybody at ${target}` : target;
}
