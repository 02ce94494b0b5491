// Cursors of ranges by time and of whole types: where a page ended, in a form that is good for its own type and kind only.
import type { SqlType } from '#databases/social/engines/sql/sql-tables';
import { idOfPlace } from '#databases/social/engines/time-sorted-ids';
import type { Cursor, Place } from '#databases/social/record-access';
import { ProtocolError } from '#support/errors';

/** The last record of a page: when it came to be, where that is what the page is ordered by, and its place. */
export interface PageEnd {
  readonly created?: number;
  readonly place: Place;
}

export function encodeCursor({ type }: SqlType, { created, place }: PageEnd): Cursor {
  const end = created === undefined ? [type.name, place] : [type.name, place, created];
  return Buffer.from(JSON.stringify(end)).toString('base64url') as Cursor;
}

/** Throws `ProtocolError` invalidParam for a cursor that no page of this type and kind has ended with. */
export function decodeCursor({ type }: SqlType, kind: 'created' | 'scan', cursor: Cursor): PageEnd {
  const [name, place, created, ...more] = parse(cursor);
  const isKind = kind === 'created' ? Number.isSafeInteger(created) : created === undefined;
  if (name !== type.name || typeof place !== 'string' || !isKind || more.length > 0) throw foreign();
  idOfPlace(place);
  return { place: place as Place, ...(kind === 'created' ? { created: created as number } : {}) };
}

function parse(cursor: Cursor): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Said below: a cursor is opaque, so that what is wrong with it helps nobody.
  }
  throw foreign();
}

function foreign(): ProtocolError {
  return new ProtocolError('invalidParam', 'This cursor was not given out for this listing.');
}
