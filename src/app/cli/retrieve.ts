// `retrieve actor|note|activity|delivery`: one thing, wherever it lies, with everything that is known of it.
import { Command } from 'commander';
import type { AdministrationOutput } from '#app/administration';
import { administer } from '#app/cli/administer';
import type { CommandParts } from '#app/cli/command-parts';
import { deliveryRow } from '#app/cli/delivery-row';
import { answer, columns, formatTime, nextHint, table } from '#app/cli/output';
import {
  addOptionalAccount,
  addOutputOptions,
  addPageOptions,
  addServerOptions,
  type OutputOptions,
  type PageOptions,
  type ServerOptions,
} from '#app/cli/server-options';

type Options = ServerOptions & OutputOptions & { readonly account?: string };

const asker = 'the account that asks, for what not everybody gets to see';

export function retrieveCommand(parts: CommandParts): Command {
  const command = new Command('retrieve').description(
    'one actor, post, activity or delivery, with all that is known of it',
  );
  for (const make of [actor, note, activity, delivery]) command.addCommand(make(parts));
  return command;
}

function actor(parts: CommandParts): Command {
  return addOptionalAccount(new Command('actor'), asker)
    .description('show an actor as it presents itself now')
    .argument('<actor>', 'name@host, or the address of an actor')
    .addHelpText('after', '\nExample:\n  hearth retrieve actor bob@example.com')
    .action(async (target: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        const found = await administration.retrieveActor({ target, account: options.account });
        const { htmlToText } = await import('#protocol/activitypub/sanitise-html');
        answer(parts, options, found, actorText(found, htmlToText(found.summaryHtml)));
      });
    });
}

function note(parts: CommandParts): Command {
  return addOptionalAccount(new Command('note'), asker)
    .description('show a post of this server, one that has come in, or one elsewhere')
    .argument('<post>', 'the URI of a post, or the page on which people read it')
    .addHelpText(
      'after',
      '\nExample:\n  hearth retrieve note https://social.example/users/bob/posts/1 --account alice',
    )
    .action(async (uri: string, options: Options) => {
      await administer(parts, options, async (administration) => {
        const found = await administration.retrieveNote({ note: uri, account: options.account });
        answer(parts, options, found, `${noteTable(found)}\n\n${found.text}`);
      });
    });
}

function activity(parts: CommandParts): Command {
  return addOutputOptions(addServerOptions(new Command('activity')))
    .description('show an activity as it was made here, or as it came in')
    .argument('<activity>', 'the URI of an activity, as "activities" and "reports" show it')
    .addHelpText(
      'after',
      '\nExample:\n  hearth retrieve activity https://example.org/users/alice/activities/1',
    )
    .action(async (uri: string, options: ServerOptions & OutputOptions) => {
      await administer(parts, options, async (administration) => {
        const found = await administration.retrieveActivity({ activity: uri });
        const lines = table([
          ['activity', found.uri],
          ['type', found.type],
          ['actor', found.actor],
          ['object', found.object],
          ['account', found.account],
          ['stored', formatTime(found.storedAt)],
        ]);
        answer(parts, options, found, `${lines}\n\n${JSON.stringify(found.document, null, 2)}`);
      });
    });
}

function delivery(parts: CommandParts): Command {
  return addPageOptions(addOutputOptions(addServerOptions(new Command('delivery'))), 100)
    .description('show where an activity went, or what came of each attempt at one inbox')
    .argument('<activity>', 'the URI of an activity of this server')
    .argument('[inbox]', 'the inbox; all of them without it')
    .addHelpText(
      'after',
      '\nExample:\n  hearth retrieve delivery https://example.org/users/alice/activities/1\n' +
        '  hearth retrieve delivery https://example.org/users/alice/activities/1 https://social.example/inbox',
    )
    .action(
      async (
        activity: string,
        inbox: string | undefined,
        options: ServerOptions & OutputOptions & PageOptions,
      ) => {
        await administer(parts, options, async (administration) => {
          if (inbox === undefined) {
            const { limit, after } = options;
            const page = await administration.deliveriesOf({ activity, limit, after });
            const text = columns(page.deliveries.map(deliveryRow)) || 'It was delivered nowhere.';
            answer(parts, options, page, text + nextHint(page.next));
          } else {
            const found = await administration.retrieveDelivery({ activity, inbox });
            answer(parts, options, found, deliveryText(found));
          }
        });
      },
    );
}

function actorText(found: AdministrationOutput<'retrieveActor'>, summary: string): string {
  return table([
    ['address', found.address],
    ['name', found.name],
    ['type', found.type],
    ['actor', found.uri],
    ['page', found.url],
    ['summary', summary],
    ['icon', found.icon],
    ['inbox', found.inbox],
    ['shared inbox', found.sharedInbox],
    ['outbox', found.outbox],
    ['followers', found.followers],
    ['following', found.following],
    ['approves followers', found.manuallyApprovesFollowers ? 'yes' : 'no'],
    ['moved to', found.movedTo],
    ['also known as', found.alsoKnownAs.join('\n')],
    ['keys', found.keys.join('\n')],
  ]);
}

const origins = { ours: 'posted here', stored: 'came in', fetched: 'fetched now' };

function noteTable(found: AdministrationOutput<'retrieveNote'>): string {
  return table([
    ['post', found.uri],
    ['page', found.url],
    ['type', found.type],
    ['author', found.author],
    ['visibility', found.visibility],
    ['from', origins[found.from]],
    ['published', found.publishedAt === undefined ? '' : formatTime(found.publishedAt)],
    ['edited', found.updatedAt === undefined ? '' : formatTime(found.updatedAt)],
    ['in reply to', found.inReplyTo],
    ['title', found.title],
    ['warning', found.contentWarning],
    ['language', found.language],
    ['mentions', found.mentions.join('\n')],
    ['hashtags', found.hashtags.map((name) => `#${name}`).join(' ')],
    ['attachments', found.attachments.map(({ url, name = '' }) => `${url} ${name}`.trim()).join('\n')],
  ]);
}

function deliveryText(found: AdministrationOutput<'retrieveDelivery'>): string {
  return table([
    ['activity', found.activity],
    ['inbox', found.inbox],
    ['account', found.account],
    ['state', found.state],
    ['queued', formatTime(found.createdAt)],
    ['next attempt', found.dueAt === undefined ? '' : formatTime(found.dueAt)],
    ['attempts', `${found.attempts}`],
    [
      'answers',
      found.history
        .map(({ at, status, error }) => `${formatTime(at)}  ${error ?? status ?? 'no answer'}`)
        .join('\n'),
    ],
  ]);
}
