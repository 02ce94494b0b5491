// GET /rooms/{roomId}/joined_members
import { readJoinedMembers } from '#domain/rooms/reading/read-members';
import type { Reading } from '#domain/rooms/reading/reading';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const getJoinedMembersByRoom = (reading: Reading) =>
  operation({
    id: 'getJoinedMembersByRoom',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidjoined_members',
    method: 'GET',
    path: '/_matrix/client/v3/rooms/{roomId}/joined_members',
    access: 'user',
    rate: 'read',
    answer: ({ params, caller }) => readJoinedMembers(reading, caller, parseRoomId(params.roomId)),
  });
