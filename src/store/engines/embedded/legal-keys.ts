// Which keys a transaction may name: those below 0xFF. What lies above belongs to the engine itself, as it belongs to
// FoundationDB on a cluster ("system keys"; error 2004).

import type { KeyRange } from '#store/contract';
import { toByteString } from '#store/engines/embedded/byte-string';
import type { ByteStringRange } from '#store/engines/embedded/range-set';
import { StoreError, storeErrors } from '#store/errors';

const firstReservedByte = 0xff;

/** The key as a byte string. Throws 2004 for a reserved one. */
export function legalKey(bytes: Buffer): string {
  if (bytes[0] === firstReservedByte) throw outsideLegalRange();
  return toByteString(bytes);
}

/** The range as byte strings. Its end may be the very first reserved key. Throws 2004 past that. */
export function legalRange({ begin, end }: KeyRange): ByteStringRange {
  for (const bound of [begin, end]) {
    if (bound[0] === firstReservedByte && bound.length > 1) throw outsideLegalRange();
  }
  return { begin: toByteString(begin), end: toByteString(end) };
}

function outsideLegalRange(): StoreError {
  return new StoreError(storeErrors.keyOutsideLegalRange, 'Keys from 0xFF on are reserved');
}
