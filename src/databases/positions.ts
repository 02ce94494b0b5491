// Positions for the floors above, which never see the store: how a place in a database's order is compared, and how it
// is written into the tokens that clients hold (Client-Server API, "Syncing" and "Pagination": opaque strings).
import type { Position } from '#store/contract';
import { positionBytes, positionToBytes, readPosition } from '#store/versionstamp';

export type { Position } from '#store/contract';
export { firstPosition, lastPosition } from '#store/versionstamp';

/** The last place before `position`: "everything up to it" is everything before `position`. */
export function positionBefore(position: Position): Position {
  const bytes = positionToBytes(position);
  for (let index = bytes.length - 1; index >= 0; index--) {
    const byte = bytes[index] as number;
    bytes[index] = byte === 0 ? 0xff : byte - 1;
    if (byte !== 0) return readPosition(bytes);
  }
  throw new RangeError('nothing lies before the first position');
}

export function laterOf(a: Position, b: Position): Position {
  return a > b ? a : b;
}

/** At most 16 characters that need no escaping in a URL: the bytes in Base64 (URL-safe), without leading zero bytes. */
export function positionToText(position: Position): string {
  const bytes = positionToBytes(position);
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? '' : bytes.toString('base64url', start);
}

/** Reads what `positionToText` wrote of any position but the first: undefined for every other text. */
export function positionFromText(text: string): Position | undefined {
  if (text === '' || text.length > 16) return undefined;
  const given = Buffer.from(text, 'base64url');
  const bytes = Buffer.alloc(positionBytes);
  given.copy(bytes, positionBytes - given.length);
  const position = readPosition(bytes);
  return positionToText(position) === text ? position : undefined;
}
