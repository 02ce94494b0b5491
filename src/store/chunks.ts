// Values that are larger than the store takes in one row (limits.ts, `valueBytesMax`): pieces under consecutive keys,
// written, read and cleared as one. The size of a transaction remains the limit of the whole.
import type { Snapshot, Transaction } from '#store/contract';
import { keyAfter, prefixRange } from '#store/key-range';
import { packTuple, unpackTuple } from '#store/tuple';
import { valueBytesMax } from '#support/limits';

/** Stores `value` in the rows below `prefix`, which it has to itself; what lay there before goes. */
export function writeChunks(transaction: Transaction, prefix: Buffer, value: Buffer): void {
  clearChunks(transaction, prefix);
  addChunks(transaction, prefix, value);
}

/** The same where nothing lies below `prefix`: what is cleared has to be looked for when it is flushed. */
export function addChunks(transaction: Transaction, prefix: Buffer, value: Buffer): void {
  for (let index = 0, offset = 0; index === 0 || offset < value.length; index++) {
    const chunk = value.subarray(offset, offset + valueBytesMax);
    transaction.set(packTuple([index], prefix), chunk);
    offset += chunk.length;
  }
}

/** The whole value, or undefined where none was written. An empty one is a row, too. */
export async function readChunks(reader: Snapshot, prefix: Buffer): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let range = prefixRange(prefix);
  for (;;) {
    const page = await reader.getRange(range);
    for (const { key, value } of page.entries) {
      const [index] = unpackTuple(key, prefix.length);
      if (index !== chunks.length) {
        throw new Error(`chunk ${chunks.length} below ${prefix.toString('hex')} is missing`);
      }
      chunks.push(value);
    }
    const last = page.entries.at(-1);
    if (!page.more || !last) break;
    range = { begin: keyAfter(last.key), end: range.end };
  }
  if (chunks.length === 0) return undefined;
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

export function clearChunks(transaction: Transaction, prefix: Buffer): void {
  transaction.clearRange(prefixRange(prefix));
}
