// The end of an actor takes with it all that hangs on it, kind by kind and page by page: as much as one transaction should
// write at once, the rest by a task that goes on where it stopped.
import type { RecordPage } from '#databases/social/listing-page';
import { readPlace } from '#databases/social/listing-page';
import type { Place } from '#databases/social/record-access';
import type { TaskData } from '#domain/social/tasks/tasks';
import { spreadPageMax } from '#support/limits';

/** Records of one kind: their listing from the oldest on, and what becomes of each. */
export interface Ending<R> {
  list(page: { limit: number; cursor: Place | undefined; oldestFirst: true }): Promise<RecordPage<R>>;
  end(record: R): Promise<void>;
  /** How many plain records one of these is worth; one without it. */
  readonly weight?: number;
}

type AnyEnding = Ending<never>;

/** Where it goes on: the kind, and the place behind which. */
export interface Progress {
  readonly kind: string;
  readonly after?: string;
}

export function ending<R>(kind: Ending<R>): AnyEnding {
  return kind as unknown as AnyEnding;
}

/** Ends about `spreadPageMax` records; answers where to go on, or undefined where nothing is left. */
export async function endPage(
  kinds: { readonly [kind: string]: AnyEnding },
  { kind: first, after }: TaskData | Partial<Progress> = {},
): Promise<Progress | undefined> {
  const names = Object.keys(kinds);
  let left = spreadPageMax;
  let cursor = typeof after === 'string' ? readPlace(after) : undefined;
  for (const kind of first === undefined ? names : names.slice(Math.max(names.indexOf(`${first}`), 0))) {
    const { list, end, weight = 1 } = kinds[kind] as AnyEnding;
    if (left <= 0) return { kind };
    const page = await list({ limit: Math.ceil(left / weight), cursor, oldestFirst: true });
    for (const record of page.items) await end(record);
    if (page.next !== undefined) return { kind, after: page.next };
    left -= page.items.length * weight;
    cursor = undefined;
  }
  return undefined;
}
