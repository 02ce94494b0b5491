// GET /directory/room/{roomAlias}
import { resolveAlias } from '#domain/rooms/aliases';
import type { Rooms } from '#domain/rooms/rooms';
import { operation } from '#http/operation';
import { parseRoomAlias } from '#protocol/matrix/identifiers';

export const getRoomIdByAlias = (rooms: Rooms) =>
  operation({
    id: 'getRoomIdByAlias',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directoryroomroomalias',
    method: 'GET',
    path: '/_matrix/client/v3/directory/room/{roomAlias}',
    access: 'public',
    rate: 'discovery',
    answer: async ({ params }) => {
      const { room, servers } = await resolveAlias(rooms, parseRoomAlias(params.roomAlias));
      return { room_id: room, servers };
    },
  });
