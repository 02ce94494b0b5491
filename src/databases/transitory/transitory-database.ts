// The transitory database: what is of use for a while only.
import { checkTransitory } from '#databases/transitory/check-transitory';
import { transitoryDeclarations } from '#databases/transitory/keys';
import {
  type TransitoryParts,
  TransitoryReader,
  type TransitoryTables,
} from '#databases/transitory/transitory-reader';
import { TransitoryWriter } from '#databases/transitory/transitory-writer';
import type { Change } from '#store/change-log';
import type { Position, Store, TransactOptions } from '#store/contract';
import { Database, type Written } from '#store/database';
import { SlotStream } from '#store/stream';
import type { Awaitable } from '#support/awaitable';
import type { CheckReport } from '#support/difference';

export interface TransitoryDatabase {
  readonly tables: TransitoryTables;
  read<T>(body: (reader: TransitoryReader) => Awaitable<T>): Promise<T>;
  write<T>(body: (writer: TransitoryWriter) => Awaitable<T>, options?: TransactOptions): Promise<Written<T>>;
  readChanges(after: Position): Promise<{ changes: Change[]; through: Position }>;
  readLogFloor(): Promise<Position>;
  trimLog(through: Position): Promise<void>;
  untilChanged(after: Position, signal: AbortSignal): Promise<void>;
  /** Compares every derived row with the rows that it comes from. */
  check(): Promise<{ value: CheckReport; steady: boolean }>;
}

/** Opens the database in a store, which stays its caller's to dispose of. */
export async function openTransitoryDatabase(store: Store): Promise<TransitoryDatabase> {
  const database = await Database.open(store, 'transitory', transitoryDeclarations);
  const tables: TransitoryTables = database.tables;
  const parts: TransitoryParts = { tables, typing: new SlotStream(tables.typing, tables.typingSlots) };
  return {
    tables,
    read: (body) => database.read((snapshot) => body(new TransitoryReader(snapshot, parts))),
    write: (body, options) =>
      database.write((writing) => body(new TransitoryWriter(writing, parts)), options),
    readChanges: (after) => database.readChanges(after),
    readLogFloor: () => database.readLogFloor(),
    trimLog: (through) => database.trimLog(through),
    untilChanged: (after, signal) => database.untilChanged(after, signal),
    check: () => database.readAtLength((snapshot) => checkTransitory(tables, snapshot)),
  };
}
