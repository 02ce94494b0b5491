// Power levels of a room as a use case meets it: from a draft's state.
import type { RoomDraft } from '#databases/rooms/room-draft';
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
