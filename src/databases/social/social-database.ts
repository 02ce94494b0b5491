// The social database: the fourteen databases of ActivityPub and what the server keeps beside them, on a back end.
import { checkFollowerInboxes, checkQueue } from '#databases/social/check-social';
import {
  acquireLease,
  assertHeld,
  type Lease,
  type LeaseTimes,
  releaseLease,
  renewLease,
} from '#databases/social/leases';
import type { EnginePromises, Mark, RecordEngine, WriteOptions } from '#databases/social/record-engine';
import { SocialReader } from '#databases/social/social-reader';
import { SocialWriter } from '#databases/social/social-writer';
import type { Awaitable } from '#support/awaitable';
import type { Difference } from '#support/difference';

export { type Lease, LeaseLostError } from '#databases/social/leases';

export interface SocialDatabase {
  /** Where the records are, for people. */
  readonly name: string;
  readonly promises: EnginePromises;
  read<T>(body: (reader: SocialReader) => Awaitable<T>): Promise<T>;
  write<T>(body: (writer: SocialWriter) => Awaitable<T>, options?: WriteOptions): Promise<T>;
  /** Writes only while the lease is held; throws `LeaseLostError` otherwise. */
  writeHolding<T>(
    lease: Lease,
    body: (writer: SocialWriter) => Awaitable<T>,
    options?: WriteOptions,
  ): Promise<T>;
  /** Takes a lease on a piece of work, or answers undefined while another has it. `fence` is a new one each time. */
  acquireLease(request: LeaseTimes & Omit<Lease, 'expiresMs'>): Promise<Lease | undefined>;
  renewLease(lease: Lease, times: LeaseTimes): Promise<Lease>;
  releaseLease(lease: Lease): Promise<void>;
  /** Everything that was committed before can be read. */
  mark(): Promise<Mark>;
  /** Resolves when work may have been queued behind the mark, or on `signal`. */
  untilQueued(after: Mark, signal: AbortSignal): Promise<void>;
  /**
   * Compares every derived record, row and count with the records that it comes from. Returns how many rows the back end
   * has read for its own.
   */
  check(): AsyncGenerator<Difference, number>;
}

/** The back end stays its caller's to dispose of. */
export function openSocialDatabase(engine: RecordEngine): SocialDatabase {
  return {
    name: engine.name,
    promises: engine.promises,
    read: (body) => engine.read((records) => body(new SocialReader(records))),
    write: (body, options) => engine.write((writing) => body(new SocialWriter(writing)), options),
    writeHolding: (lease, body, options) =>
      engine.write(async (writing) => {
        await assertHeld(writing.records, lease);
        return body(new SocialWriter(writing));
      }, options),
    acquireLease: (request) => acquireLease(engine, request),
    renewLease: (lease, times) => renewLease(engine, lease, times),
    releaseLease: (lease) => releaseLease(engine, lease),
    mark: () => engine.mark(),
    untilQueued: (after, signal) => engine.untilChanged(after, signal),
    async *check() {
      const rowsRead = yield* engine.check();
      const read = engine.read.bind(engine);
      yield* checkFollowerInboxes(read);
      yield* checkQueue(read);
      return rowsRead;
    },
  };
}
