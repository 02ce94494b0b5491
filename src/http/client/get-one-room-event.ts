// GET /rooms/{roomId}/event/{eventId}
import { readEvent } from '#domain/rooms/reading/read-event';
import type { Reading } from '#domain/rooms/reading/reading';
import { replyJsonText } from '#http/client/json-text';
import { operation } from '#http/operation';
import { parseEventId, parseRoomId } from '#protocol/matrix/identifiers';

export const getOneRoomEvent = (reading: Reading) =>
  operation({
    id: 'getOneRoomEvent',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomideventeventid',
    method: 'GET',
    path: '/_matrix/client/v3/rooms/{roomId}/event/{eventId}',
    access: 'user',
    rate: 'read',
    answer: async ({ params, caller }) =>
      replyJsonText(
        await readEvent(reading, caller, parseRoomId(params.roomId), parseEventId(params.eventId)),
      ),
  });
