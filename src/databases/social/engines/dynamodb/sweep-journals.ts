// Completes the writes of those that have gone: what they had decided is carried out, what they had not is undone.
import type { ItemLocks } from '#databases/social/engines/dynamodb/item-locks';
import type { JournalHead, Journals } from '#databases/social/engines/dynamodb/journals';
import type { Clock } from '#support/clock';
import { dynamodbJournalKeptMs } from '#support/limits';

export interface SweepParts {
  readonly journals: Journals;
  readonly locks: ItemLocks;
  readonly clock: Clock;
}

/**
 * One pass: a scan of the journals, of which there are as many as writes under way. Open ones have their time; decided ones
 * too, unless nobody can be about them (`isOpening`). A journal stays for a while, since its writer may not know yet what
 * has become of it.
 */
export async function sweepJournals(parts: SweepParts, isOpening: boolean): Promise<void> {
  for await (const head of parts.journals.all()) await sweep(parts, head, isOpening);
}

async function sweep(parts: SweepParts, head: JournalHead, isOpening: boolean): Promise<void> {
  const { journals, locks, clock } = parts;
  const isOver = clock.now() > head.untilMs;
  if (head.isDone) {
    if (clock.now() > head.untilMs + dynamodbJournalKeptMs) await journals.delete(head.id, head.furtherRows);
    return;
  }
  if (!isOver && (head.state === 'open' || !isOpening)) return;
  const state = head.state === 'open' ? await journals.abort(head.id) : head.state;
  if (state === undefined) return;
  // What was decided meanwhile also says which texts go.
  const current = state === head.state ? head : await journals.head(head.id);
  if (!current) return;
  await locks.complete(current);
  await journals.noteDone(current.id);
}
