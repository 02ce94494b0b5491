// GET /rooms/{roomId}/context/{eventId}
import { z } from 'zod';
import { readContext } from '#domain/rooms/reading/read-event';
import type { Reading } from '#domain/rooms/reading/reading';
import { replyJsonText } from '#http/client/json-text';
import { readRoomEventFilter } from '#http/client/room-event-filter-parameter';
import { operation } from '#http/operation';
import { queryInteger } from '#http/query';
import { parseEventId, parseRoomId } from '#protocol/matrix/identifiers';

export const getEventContext = (reading: Reading) =>
  operation({
    id: 'getEventContext',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidcontexteventid',
    method: 'GET',
    path: '/_matrix/client/v3/rooms/{roomId}/context/{eventId}',
    access: 'user',
    rate: 'read',
    query: z.object({ limit: queryInteger.optional(), filter: z.string().optional() }),
    answer: async ({ params, caller, query: { limit, filter } }) => {
      const [room, event] = [parseRoomId(params.roomId), parseEventId(params.eventId)];
      const wanted = { limit, filter: readRoomEventFilter(filter) };
      return replyJsonText(await readContext(reading, caller, room, event, wanted));
    },
  });
