// DELETE /directory/room/{roomAlias}
import { deleteAlias } from '#domain/rooms/aliases';
import type { Rooms } from '#domain/rooms/rooms';
import { operation } from '#http/operation';
import { parseRoomAlias } from '#protocol/matrix/identifiers';

export const deleteRoomAlias = (rooms: Rooms) =>
  operation({
    id: 'deleteRoomAlias',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3directoryroomroomalias',
    method: 'DELETE',
    path: '/_matrix/client/v3/directory/room/{roomAlias}',
    access: 'user',
    rate: 'write',
    answer: async ({ params, caller }) => {
      await deleteAlias(rooms, caller, parseRoomAlias(params.roomAlias));
      return {};
    },
  });
