// Places for back ends without a commit order of their own: 64-bit ids that sort by time. From the top: a bit that is 0, 42
// bits of milliseconds since the Unix epoch (until the year 2109), 13 random bits that are drawn for each millisecond, and
// 8 bits that count within it. As text a place is the 16 hexadecimal digits of its id.
import type { Place } from '#databases/social/record-access';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';
import type { Random } from '#support/random';

const nodeBits = 13n;
const sequenceBits = 8n;
const sequenceMax = (1n << sequenceBits) - 1n;
const idMax = (1n << 63n) - 1n;

/**
 * Answers with ids each of which is greater than the one before, also when the clock steps back or more are drawn in a
 * millisecond than it has: those are of the milliseconds that follow. Two processes draw the same id once in 8,192 times
 * that they draw in the same millisecond, so that whoever stores one must not rely on it alone.
 */
export function openTimeSortedIds(clock: Pick<Clock, 'now'>, random: Random): () => bigint {
  let milliseconds = -1;
  let node = 0n;
  let sequence = 0n;
  return () => {
    const now = Math.floor(clock.now());
    if (now > milliseconds || sequence === sequenceMax) {
      milliseconds = Math.max(now, milliseconds + 1);
      node = BigInt(random.bytes(2).readUInt16BE(0)) & ((1n << nodeBits) - 1n);
      sequence = 0n;
    } else {
      sequence++;
    }
    return (((BigInt(milliseconds) << nodeBits) | node) << sequenceBits) | sequence;
  };
}

export function placeOfId(id: bigint): Place {
  return id.toString(16).padStart(16, '0') as Place;
}

/**
 * The id of a place, which may have come in from outside. A position of our store (24 digits) stands for its first 16, and
 * what is beyond all ids for the last one. Throws `ProtocolError` invalidParam for what is no place.
 */
export function idOfPlace(place: string): bigint {
  if (!/^(?:[0-9a-f]{16}|[0-9a-f]{24})$/.test(place)) {
    throw new ProtocolError('invalidParam', 'A place has 16 or 24 hexadecimal digits.');
  }
  const id = BigInt(`0x${place.slice(0, 16)}`);
  return id > idMax ? idMax : id;
}
