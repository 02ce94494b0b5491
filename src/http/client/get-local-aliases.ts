// GET /rooms/{roomId}/aliases
import { listAliases } from '#domain/rooms/aliases';
import type { Rooms } from '#domain/rooms/rooms';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const getLocalAliases = (rooms: Rooms) =>
  operation({
    id: 'getLocalAliases',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidaliases',
    method: 'GET',
    path: '/_matrix/client/v3/rooms/{roomId}/aliases',
    access: 'user',
    rate: 'read',
    answer: async ({ params, caller }) => ({
      aliases: await listAliases(rooms, caller, parseRoomId(params.roomId)),
    }),
  });
