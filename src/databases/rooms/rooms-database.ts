// The rooms database: rooms, events, state, memberships, receipts and aliases, kept for ever.
import { checkRooms } from '#databases/rooms/check-rooms';
import { roomsDeclarations } from '#databases/rooms/keys';
import { makeRoomsParts, type RoomsTables } from '#databases/rooms/rooms-parts';
import { RoomsReader } from '#databases/rooms/rooms-reader';
import { RoomsWriter } from '#databases/rooms/rooms-writer';
import type { UserId } from '#protocol/matrix/identifiers';
import type { Change } from '#store/change-log';
import type { Position, Store, TransactOptions } from '#store/contract';
import { countRows } from '#store/count-rows';
import { Database, type Written } from '#store/database';
import type { Awaitable } from '#support/awaitable';
import type { CheckReport } from '#support/difference';

export interface RoomsDatabase {
  readonly tables: RoomsTables;
  /** `onRead` is told how many rows each read of the body finds. */
  read<T>(body: (reader: RoomsReader) => Awaitable<T>, onRead?: (rows: number) => void): Promise<T>;
  write<T>(body: (writer: RoomsWriter) => Awaitable<T>, options?: TransactOptions): Promise<Written<T>>;
  readChanges(after: Position): Promise<{ changes: Change[]; through: Position }>;
  readLogFloor(): Promise<Position>;
  trimLog(through: Position): Promise<void>;
  untilChanged(after: Position, signal: AbortSignal): Promise<void>;
  /** Every derived row compared with what the primary rows make of it. */
  check(): Promise<{ value: CheckReport; steady: boolean }>;
}

/** Opens the database in a store; `isLocal` says whose memberships have a stream of their own. */
export async function openRoomsDatabase(
  store: Store,
  isLocal: (user: UserId) => boolean,
): Promise<RoomsDatabase> {
  const database = await Database.open(store, 'rooms', roomsDeclarations);
  const tables: RoomsTables = database.tables;
  const parts = makeRoomsParts(tables);
  return {
    tables,
    read: (body, onRead) =>
      database.read((snapshot) =>
        body(new RoomsReader(onRead ? countRows(snapshot, onRead) : snapshot, parts)),
      ),
    write: (body, options) =>
      database.write((writing) => body(new RoomsWriter(writing, parts, isLocal)), options),
    readChanges: (after) => database.readChanges(after),
    readLogFloor: () => database.readLogFloor(),
    trimLog: (through) => database.trimLog(through),
    untilChanged: (after, signal) => database.untilChanged(after, signal),
    check: () => database.readAtLength((snapshot) => checkRooms(tables, snapshot, isLocal)),
  };
}
