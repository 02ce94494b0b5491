// PUT /rooms/{roomId}/send/{eventType}/{txnId}
import type { Rooms } from '#domain/rooms/rooms';
import { sendEvent } from '#domain/rooms/send-event';
import { jsonObject } from '#http/client/client-schemas';
import { operation } from '#http/operation';
import { parseRoomId } from '#protocol/matrix/identifiers';

export const sendMessage = (rooms: Rooms) =>
  operation({
    id: 'sendMessage',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid',
    method: 'PUT',
    path: '/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}',
    access: 'user',
    rate: 'send',
    body: jsonObject,
    answer: async ({ params, caller, body }) => ({
      event_id: await sendEvent(rooms, caller, {
        room: parseRoomId(params.roomId),
        type: params.eventType,
        transactionId: params.txnId,
        content: body,
      }),
    }),
  });
