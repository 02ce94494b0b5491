// Leases: one holder at a time for a piece of work, such as moving a cursor. Clocks only decide when another may take
// over; what keeps a holder that was overtaken from writing is the fence, checked in the transaction that writes.
import { json, stamped } from '#store/codecs';
import type { Position, Snapshot, Store } from '#store/contract';
import { declareTable, type Table, text } from '#store/keyspace';
import { PendingPosition, positionOf } from '#store/versionstamp';

interface LeaseRecord {
  readonly holder: string;
  /** Milliseconds since the Unix epoch, by the clock of the holder. */
  readonly expiresMs: number;
}

/** For the declarations of a database whose work is leased. */
export const leaseDeclarations = {
  leases: declareTable(
    'Z',
    'Who holds a piece of work until when, with the fence',
    [text('work')],
    stamped(json<LeaseRecord>()),
  ),
};

type LeaseTable = Table<[string], { at: Position | PendingPosition; value: LeaseRecord }>;

export interface LeaseTables {
  readonly leases: LeaseTable;
}

export interface Lease {
  readonly work: string;
  readonly holder: string;
  /** The position of the acquisition: greater for every later holder. */
  readonly fence: Position;
  readonly expiresMs: number;
}

/** Another has taken the lease: the work must stop without writing. */
export class LeaseLostError extends Error {
  constructor(work: string) {
    super(`the lease on ${work} is held by another`);
    this.name = 'LeaseLostError';
  }
}

/**
 * Takes the lease, or answers undefined while another holder's has not run out at `nowMs`. A holder of the same name takes
 * over at once, with a new fence.
 */
export async function acquireLease(
  tables: LeaseTables,
  store: Store,
  request: { work: string; holder: string; nowMs: number; durationMs: number },
): Promise<Lease | undefined> {
  const { work, holder, nowMs, durationMs } = request;
  const expiresMs = nowMs + durationMs;
  const { value: order, stamp } = await store.transact(async (transaction) => {
    const current = await tables.leases.get(transaction, [work]);
    if (current && current.value.holder !== holder && current.value.expiresMs > nowMs) return undefined;
    const at = new PendingPosition(transaction.nextOrder());
    tables.leases.set(transaction, [work], { at, value: { holder, expiresMs } });
    return at.order;
  });
  if (order === undefined) return undefined;
  return { work, holder, fence: positionOf(stamp, order), expiresMs };
}

/** Prolongs the lease from `nowMs`; throws `LeaseLostError` when another has it. */
export async function renewLease(
  tables: LeaseTables,
  store: Store,
  lease: Lease,
  times: { nowMs: number; durationMs: number },
): Promise<Lease> {
  const { work, holder, fence } = lease;
  const expiresMs = times.nowMs + times.durationMs;
  await store.transact(
    async (transaction) => {
      await assertHeld(tables, transaction, lease);
      tables.leases.set(transaction, [work], { at: fence, value: { holder, expiresMs } });
    },
    { idempotent: true },
  );
  return { work, holder, fence, expiresMs };
}

/** Gives the lease back; one that another has taken stays theirs. */
export async function releaseLease(tables: LeaseTables, store: Store, lease: Lease): Promise<void> {
  await store.transact(
    async (transaction) => {
      const current = await tables.leases.get(transaction, [lease.work]);
      if (current?.at === lease.fence) tables.leases.clear(transaction, [lease.work]);
    },
    { idempotent: true },
  );
}

/**
 * To be awaited in every transaction that writes for the lease's work: throws `LeaseLostError` unless the fence is
 * still ours, and makes the transaction conflict with a takeover.
 */
export async function assertHeld(tables: LeaseTables, transaction: Snapshot, lease: Lease): Promise<void> {
  const current = await tables.leases.get(transaction, [lease.work]);
  if (current?.at !== lease.fence) throw new LeaseLostError(lease.work);
}
