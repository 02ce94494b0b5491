// How account data is named within a person's stream: `g/<type>` for global data, `r/<room>NUL<type>` for a room's.
// Neither a room id nor a type holds NUL, so a name reads back in one way only, whatever else the two contain.
import type { RoomId } from '#protocol/matrix/identifiers';

/** Where a piece of account data belongs: to a room, or to the account as a whole. */
export interface AccountDataName {
  readonly type: string;
  readonly roomId?: RoomId;
}

export function slotOf({ type, roomId }: AccountDataName): string {
  return roomId === undefined ? `g/${type}` : `r/${roomId}\0${type}`;
}

export function nameOfSlot(slot: string): AccountDataName {
  if (slot.startsWith('g/')) return { type: slot.slice(2) };
  const end = slot.indexOf('\0');
  return { roomId: slot.slice(2, end) as RoomId, type: slot.slice(end + 1) };
}
