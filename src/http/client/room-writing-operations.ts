// The operations of the client API that change rooms.
import type { Rooms } from '#domain/rooms/rooms';
import { createRoom } from '#http/client/create-room';
import { deleteRoomAlias } from '#http/client/delete-room-alias';
import { forgetRoom } from '#http/client/forget-room';
import { getLocalAliases } from '#http/client/get-local-aliases';
import { getRoomIdByAlias } from '#http/client/get-room-id-by-alias';
import { joinRoom } from '#http/client/join-room';
import { joinRoomById } from '#http/client/join-room-by-id';
import { leaveRoom } from '#http/client/leave-room';
import { redactEvent } from '#http/client/redact-event';
import { sendMessage } from '#http/client/send-message';
import { setRoomAlias } from '#http/client/set-room-alias';
import { setRoomStateWithKey } from '#http/client/set-room-state-with-key';
import { targetOperations } from '#http/client/target-operations';
import type { Operation } from '#http/operation';

export const roomWritingOperations = (rooms: Rooms): Operation[] => [
  createRoom(rooms),
  joinRoom(rooms),
  joinRoomById(rooms),
  leaveRoom(rooms),
  forgetRoom(rooms),
  ...targetOperations(rooms),
  sendMessage(rooms),
  redactEvent(rooms),
  setRoomStateWithKey(rooms),
  setRoomAlias(rooms),
  getRoomIdByAlias(rooms),
  deleteRoomAlias(rooms),
  getLocalAliases(rooms),
];
