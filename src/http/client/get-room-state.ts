// GET /rooms/{roomId}/state
import { readState } from '#domain/rooms/reading/read-state';
import type { Reading } from '#domain/rooms/reading/reading';
import { replyJsonText } from '#http/client/json-text';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const getRoomState = (reading: Reading) =>
  operation({
    id: 'getRoomState',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstate',
    method: 'GET',
    path: '/_matrix/client/v3/rooms/{roomId}/state',
    access: 'user',
    rate: 'read',
    answer: async ({ params, caller }) =>
      replyJsonText(await readState(reading, caller, parseRoomId(params.roomId))),
  });
