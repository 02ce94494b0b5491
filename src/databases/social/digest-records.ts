// What tells whether two back ends hold the same: for each type how many records there are, and a digest of them all that
// does not depend on their order, since each back end has an order of its own.
import { hash } from 'node:crypto';
import { type AnyRecordType, copiedTypes, readWhole, type WholeRecord } from '#databases/social/copy-records';
import type { Cursor } from '#databases/social/record-access';
import type { RecordEngine } from '#databases/social/record-engine';

export interface TypeDigest {
  readonly type: string;
  readonly count: number;
  /** The sum of the SHA-256 digests of the records with their texts, modulo 2^256, in hexadecimal. */
  readonly digest: string;
}

/** @param onProgress is told how many records of a type have been read so far */
export async function* digestRecords(
  engine: RecordEngine,
  onProgress: (type: string, count: number) => void,
): AsyncGenerator<TypeDigest> {
  for (const type of copiedTypes) yield await digestType(engine, type, onProgress);
}

async function digestType(
  engine: RecordEngine,
  type: AnyRecordType,
  onProgress: (type: string, count: number) => void,
): Promise<TypeDigest> {
  let sum = 0n;
  let count = 0;
  for (let cursor: Cursor | undefined; ; ) {
    const page = await engine.read((records) => readWhole(records, type, cursor));
    for (const whole of page.items) sum = BigInt.asUintN(256, sum + digestOf(whole));
    count += page.items.length;
    onProgress(type.name, count);
    cursor = page.next;
    if (cursor === undefined) break;
  }
  return { type: type.name, count, digest: sum.toString(16).padStart(64, '0') };
}

/** Fields may come back in another order, and what is absent as undefined. */
function digestOf({ record, texts }: WholeRecord): bigint {
  return BigInt(`0x${hash('sha256', JSON.stringify([sorted(record), sorted(texts)]))}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, held]) => [name, sorted(held)]);
}
