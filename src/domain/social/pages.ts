// Cursors of listings: opaque texts that were given out with a page and come back with the request for the next one.
import { type PageRequest, type RecordPage, readPlace } from '#databases/social/listing-page';
import { ProtocolError } from '#support/errors';

export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
}

/** @throws ProtocolError invalidParam for a cursor that was never given out */
export function pageRequest(limit: number, cursor: string | undefined): PageRequest {
  if (cursor === undefined) return { limit };
  const place = readPlace(cursor);
  if (place === undefined) throw new ProtocolError('invalidParam', 'There is no page of this name.');
  return { limit, cursor: place };
}

/** The same page of other items. */
export function mapPage<R, T>(page: RecordPage<R>, items: readonly T[]): Page<T> {
  return page.next === undefined ? { items } : { items, next: page.next };
}
