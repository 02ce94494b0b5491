// The social database: actors, activities, followers and following, notes and messages, posts, deliveries.
import { checkFollowerInboxes, checkQueue } from '#databases/social/check-social';
import type { RecordReader } from '#databases/social/record-access';
import { SocialReader } from '#databases/social/social-reader';
import { SocialWriter } from '#databases/social/social-writer';
import { checkRecords } from '#databases/social/store/check-records';
import { socialDeclarations, storedTypes } from '#databases/social/store/record-tables';
import { StoreRecordReader } from '#databases/social/store/store-record-reader';
import { StoreRecordWriter } from '#databases/social/store/store-record-writer';
import type { Change } from '#store/change-log';
import type { Position, Snapshot, Store, TransactOptions } from '#store/contract';
import { countRows } from '#store/count-rows';
import { Database, type Written } from '#store/database';
import {
  acquireLease,
  assertHeld,
  type Lease,
  leaseDeclarations,
  releaseLease,
  renewLease,
} from '#store/lease';
import type { Awaitable } from '#support/awaitable';
import type { Difference } from '#support/difference';

export { type Lease, LeaseLostError } from '#store/lease';

export interface LeaseTimes {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  readonly durationMs: number;
}

export interface SocialDatabase {
  /** The tables of the store that hold it, by name, to name raw keys with. */
  readonly tables: object;
  read<T>(body: (reader: SocialReader) => Awaitable<T>): Promise<T>;
  write<T>(body: (writer: SocialWriter) => Awaitable<T>, options?: TransactOptions): Promise<Written<T>>;
  /** Writes only while the lease is held; throws `LeaseLostError` otherwise. */
  writeHolding<T>(lease: Lease, body: (writer: SocialWriter) => Awaitable<T>): Promise<Written<T>>;
  /** Takes a lease on a piece of work, or answers undefined while another has it. */
  acquireLease(request: LeaseTimes & { work: string; holder: string }): Promise<Lease | undefined>;
  renewLease(lease: Lease, times: LeaseTimes): Promise<Lease>;
  releaseLease(lease: Lease): Promise<void>;
  /** The position up to which everything can be read now. */
  position(): Promise<Position>;
  readChanges(after: Position): Promise<{ changes: Change[]; through: Position }>;
  readLogFloor(): Promise<Position>;
  trimLog(through: Position): Promise<void>;
  untilChanged(after: Position, signal: AbortSignal): Promise<void>;
  /**
   * Compares every derived record, row and count with the records that it comes from. Returns how many rows it read,
   * one that it read for several reasons being counted each time.
   */
  check(): AsyncGenerator<Difference, number>;
}

/** Opens the database in a store, which stays its caller's to dispose of. */
export async function openSocialDatabase(store: Store): Promise<SocialDatabase> {
  const database = await Database.open(store, 'social', { ...socialDeclarations, ...leaseDeclarations });
  const { tables } = database;
  const leases = { leases: tables.leases };
  const types = storedTypes(tables);
  const reader = (snapshot: Snapshot) => new SocialReader(new StoreRecordReader(snapshot, types));
  return {
    tables,
    read: (body) => database.read((snapshot) => body(reader(snapshot))),
    write: (body, options) =>
      database.write(
        ({ transaction, changed }) =>
          body(new SocialWriter(new StoreRecordWriter(transaction, types), changed)),
        options,
      ),
    writeHolding: (lease, body) =>
      database.write(async ({ transaction, changed }) => {
        await assertHeld(leases, transaction, lease);
        return body(new SocialWriter(new StoreRecordWriter(transaction, types), changed));
      }),
    acquireLease: (request) => acquireLease(leases, store, request),
    renewLease: (lease, times) => renewLease(leases, store, lease, times),
    releaseLease: (lease) => releaseLease(leases, store, lease),
    position: () => database.read((snapshot) => snapshot.position()),
    readChanges: (after) => database.readChanges(after),
    readLogFloor: () => database.readLogFloor(),
    trimLog: (through) => database.trimLog(through),
    untilChanged: (after, signal) => database.untilChanged(after, signal),
    async *check() {
      let rowsRead = 0;
      const readCounting = <T>(body: (snapshot: Snapshot) => Awaitable<T>) =>
        database.read((snapshot) => body(countRows(snapshot, (rows) => (rowsRead += rows))));
      yield* checkRecords(readCounting, [...types.values()]);
      const read = <T>(body: (records: RecordReader) => Awaitable<T>) =>
        readCounting((snapshot) => body(new StoreRecordReader(snapshot, types)));
      yield* checkFollowerInboxes(read);
      yield* checkQueue(read);
      return rowsRead;
    },
  };
}
