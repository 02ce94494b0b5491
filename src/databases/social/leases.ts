// Leases: one holder at a time for a piece of work, such as carrying out deliveries. Clocks only decide when another may
// take over; what keeps a holder that was overtaken from writing is the fence, checked in the transaction that writes.
import type { RecordReader } from '#databases/social/record-access';
import type { RecordEngine } from '#databases/social/record-engine';
import { leases } from '#databases/social/records/leases';

export interface Lease {
  readonly work: string;
  readonly holder: string;
  /** Drawn anew by every acquisition. */
  readonly fence: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresMs: number;
}

export interface LeaseTimes {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  readonly durationMs: number;
}

/** Another has taken the lease: the work must stop without writing. */
export class LeaseLostError extends Error {
  constructor(work: string) {
    super(`the lease on ${work} is held by another`);
    this.name = 'LeaseLostError';
  }
}

/**
 * Takes the lease, or answers undefined while another holder's has not run out. A holder of the same name takes over at
 * once. `fence` must be a new one each time.
 */
export async function acquireLease(
  engine: RecordEngine,
  request: LeaseTimes & Omit<Lease, 'expiresMs'>,
): Promise<Lease | undefined> {
  const { work, holder, fence, nowMs, durationMs } = request;
  const expiresMs = nowMs + durationMs;
  return engine.write(
    async ({ records }) => {
      const current = await records.get(leases, { work });
      if (current && current.holder !== holder && current.expiresAt > nowMs) return undefined;
      await records.put(leases, { work, holder, fence, expiresAt: expiresMs });
      return { work, holder, fence, expiresMs };
    },
    { idempotent: true },
  );
}

/** Prolongs the lease from `nowMs`. Throws `LeaseLostError` when another has it. */
export async function renewLease(engine: RecordEngine, lease: Lease, times: LeaseTimes): Promise<Lease> {
  const { work, holder, fence } = lease;
  const expiresMs = times.nowMs + times.durationMs;
  await engine.write(
    async ({ records }) => {
      await assertHeld(records, lease);
      await records.put(leases, { work, holder, fence, expiresAt: expiresMs });
    },
    { idempotent: true },
  );
  return { ...lease, expiresMs };
}

/** Gives the lease back; one that another has taken stays theirs. */
export async function releaseLease(engine: RecordEngine, { work, fence }: Lease): Promise<void> {
  await engine.write(
    async ({ records }) => {
      const current = await records.get(leases, { work });
      if (current?.fence === fence) await records.remove(leases, { work });
    },
    { idempotent: true },
  );
}

/** To be awaited in every transaction that writes for the lease's work: throws `LeaseLostError` unless it is still ours. */
export async function assertHeld(records: RecordReader, { work, fence }: Lease): Promise<void> {
  if ((await records.get(leases, { work }))?.fence !== fence) throw new LeaseLostError(work);
}
