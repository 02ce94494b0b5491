// A client sends a message: one transaction in the room's lane. The same transaction id from the same device on the
// same path is the same request, however often it arrives. Client-Server API, "Transaction identifiers".
import { createHash } from 'node:crypto';
import type { RoomDraft } from '#databases/rooms/room-draft';
import { appendEvent, type Proposal } from '#domain/rooms/append-event';
import { redactEvent, redactedIn } from '#domain/rooms/redact-event';
import type { Rooms, Sender } from '#domain/rooms/rooms';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { appendedBytesEstimate } from '#support/limits';

export interface SendRequest {
  readonly room: RoomId;
  readonly type: string;
  readonly transactionId: string;
  readonly content: JsonObject;
}

/** Sends a message event; answers its id. Throws `notFound`, `forbidden`, `badJson`, `tooLarge`. */
export function sendEvent(rooms: Rooms, sender: Sender, request: SendRequest): Promise<EventId> {
  const { room, type, transactionId, content } = request;
  const redacts = type === 'm.room.redaction' ? redactedIn(content) : undefined;
  const proposal: Proposal = {
    type,
    sender: sender.userId,
    content,
    atMs: rooms.clock.now(),
    sentBy: { deviceId: sender.deviceId, transactionId },
  };
  return sendOnce(rooms, sender, room, requestId('send', room, type, transactionId), async (draft) => {
    if (redacts !== undefined) return redactEvent(rooms, draft, proposal, redacts);
    return (await appendEvent(rooms, draft, proposal)).eventId;
  });
}

/** Empties an event; answers the redaction's id. Client-Server API, "Redactions". */
export function redact(
  rooms: Rooms,
  sender: Sender,
  request: { room: RoomId; eventId: EventId; transactionId: string; reason?: string },
): Promise<EventId> {
  const { room, eventId, transactionId, reason } = request;
  const proposal: Proposal = {
    type: 'm.room.redaction',
    sender: sender.userId,
    content: { redacts: eventId, ...(reason === undefined ? {} : { reason }) },
    atMs: rooms.clock.now(),
    sentBy: { deviceId: sender.deviceId, transactionId },
  };
  return sendOnce(rooms, sender, room, requestId('redact', room, eventId, transactionId), (draft) =>
    redactEvent(rooms, draft, proposal, eventId),
  );
}

/** In the room's lane: the event of an earlier request with the same id, or what `make` makes, remembered. */
function sendOnce(
  rooms: Rooms,
  sender: Sender,
  room: RoomId,
  request: Buffer,
  make: (draft: RoomDraft) => Promise<EventId>,
): Promise<EventId> {
  return rooms.lanes.submit(room, appendedBytesEstimate, async (draft, writer) => {
    const sent = await writer.sentEvent(sender.userId, sender.deviceId, request);
    if (sent) return sent;
    const eventId = await make(draft);
    writer.rememberSent(sender.userId, sender.deviceId, request, eventId);
    return eventId;
  });
}

/** Sixteen bytes that name the path of a request with its transaction id. */
function requestId(...path: string[]): Buffer {
  return createHash('sha256').update(path.join('\0')).digest().subarray(0, 16);
}
