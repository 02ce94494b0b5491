// GET /rooms/{roomId}/state/{eventType}/{stateKey}; the state key is empty where the path leaves it out.
import { z } from 'zod';
import { readStateKey } from '#domain/rooms/reading/read-state';
import type { Reading } from '#domain/rooms/reading/reading';
import { replyJsonText } from '#http/client/json-text';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const getRoomStateWithKey = (reading: Reading) =>
  operation({
    id: 'getRoomStateWithKey',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey',
    method: 'GET',
    path: '/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}',
    aliases: [
      '/_matrix/client/v3/rooms/{roomId}/state/{eventType}',
      '/_matrix/client/v3/rooms/{roomId}/state/{eventType}/',
    ],
    access: 'user',
    rate: 'read',
    query: z.object({ format: z.enum(['content', 'event']).optional() }),
    answer: async ({ params, caller, query }) =>
      replyJsonText(
        await readStateKey(reading, caller, parseRoomId(params.roomId), {
          type: params.eventType,
          stateKey: params.stateKey,
          format: query.format ?? 'content',
        }),
      ),
  });
