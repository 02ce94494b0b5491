// POST /rooms/{roomId}/join
import { joinRoom } from '#domain/rooms/membership';
import type { Rooms } from '#domain/rooms/rooms';
import { reasonBody } from '#http/client/client-schemas';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const joinRoomById = (rooms: Rooms) =>
  operation({
    id: 'joinRoomById',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidjoin',
    method: 'POST',
    path: '/_matrix/client/v3/rooms/{roomId}/join',
    access: 'user',
    rate: 'write',
    body: reasonBody,
    bodyOptional: true,
    answer: async ({ params, caller, body }) => {
      const room = parseRoomId(params.roomId);
      await joinRoom(rooms, caller, room, body.reason);
      return { room_id: room };
    },
  });
