// How far a user has read: receipts that the room is shown, private ones, and the marker of what is read in full.
// Client-Server API, "Receipts" and "Read and unread markers".
import { isDeepStrictEqual } from 'node:util';
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { Identity } from '#domain/identity/identity';
import { checkJoined } from '#domain/rooms/reading/room-view';
import type { Pdu } from '#protocol/matrix/event';
import { type EventId, isEventId, type RoomId, type UserId } from '#protocol/matrix/identifiers';
import { ownString } from '#protocol/matrix/json';
import { type Relation, relationOf } from '#protocol/matrix/relations';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';
import { threadHopsMax } from '#support/limits';

export interface Receipts {
  readonly rooms: RoomsDatabase;
  readonly identity: Identity;
  readonly clock: Clock;
}

export type ReceiptType = 'm.read' | 'm.read.private';

export interface Marked {
  readonly eventId: EventId;
  /** `main` or the root of a thread; without it the receipt counts for the whole room. */
  readonly threadId?: string | undefined;
}

/**
 * Puts a receipt. One that lies before the user's present one changes nothing, so that a device which lags behind
 * does not take back what another has read.
 * @throws ProtocolError forbidden to one who is not in the room, notFound for an event that is not in it, invalidParam
 *   for a thread that the event does not belong to
 */
export async function putReceipt(
  { rooms, clock }: Receipts,
  user: UserId,
  room: RoomId,
  type: ReceiptType,
  { eventId, threadId }: Marked,
): Promise<void> {
  if (threadId !== undefined && threadId !== 'main' && !isEventId(threadId)) {
    throw new ProtocolError(
      'invalidParam',
      'A thread is named "main" or by the id of the event at its root.',
    );
  }
  const atMs = clock.now();
  await rooms.write(
    async (writer) => {
      await checkJoined(writer, user, room);
      const at = await placeOf(writer, room, eventId);
      if (threadId !== undefined) await checkThread(writer, eventId, threadId);
      const present = await writer.receipt(room, { type, user, ...(threadId ? { threadId } : {}) });
      const presentAt = present && (await writer.whereIs(present.event))?.at;
      if (presentAt !== undefined && presentAt >= at) return;
      const thread = threadId === undefined ? {} : { threadId };
      await writer.putReceipt(room, { type, user, event: eventId, atMs, ...thread });
    },
    { idempotent: true },
  );
}

/**
 * Moves the marker of what the user has read in full; it never moves back.
 * @throws ProtocolError forbidden, notFound as for receipts
 */
export async function putFullyRead(
  { rooms, identity }: Receipts,
  user: UserId,
  room: RoomId,
  eventId: EventId,
): Promise<void> {
  const { accounts } = identity;
  const name = { type: 'm.fully_read', roomId: room };
  // Where events lie is known to another database than the marker: it is judged first, and moved from there only.
  for (let isMoved = false; !isMoved; ) {
    const present = await accounts.read((reader) => reader.accountData(user, name));
    const presentId = present && ownString(present, 'event_id');
    const isAhead = await rooms.read(async (reader) => {
      await checkJoined(reader, user, room);
      const at = await placeOf(reader, room, eventId);
      const presentAt =
        presentId === undefined ? undefined : (await reader.whereIs(presentId as EventId))?.at;
      return presentAt === undefined || at > presentAt;
    });
    if (!isAhead) return;
    const { value } = await accounts.write(async (writer) => {
      if (!isDeepStrictEqual(await writer.accountData(user, name), present)) return false;
      await writer.setAccountData(user, name, { event_id: eventId });
      return true;
    });
    isMoved = value;
  }
}

async function placeOf(reader: RoomsReader, room: RoomId, eventId: EventId) {
  const where = await reader.whereIs(eventId);
  if (where?.room === room) return where.at;
  throw new ProtocolError('notFound', 'There is no such event in this room.');
}

/** "The event_id is not related to the thread_id". A root may stand for its own thread. */
async function checkThread(reader: RoomsReader, eventId: EventId, threadId: string): Promise<void> {
  if (eventId === threadId || (await threadOf(reader, eventId)) === threadId) return;
  throw new ProtocolError('invalidParam', 'The event does not belong to this thread.');
}

/** The thread that an event is in: that which it, or what it relates to over a few hops, names; else the main one. */
async function threadOf(reader: RoomsReader, eventId: EventId): Promise<string> {
  let next: EventId | undefined = eventId;
  for (let hop = 0; hop <= threadHopsMax && next !== undefined; hop++) {
    const event: Pdu | undefined = (await reader.event(next))?.pdu;
    const relation: Relation | undefined = event && relationOf(event);
    next = relation?.eventId;
    if (relation?.relType === 'm.thread') return relation.eventId;
  }
  return 'main';
}
