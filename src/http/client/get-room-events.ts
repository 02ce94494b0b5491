// GET /rooms/{roomId}/messages
import { z } from 'zod';
import { readMessages } from '#domain/rooms/reading/read-messages';
import type { Reading } from '#domain/rooms/reading/reading';
import { replyJsonText } from '#http/client/json-text';
import { readRoomEventFilter } from '#http/client/room-event-filter-parameter';
import { operation } from '#http/operation';
import { queryInteger } from '#http/query';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const getRoomEvents = (reading: Reading) =>
  operation({
    id: 'getRoomEvents',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages',
    method: 'GET',
    path: '/_matrix/client/v3/rooms/{roomId}/messages',
    access: 'user',
    rate: 'read',
    query: z.object({
      from: z.string().optional(),
      to: z.string().optional(),
      dir: z.enum(['b', 'f']),
      limit: queryInteger.optional(),
      filter: z.string().optional(),
    }),
    answer: async ({ params, caller, query: { from, to, dir, limit, filter } }) =>
      replyJsonText(
        await readMessages(reading, caller, parseRoomId(params.roomId), {
          from,
          to,
          direction: dir,
          limit,
          filter: readRoomEventFilter(filter),
        }),
      ),
  });
