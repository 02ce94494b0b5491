// `likes`, `boosts`: those that an account has given, those that its posts have got, or those of one post; newest first.
import { Command, Option } from 'commander';
import type { Administration } from '#app/administration';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { answer, columns, formatTime, nextHint } from '#app/cli/output';
import {
  addOptionalAccount,
  addPageOptions,
  type OutputOptions,
  type PageOptions,
  type ServerOptions,
} from '#app/cli/server-options';
import { UsageError } from '#app/cli/usage-error';

interface QueryOptions extends ServerOptions, OutputOptions, PageOptions {
  readonly account?: string;
  readonly given?: true;
  readonly received?: true;
  readonly post?: string;
}

interface Shown {
  readonly actor: string;
  readonly object: string;
  readonly content?: string | undefined;
  readonly createdAt: number;
}

export function reactionListCommands(parts: CommandParts): Command[] {
  return [
    listCommand(parts, 'likes', 'likes', async (administration, query) => {
      const page = await administration.likes(query);
      return { page, reactions: page.likes };
    }),
    listCommand(parts, 'boosts', 'boosts', async (administration, query) => {
      const page = await administration.boosts(query);
      return { page, reactions: page.boosts };
    }),
  ];
}

type Query = Parameters<Administration['likes']>[0];

function listCommand(
  parts: CommandParts,
  name: string,
  verb: string,
  list: (
    administration: Administration,
    query: Query,
  ) => Promise<{
    readonly page: { readonly next?: string | undefined };
    readonly reactions: readonly Shown[];
  }>,
): Command {
  return addPageOptions(addOptionalAccount(new Command(name), 'the account whose they are'), 100)
    .description(`show ${name}, newest first`)
    .addOption(new Option('--given', `${name} by the account (default)`).conflicts(['received', 'post']))
    .addOption(new Option('--received', `${name} of the account's posts`).conflicts('post'))
    .addOption(new Option('--post <uri>', `${name} of this post, whosever they are`).conflicts('account'))
    .addHelpText(
      'after',
      `\nExample:\n  hearth ${name} --account alice --received\n` +
        `  hearth ${name} --post https://social.example/users/bob/posts/1`,
    )
    .action(async (options: QueryOptions) => {
      const query = queryOf(options);
      await administer(parts, options, async (administration) => {
        const { page, reactions } = await list(administration, query);
        const rows = reactions.map(({ createdAt, actor, object, content }) => [
          formatTime(createdAt),
          `${actor} ${verb} ${object}`,
          content ?? '',
        ]);
        answer(parts, options, page, (columns(rows) || `There are no ${name}.`) + nextHint(page.next));
      });
    });
}

function queryOf({ account, received, post, limit, after }: QueryOptions): Query {
  if (post !== undefined) return { of: 'post', post, limit, after };
  if (account !== undefined) return { of: received ? 'received' : 'given', account, limit, after };
  throw new UsageError('Say whose: --account with --given or --received, or --post.');
}
