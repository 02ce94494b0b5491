// Request records: how a store finds out whether a commit of unknown outcome (1021, 1039) took place. Each attempt
// writes a key that it alone knows; whoever must know looks for that key, and in the same transaction takes it away
// from an attempt that might still be under way.

import type { CommitStamp, Engine, EngineTransaction, Store } from '#store/contract';
import { keyAfter } from '#store/key-range';
import { readStamp, stampBytes } from '#store/versionstamp';
import type { Clock } from '#support/clock';
import type { Random } from '#support/random';

/**
 * No tuple begins with this byte, so no key under a directory's prefix does (they are tuple-encoded integers), and
 * the directory layer's own nodes lie under 0xFE.
 */
const requestsPrefix = 0xfd;
const bucketBytes = 4;
const idBytes = 16;
const bucketMs = 3_600_000;
/** Records are kept for far longer than a call goes on trying, and clocks of processes may differ. */
const keptBuckets = 24;

const outcome = { refused: 0, committed: 1 } as const;

function bucketKey(bucket: number): Buffer {
  const key = Buffer.alloc(1 + bucketBytes);
  key[0] = requestsPrefix;
  key.writeUInt32BE(bucket, 1);
  return key;
}

/** A key for one attempt: the hour (so that old ones are one range) and 16 random bytes. */
export function newRequestKey(clock: Clock, random: Random): Buffer {
  return Buffer.concat([bucketKey(Math.floor(clock.now() / bucketMs)), random.bytes(idBytes)]);
}

/**
 * Adds the record to an attempt, which then commits only if nobody has settled the request before. Its version has to
 * be an older one than that of whoever settles, however late the commit arrives, so it is taken here.
 */
export async function writeRequest(transaction: EngineTransaction, request: Buffer): Promise<void> {
  await transaction.position();
  const record = Buffer.alloc(stampBytes + 1);
  record[stampBytes] = outcome.committed;
  transaction.addReadConflict({ begin: request, end: keyAfter(request) });
  transaction.setStampedValue(request, record, 0);
}

/**
 * Settles a request once and for all: the stamp with which it was committed, or undefined when it was not, and then it
 * cannot be any more. Errors are the engine's, 1021 among them: call it again.
 */
export async function settleRequest(engine: Engine, request: Buffer): Promise<CommitStamp | undefined> {
  const transaction = engine.begin();
  let record: Buffer | undefined;
  try {
    record = await transaction.get(request);
    if (record) await transaction.durable();
  } catch (error) {
    transaction.cancel();
    throw error;
  }
  if (record) {
    transaction.cancel();
    return record[stampBytes] === outcome.committed ? readStamp(record) : undefined;
  }
  const refusal = Buffer.alloc(stampBytes + 1);
  refusal[stampBytes] = outcome.refused;
  transaction.set(request, refusal);
  await transaction.commit();
  return undefined;
}

/** Clears the records that nobody can be asking for any more (older than a day), in one range. */
export async function clearOldRequests(store: Store, clock: Clock): Promise<void> {
  const bucket = Math.max(0, Math.floor(clock.now() / bucketMs) - keptBuckets);
  await store.transact(
    (transaction) => transaction.clearRange({ begin: Buffer.of(requestsPrefix), end: bucketKey(bucket) }),
    { idempotent: true },
  );
}
