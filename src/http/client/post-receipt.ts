// POST /rooms/{roomId}/receipt/{receiptType}/{eventId}
import { z } from 'zod';
import { putFullyRead, putReceipt, type Receipts } from '#domain/rooms/receipts';
import { operation } from '#http/operation';
import { parseEventId, parseRoomId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

export const postReceipt = (receipts: Receipts) =>
  operation({
    id: 'postReceipt',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreceiptreceipttypeeventid',
    method: 'POST',
    path: '/_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}',
    access: 'user',
    rate: 'write',
    body: z.object({ thread_id: z.unknown().optional() }),
    bodyOptional: true,
    answer: async ({ params, caller: { userId }, body }) => {
      const [room, eventId] = [parseRoomId(params.roomId), parseEventId(params.eventId)];
      const threadId = body.thread_id;
      // "thread_id is invalid": not a string, empty, or for a type that has no threads.
      if (threadId !== undefined && typeof threadId !== 'string') {
        throw new ProtocolError('invalidParam', 'The thread_id must be a string.');
      }
      switch (params.receiptType) {
        case 'm.read':
        case 'm.read.private':
          await putReceipt(receipts, userId, room, params.receiptType, { eventId, threadId });
          return {};
        case 'm.fully_read':
          if (threadId !== undefined) {
            throw new ProtocolError('invalidParam', 'The marker of what is fully read knows no threads.');
          }
          await putFullyRead(receipts, userId, room, eventId);
          return {};
        default:
          throw new ProtocolError('invalidParam', 'A receipt is m.read, m.read.private or m.fully_read.');
      }
    },
  });
