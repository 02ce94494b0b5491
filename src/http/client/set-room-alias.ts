// PUT /directory/room/{roomAlias}
import { z } from 'zod';
import { createAlias } from '#domain/rooms/aliases';
import type { Rooms } from '#domain/rooms/rooms';
import { operation } from '#http/operation';
import { parseRoomAlias, parseRoomId } from '#protocol/matrix/identifiers';

export const setRoomAlias = (rooms: Rooms) =>
  operation({
    id: 'setRoomAlias',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directoryroomroomalias',
    method: 'PUT',
    path: '/_matrix/client/v3/directory/room/{roomAlias}',
    access: 'user',
    rate: 'write',
    body: z.object({ room_id: z.string() }),
    answer: async ({ params, caller, body }) => {
      await createAlias(rooms, caller, parseRoomAlias(params.roomAlias), parseRoomId(body.room_id));
      return {};
    },
  });
