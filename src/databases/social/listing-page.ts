// How listings are asked for and answered: a page, and where the next one begins.
import type { ListBounds, Place, Placed } from '#databases/social/record-access';

export interface PageRequest {
  readonly limit: number;
  /** Where the page before this one ended. */
  readonly cursor?: Place | undefined;
  /** Newest first unless this is set. */
  readonly oldestFirst?: boolean;
}

export interface RecordPage<R> {
  readonly items: readonly R[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: Place;
}

/** Asks for one more than the page holds, which tells whether there is another. */
export function boundsOf({ limit, cursor, oldestFirst = false }: PageRequest): ListBounds {
  const behind = cursor === undefined ? {} : oldestFirst ? { after: cursor } : { before: cursor };
  return { limit: limit + 1, reverse: !oldestFirst, ...behind };
}

export function pageOf<R>(found: readonly Placed<R>[], { limit }: PageRequest): RecordPage<R> {
  const items = found.slice(0, limit).map(({ record }) => record);
  const last = found[limit - 1];
  return found.length > limit && last ? { items, next: last.place } : { items };
}

/** A place that comes back as text, from a cursor that was given out; undefined where it is none. */
export function readPlace(text: string): Place | undefined {
  return /^(?:[0-9a-f]{16}|[0-9a-f]{24})$/.test(text) ? (text as Place) : undefined;
}
