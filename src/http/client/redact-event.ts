// PUT /rooms/{roomId}/redact/{eventId}/{txnId}
import { z } from 'zod';
import type { Rooms } from '#domain/rooms/rooms';
import { redact } from '#domain/rooms/send-event';
import { operation } from '#http/operation';
import { parseEventId, parseRoomId } from '#protocol/matrix/identifiers';

export const redactEvent = (rooms: Rooms) =>
  operation({
    id: 'redactEvent',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid',
    method: 'PUT',
    path: '/_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}',
    access: 'user',
    rate: 'send',
    body: z.object({ reason: z.string().optional() }),
    bodyOptional: true,
    answer: async ({ params, caller, body }) => ({
      event_id: await redact(rooms, caller, {
        room: parseRoomId(params.roomId),
        eventId: parseEventId(params.eventId),
        transactionId: params.txnId,
        ...(body.reason === undefined ? {} : { reason: body.reason }),
      }),
    }),
  });
