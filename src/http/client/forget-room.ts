// POST /rooms/{roomId}/forget
import { forgetRoom as forget } from '#domain/rooms/membership';
import type { Rooms } from '#domain/rooms/rooms';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const forgetRoom = (rooms: Rooms) =>
  operation({
    id: 'forgetRoom',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidforget',
    method: 'POST',
    path: '/_matrix/client/v3/rooms/{roomId}/forget',
    access: 'user',
    rate: 'write',
    answer: async ({ params, caller }) => {
      await forget(rooms, caller, parseRoomId(params.roomId));
      return {};
    },
  });
