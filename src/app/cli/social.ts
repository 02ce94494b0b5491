// `follow`, `unfollow`, `post`, `inbox`, `followers`, `deliveries`: an account's part in the fediverse.
import { Command, Option } from 'commander';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, columns, formatTime, nextHint } from '#app/cli/output';
import {
  addPageOptions,
  addSocialOptions,
  type AccountOptions as Options,
  type PageOptions,
} from '#app/cli/server-options';

const base = (name: string) => addSocialOptions(new Command(name));

export function socialCommands(parts: CommandParts): Command[] {
  return [follow, unfollow, post, inbox, followers, deliveries].map((make) => make(parts));
}

function follow(parts: CommandParts): Command {
  return base('follow')
    .description('follow somebody')
    .argument('<target>', 'name@host, or the address of an actor')
    .addHelpText('after', '\nExample:\n  hearth follow bob@example.com --account alice')
    .action(async (target: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        const { actor, state } = await administration.follow({ account: options.account, target });
        const text =
          state === 'accepted' ? `${options.account} follows ${actor}.` : `${actor} has been asked.`;
        answer(parts, options, { actor, state }, text);
      });
    });
}

function unfollow(parts: CommandParts): Command {
  return base('unfollow')
    .description('follow somebody no longer')
    .argument('<target>', 'name@host, or the address of an actor')
    .addHelpText('after', '\nExample:\n  hearth unfollow bob@example.com --account alice')
    .action(async (target: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        const { actor } = await administration.unfollow({ account: options.account, target });
        answer(parts, options, { actor }, `${options.account} no longer follows ${actor}.`);
      });
    });
}

function post(parts: CommandParts): Command {
  return base('post')
    .description('publish a note')
    .argument('<text>', 'plain text')
    .addOption(
      new Option('--visibility <who>', 'who may read it')
        .choices(['public', 'unlisted', 'followers'])
        .default('public'),
    )
    .addHelpText('after', '\nExample:\n  hearth post "Hello, fediverse." --account alice')
    .action(async (text: string, options: Options & { visibility: 'public' | 'unlisted' | 'followers' }) => {
      await administer(parts, options, async (administration) => {
        const { account, visibility } = options;
        const { note } = await administration.post({ account, text, visibility });
        answer(parts, options, { note }, note);
      });
    });
}

function inbox(parts: CommandParts): Command {
  return addPageOptions(base('inbox'), 20)
    .description('show what has come in, newest first')
    .addHelpText('after', '\nExample:\n  hearth inbox --account alice --limit 5')
    .action(async ({ account, limit, after, ...options }: Options & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.inbox({ account, limit, after });
        const notes = page.notes.map(
          ({ note, author, publishedAt, text }) =>
            `${author}  ${formatTime(publishedAt)}\n${note}\n  ${text}`,
        );
        answer(parts, options, page, (notes.join('\n\n') || 'Nothing has come in.') + nextHint(page.next));
      });
    });
}

function followers(parts: CommandParts): Command {
  return addPageOptions(base('followers'), 100)
    .description('show who follows an account')
    .addHelpText('after', '\nExample:\n  hearth followers --account alice')
    .action(async ({ account, limit, after, ...options }: Options & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.followers({ account, limit, after });
        answer(
          parts,
          options,
          page,
          [`${page.total} followers`, ...page.followers].join('\n') + nextHint(page.next),
        );
      });
    });
}

function deliveries(parts: CommandParts): Command {
  return addPageOptions(base('deliveries'), 20)
    .description('show where activities were delivered to, newest first')
    .addHelpText('after', '\nExample:\n  hearth deliveries --account alice')
    .action(async ({ account, limit, after, ...options }: Options & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.deliveries({ account, limit, after });
        const rows = page.deliveries.map(
          ({ state, attempts, inbox: destination, activity, lastAnswer = '' }) => [
            state,
            `${attempts} attempts`,
            destination,
            activity,
            lastAnswer,
          ],
        );
        answer(parts, options, page, (columns(rows) || 'Nothing was delivered.') + nextHint(page.next));
      });
    });
}
