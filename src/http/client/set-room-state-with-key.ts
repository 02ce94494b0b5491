// PUT /rooms/{roomId}/state/{eventType}/{stateKey}; the state key is empty where the path leaves it out.
import type { Rooms } from '#domain/rooms/rooms';
import { setState } from '#domain/rooms/set-state';
import { jsonObject } from '#http/client/client-schemas';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const setRoomStateWithKey = (rooms: Rooms) =>
  operation({
    id: 'setRoomStateWithKey',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey',
    method: 'PUT',
    path: '/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}',
    aliases: [
      '/_matrix/client/v3/rooms/{roomId}/state/{eventType}',
      '/_matrix/client/v3/rooms/{roomId}/state/{eventType}/',
    ],
    access: 'user',
    rate: 'send',
    body: jsonObject,
    answer: async ({ params, caller, body }) => ({
      event_id: await setState(rooms, caller, {
        room: parseRoomId(params.roomId),
        type: params.eventType,
        stateKey: params.stateKey,
        content: body,
      }),
    }),
  });
