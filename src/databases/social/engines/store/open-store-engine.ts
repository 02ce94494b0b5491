// The social records on our ordered store: everything that one write changes, the queue of deliveries included, is one of
// the store's transactions.
import { buildListings, builtDeclarations } from '#databases/social/engines/store/build-listings';
import { checkRecords } from '#databases/social/engines/store/check-records';
import { checkTexts } from '#databases/social/engines/store/check-texts';
import {
  type StoredType,
  socialDeclarations,
  storedTypes,
} from '#databases/social/engines/store/record-tables';
import { StoreRecordReader } from '#databases/social/engines/store/store-record-reader';
import { StoreRecordWriter } from '#databases/social/engines/store/store-record-writer';
import type { Mark, RecordEngine } from '#databases/social/record-engine';
import type { Position, Snapshot, Store } from '#store/contract';
import { countRows } from '#store/count-rows';
import { Database } from '#store/database';
import type { Awaitable } from '#support/awaitable';

export interface StoreRecordEngine extends RecordEngine {
  /** The tables of the store that hold the records, by name, to name raw keys with. */
  readonly tables: object;
  trimLog(through: Position): Promise<void>;
}

/** The one subject of the log: whoever waits for work looks at the queue itself. */
const queueSubject = 'q';

/** Whether there is an account in a store, of a server that may not have said where its records are. */
export async function hasAccounts(store: Store): Promise<boolean> {
  const { tables } = await Database.open(store, 'social', socialDeclarations);
  const { rows } = storedTypes(tables).get('accounts') as StoredType;
  const { entries } = await store.read((snapshot) => snapshot.getRange(rows.range(), { limit: 1 }));
  return entries.length > 0;
}

/** Opens the records in a store, which stays its caller's to dispose of; listings that an older version lacked are built. */
export async function openStoreEngine(store: Store): Promise<StoreRecordEngine> {
  const database = await Database.open(store, 'social', { ...socialDeclarations, ...builtDeclarations });
  const { tables } = database;
  const types = storedTypes(tables);
  await buildListings(store, tables, [...types.values()]);
  return {
    name: 'store:',
    promises: {
      commit: 'atomic',
      isolation: 'serializable',
      listings: 'current',
      places: 'commit',
      keeps: true,
    },
    tables,
    read: (body) => database.read((snapshot) => body(new StoreRecordReader(snapshot, types))),
    async write(body, options) {
      const { value } = await database.write(
        ({ transaction, changed }) =>
          body({
            records: new StoreRecordWriter(transaction, types),
            wake: () => changed.add(queueSubject),
          }),
        options,
      );
      return value;
    },
    mark: async () => (await database.read((snapshot) => snapshot.position())) as string as Mark,
    untilChanged: (after, signal) => database.untilChanged(after as string as Position, signal),
    trimLog: (through) => database.trimLog(through),
    async *check() {
      let rowsRead = 0;
      const read = <T>(body: (snapshot: Snapshot) => Awaitable<T>) =>
        database.read((snapshot) => body(countRows(snapshot, (rows) => (rowsRead += rows))));
      yield* checkRecords(read, [...types.values()]);
      yield* checkTexts(read, [...types.values()]);
      return rowsRead;
    },
    // The store is its owner's.
    [Symbol.asyncDispose]: async () => undefined,
  };
}
