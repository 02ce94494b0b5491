// GET /joined_rooms
import { readJoinedRooms } from '#domain/rooms/reading/read-members';
import type { Reading } from '#domain/rooms/reading/reading';
import { operation } from '#http/operation';

export const getJoinedRooms = (reading: Reading) =>
  operation({
    id: 'getJoinedRooms',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3joined_rooms',
    method: 'GET',
    path: '/_matrix/client/v3/joined_rooms',
    access: 'user',
    rate: 'read',
    answer: async ({ caller }) => ({ joined_rooms: await readJoinedRooms(reading, caller.userId) }),
  });
