// The consistency check of the rooms database: from the primary rows (rooms, their events, the changes that resolution
// brought to their state, aliases, the entries of streams) every derived row is made anew in memory and compared with
// what is stored.

import { expectRoom } from '#databases/rooms/check-room';
import { type DerivedName, emptyDerived, keyOf, readDerived } from '#databases/rooms/derived-rows';
import type { RoomsTables } from '#databases/rooms/rooms-parts';
import type { UserId } from '#protocol/matrix/identifiers';
import type { Snapshot } from '#store/contract';
import { type CheckReport, compareRows, type Difference } from '#support/difference';

/** Reads the whole database at one snapshot. */
export async function checkRooms(
  tables: RoomsTables,
  snapshot: Snapshot,
  isLocal: (user: UserId) => boolean,
): Promise<CheckReport> {
  const expected = emptyDerived();
  let rowsRead = 0;
  for await (const { key: room } of tables.rooms.scan(snapshot)) {
    rowsRead += 1 + (await expectRoom(tables, snapshot, room[0], isLocal, expected));
  }
  for await (const { key, value } of tables.aliases.scan(snapshot)) {
    rowsRead++;
    expected.roomAliases.set(keyOf(value.room, key[0]), '');
  }
  for await (const { key, value } of tables.receipts.scan(snapshot)) {
    rowsRead++;
    expected.receiptSlots.set(keyOf(key[0], value.slot), key[1]);
  }
  const { found, rows } = await readDerived(tables, snapshot);
  const names = Object.keys(expected) as DerivedName[];
  const differences: Difference[] = names.flatMap((name) => compareRows(name, expected[name], found[name]));
  return { rowsRead: rowsRead + rows, differences };
}
