// Power levels of a room as a use case meets it: from a draft's state, or read at a snapshot.
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { RoomId } from '#protocol/matrix/identifiers';
import { type PowerLevels, powerLevels } from '#protocol/matrix/power-levels';
import { roomVersion } from '#protocol/matrix/room-versions';

/** The levels in a room under draft. */
export async function draftPower(draft: RoomDraft): Promise<PowerLevels> {
  const [create, levels] = [
    await draft.authEvent('m.room.create', ''),
    await draft.authEvent('m.room.power_levels', ''),
  ];
  return powerLevels(create?.pdu, levels?.pdu, roomVersion(draft.record.version));
}

/** The levels in a room now; undefined where there is no such room. */
export async function roomPower(reader: RoomsReader, room: RoomId): Promise<PowerLevels | undefined> {
  const [record, create, levels] = await Promise.all([
    reader.room(room),
    reader.authEvent(room, 'm.room.create', ''),
    reader.authEvent(room, 'm.room.power_levels', ''),
  ]);
  return record && powerLevels(create?.pdu, levels?.pdu, roomVersion(record.version));
}
