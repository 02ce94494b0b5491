// `inbox`, `deliveries`: what has come in for an account, and what has gone out.
import { Command } from 'commander';
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

export function listCommands(parts: CommandParts): Command[] {
  return [inbox, deliveries].map((make) => make(parts));
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
