// The operations of the client API that read rooms, and those that say how far somebody has read and that they type.
import type { Identity } from '#domain/identity/identity';
import type { Reading } from '#domain/rooms/reading/reading';
import type { Receipts } from '#domain/rooms/receipts';
import type { Typing } from '#domain/rooms/typing';
import type { Sync } from '#domain/sync/sync';
import { getEventContext } from '#http/client/get-event-context';
import { getJoinedMembersByRoom } from '#http/client/get-joined-members-by-room';
import { getJoinedRooms } from '#http/client/get-joined-rooms';
import { getMembersByRoom } from '#http/client/get-members-by-room';
import { getOneRoomEvent } from '#http/client/get-one-room-event';
import { getRoomEvents } from '#http/client/get-room-events';
import { getRoomState } from '#http/client/get-room-state';
import { getRoomStateWithKey } from '#http/client/get-room-state-with-key';
import { postReceipt } from '#http/client/post-receipt';
import { setReadMarker } from '#http/client/set-read-marker';
import { setTyping } from '#http/client/set-typing';
import { sync } from '#http/client/sync';
import type { Operation } from '#http/operation';

export interface RoomReadingParts {
  readonly reading: Reading;
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly sync: Sync;
  readonly identity: Identity;
}

export const roomReadingOperations = (parts: RoomReadingParts): Operation[] => [
  sync(parts.sync, parts.identity),
  getRoomEvents(parts.reading),
  getEventContext(parts.reading),
  getOneRoomEvent(parts.reading),
  getRoomState(parts.reading),
  getRoomStateWithKey(parts.reading),
  getMembersByRoom(parts.reading),
  getJoinedMembersByRoom(parts.reading),
  getJoinedRooms(parts.reading),
  postReceipt(parts.receipts),
  setReadMarker(parts.receipts),
  setTyping(parts.typing),
];
