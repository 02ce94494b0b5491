// POST /rooms/{roomId}/leave
import { leaveRoom as leave } from '#domain/rooms/membership';
import type { Rooms } from '#domain/rooms/rooms';
import { reasonBody } from '#http/client/client-schemas';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const leaveRoom = (rooms: Rooms) =>
  operation({
    id: 'leaveRoom',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidleave',
    method: 'POST',
    path: '/_matrix/client/v3/rooms/{roomId}/leave',
    access: 'user',
    rate: 'write',
    body: reasonBody,
    bodyOptional: true,
    answer: async ({ params, caller, body }) => {
      await leave(rooms, caller, parseRoomId(params.roomId), body.reason);
      return {};
    },
  });
