// Ranges of packed keys. Of DynamoDB's conditions BETWEEN is the one that serves all: it includes both ends, so that what
// lies at the end itself, which a range does not have, is dropped when it comes.
import { packPlace, packValue, prefixEnd } from '#databases/social/engines/dynamodb/key-bytes';
import type { PlainType } from '#databases/social/engines/storable-records';
import type { ListBounds } from '#databases/social/record-access';

export interface KeyRange {
  readonly begin: Buffer | undefined;
  /** Not included; undefined where the range has no end. */
  readonly end: Buffer | undefined;
}

/** All that begins with a prefix. */
export function prefixRange(prefix: Buffer): KeyRange {
  return prefix.length === 0
    ? { begin: undefined, end: undefined }
    : { begin: prefix, end: prefixEnd(prefix) };
}

/** What follows a prefix, within bounds of the next field, or of places where `next` is undefined. */
export function boundedRange(
  prefix: Buffer,
  { type, next }: { readonly type: PlainType; readonly next: string | undefined },
  bounds: ListBounds,
): KeyRange {
  const at = (value: string | number): Buffer =>
    Buffer.concat([prefix, next === undefined ? placeBytes(String(value)) : packValue(type, next, value)]);
  let { begin, end } = prefixRange(prefix);
  // Behind the last place of all nothing begins with more.
  if (bounds.after !== undefined) begin = prefixEnd(at(bounds.after)) ?? keyAfter(at(bounds.after));
  else if (bounds.from !== undefined) begin = at(bounds.from);
  if (bounds.before !== undefined) end = at(bounds.before);
  else if (bounds.through !== undefined) end = prefixEnd(at(bounds.through));
  return { begin, end };
}

/** A place of our store is longer: it stands for its first sixteen digits. */
function placeBytes(place: string): Buffer {
  return packPlace(place.slice(0, 16));
}

export function isEmpty({ begin, end }: KeyRange): boolean {
  return begin !== undefined && end !== undefined && Buffer.compare(begin, end) >= 0;
}

export function isWithin(key: Buffer, { begin, end }: KeyRange): boolean {
  if (begin && Buffer.compare(key, begin) < 0) return false;
  return !end || Buffer.compare(key, end) < 0;
}

/** What is left of a range behind one of its keys. */
export function rangeBehind({ begin, end }: KeyRange, key: Buffer, reverse: boolean): KeyRange {
  return reverse ? { begin, end: key } : { begin: keyAfter(key), end };
}

function keyAfter(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.of(0)]);
}
