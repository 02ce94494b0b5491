// POST /rooms/{roomId}/invite, kick, ban and unban: one shape, four membership changes of somebody else.
import { banUser, type ChangeMember, inviteUser, kickUser, unbanUser } from '#domain/rooms/membership';
import type { Rooms } from '#domain/rooms/rooms';
import { targetBody } from '#http/client/client-schemas';
import { type Operation, operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

const changes: readonly (readonly [id: string, name: string, change: ChangeMember])[] = [
  ['inviteUser', 'invite', inviteUser],
  ['kick', 'kick', kickUser],
  ['ban', 'ban', banUser],
  ['unban', 'unban', unbanUser],
];

export const targetOperations = (rooms: Rooms): Operation[] =>
  changes.map(([id, name, change]) =>
    operation({
      id,
      spec: `https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomid${name}`,
      method: 'POST',
      path: `/_matrix/client/v3/rooms/{roomId}/${name}`,
      access: 'user',
      rate: 'write',
      body: targetBody,
      answer: async ({ params, caller, body }) => {
        await change(rooms, caller, parseRoomId(params.roomId), body.user_id, body.reason);
        return {};
      },
    }),
  );
