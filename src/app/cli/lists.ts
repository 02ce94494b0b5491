// `activities`, `reports`, `posts`, `inbox`, `deliveries`: what an account, or everybody, has done and got; newest first.
import { Command } from 'commander';
import type { AdministrationOutput } from '#app/administration';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { deliveryRow } from '#app/cli/delivery-row';
import { answer, columns, formatTime, indented, nextHint } from '#app/cli/output';
import {
  type AccountOptions,
  addOptionalAccount,
  addOutputOptions,
  addPageOptions,
  addServerOptions,
  addSocialOptions,
  type OutputOptions,
  type PageOptions,
  type ServerOptions,
} from '#app/cli/server-options';
import { counted } from '#support/plural';

type Listed = AdministrationOutput<'activities'>['activities'][number];
type AccountPage = AccountOptions & PageOptions;

export function listCommands(parts: CommandParts): Command[] {
  return [activities, reports, posts, inbox, deliveries].map((make) => make(parts));
}

function activities(parts: CommandParts): Command {
  return addPageOptions(addOptionalAccount(new Command('activities'), 'only what this account has done'), 20)
    .description('show activities, of this server and of others, newest first')
    .option('--type <type>', 'only these, such as Create, Follow or Like')
    .addHelpText('after', '\nExample:\n  hearth activities --account alice --type Create')
    .action(
      async (options: ServerOptions & OutputOptions & PageOptions & { account?: string; type?: string }) => {
        await administer(parts, options, async (administration) => {
          const { account, type, limit, after } = options;
          const page = await administration.activities({ account, type, limit, after });
          const none = page.next === undefined ? 'There are no such activities.' : 'None so far.';
          const text = columns(page.activities.map(activityRow)) || none;
          answer(parts, options, page, text + nextHint(page.next));
        });
      },
    );
}

function reports(parts: CommandParts): Command {
  return addPageOptions(addOutputOptions(addServerOptions(new Command('reports'))), 20)
    .description('show what other servers have reported to this one, newest first')
    .addHelpText('after', '\nExample:\n  hearth reports')
    .action(async (options: ServerOptions & OutputOptions & PageOptions) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.reports({ limit: options.limit, after: options.after });
        const shown = page.reports.map(({ uri, actor, objects, content, storedAt }) =>
          [
            `${actor}  ${formatTime(storedAt)}`,
            uri,
            ...objects.map((object) => `  reports ${object}`),
            ...(content === undefined ? [] : [indented(content)]),
          ].join('\n'),
        );
        answer(parts, options, page, (shown.join('\n\n') || 'Nothing was reported.') + nextHint(page.next));
      });
    });
}

function posts(parts: CommandParts): Command {
  return addPageOptions(addSocialOptions(new Command('posts')), 20)
    .description('show what an account has posted, for whomever, newest first')
    .addHelpText('after', '\nExample:\n  hearth posts --account alice --limit 5')
    .action(async ({ account, limit, after, ...options }: AccountPage) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.posts({ account, limit, after });
        const shown = page.posts.map((post) =>
          [
            post.uri,
            [
              `  ${formatTime(post.publishedAt)}`,
              post.updatedAt === undefined ? '' : `edited ${formatTime(post.updatedAt)}`,
              post.visibility,
              counted(post.likes, 'like'),
              counted(post.boosts, 'boost'),
            ]
              .filter((part) => part !== '')
              .join('  '),
            ...(post.inReplyTo === undefined ? [] : [`  in reply to ${post.inReplyTo}`]),
            ...(post.contentWarning === undefined ? [] : [indented(`[${post.contentWarning}]`)]),
            indented(post.text),
          ].join('\n'),
        );
        answer(parts, options, page, (shown.join('\n\n') || 'Nothing was posted.') + nextHint(page.next));
      });
    });
}

function inbox(parts: CommandParts): Command {
  return addPageOptions(addSocialOptions(new Command('inbox')), 20)
    .description('show what has come in, newest first')
    .addHelpText('after', '\nExample:\n  hearth inbox --account alice --limit 5')
    .action(async ({ account, limit, after, ...options }: AccountPage) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.inbox({ account, limit, after });
        const notes = page.notes.map(({ note, author, boostedBy, publishedAt, contentWarning, text }) =>
          [
            `${author}  ${formatTime(publishedAt)}`,
            ...(boostedBy === undefined ? [] : [`boosted by ${boostedBy}`]),
            note,
            ...(contentWarning === undefined ? [] : [indented(`[${contentWarning}]`)]),
            indented(text),
          ].join('\n'),
        );
        answer(parts, options, page, (notes.join('\n\n') || 'Nothing has come in.') + nextHint(page.next));
      });
    });
}

function deliveries(parts: CommandParts): Command {
  return addPageOptions(addSocialOptions(new Command('deliveries')), 20)
    .description('show where activities were delivered to, newest first')
    .addHelpText('after', '\nExample:\n  hearth deliveries --account alice')
    .action(async ({ account, limit, after, ...options }: AccountPage) => {
      await administer(parts, options, async (administration) => {
        const page = await administration.deliveries({ account, limit, after });
        const text = columns(page.deliveries.map(deliveryRow)) || 'Nothing was delivered.';
        answer(parts, options, page, text + nextHint(page.next));
      });
    });
}

function activityRow({ storedAt, type, actor, object, uri }: Listed): string[] {
  return [formatTime(storedAt), type, actor, object, uri];
}
