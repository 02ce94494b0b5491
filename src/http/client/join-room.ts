// POST /join/{roomIdOrAlias}
import { resolveAlias } from '#domain/rooms/aliases';
import { joinRoom as join } from '#domain/rooms/membership';
import type { Rooms } from '#domain/rooms/rooms';
import { reasonBody } from '#http/client/client-schemas';
import { operation } from '#http/operation';
import { isRoomAlias, parseRoomId, type RoomId } from '#protocol/matrix/identifiers';

export const joinRoom = (rooms: Rooms) =>
  operation({
    id: 'joinRoom',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3joinroomidoralias',
    method: 'POST',
    path: '/_matrix/client/v3/join/{roomIdOrAlias}',
    access: 'user',
    rate: 'write',
    body: reasonBody,
    bodyOptional: true,
    answer: async ({ params, caller, body }) => {
      const room = await findRoom(rooms, params.roomIdOrAlias);
      await join(rooms, caller, room, body.reason);
      return { room_id: room };
    },
  });

async function findRoom(rooms: Rooms, roomIdOrAlias: string): Promise<RoomId> {
  if (isRoomAlias(roomIdOrAlias)) return (await resolveAlias(rooms, roomIdOrAlias)).room;
  return parseRoomId(roomIdOrAlias);
}
