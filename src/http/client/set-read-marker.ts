// POST /rooms/{roomId}/read_markers
import { z } from 'zod';
import { putFullyRead, putReceipt, type Receipts } from '#domain/rooms/receipts';
import { operation } from '#http/operation';
import { type EventId, isEventId, parseRoomId } from '#protocol/matrix/identifiers';

const eventId = z
  .custom<EventId>((value) => typeof value === 'string' && isEventId(value), 'expected an event id')
  .optional();

export const setReadMarker = (receipts: Receipts) =>
  operation({
    id: 'setReadMarker',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidread_markers',
    method: 'POST',
    path: '/_matrix/client/v3/rooms/{roomId}/read_markers',
    access: 'user',
    rate: 'write',
    body: z.object({ 'm.fully_read': eventId, 'm.read': eventId, 'm.read.private': eventId }),
    answer: async ({ params, caller: { userId }, body }) => {
      const room = parseRoomId(params.roomId);
      const fullyRead = body['m.fully_read'];
      if (fullyRead !== undefined) await putFullyRead(receipts, userId, room, fullyRead);
      for (const type of ['m.read', 'm.read.private'] as const) {
        const read = body[type];
        if (read !== undefined) await putReceipt(receipts, userId, room, type, { eventId: read });
      }
      return {};
    },
  });
