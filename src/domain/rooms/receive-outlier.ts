// An event that comes alone because others name it among their auth events: it is kept aside, judged by its own auth
// events only, until it arrives in its place in the room. Server-Server API, "Checks performed on receipt of a PDU", 1
// to 4.
import type { RoomsWriter } from '#databases/rooms/rooms-writer';
import { type CheckedPdu, checkPdu, claimedPlace } from '#domain/rooms/checked-pdu';
import { namedEvents } from '#domain/rooms/judge-received';
import { knownReceipt, type Receipt } from '#domain/rooms/receipt-of-pdu';
import type { ReceivedPdu } from '#domain/rooms/receive-pdu';
import type { Rooms } from '#domain/rooms/rooms';
import { authoriseByAuthEvents } from '#protocol/matrix/auth-rules';
import { readPdu } from '#protocol/matrix/event-format';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';

/** An outlier that its auth events allow is `kept`: what it comes to be is open. */
export type OutlierReceipt = Receipt | { readonly outcome: 'kept'; readonly eventId: EventId };

/**
 * Receives an event without its predecessors. What was judged at its place is answered for as it was then.
 * Throws what `receivePdu` throws.
 */
export async function receiveOutlier(
  rooms: Rooms,
  { pdu: value, findKeys }: Pick<ReceivedPdu, 'pdu' | 'findKeys'>,
): Promise<OutlierReceipt> {
  const { room } = claimedPlace(value);
  const record = await rooms.database.read((reader) => reader.room(room));
  if (!record) throw new ProtocolError('notFound', 'This server knows no such room.');
  const version = roomVersion(record.version);
  const read = readPdu(value, version);
  const known = await rooms.database.read((reader) => knownReceipt(reader, room, read.eventId));
  if (known) return known;
  const checked = await checkPdu(read, version, findKeys);
  const { value: receipt } = await rooms.database.write((writer) => keep(writer, room, version, checked), {
    idempotent: true,
  });
  return receipt;
}

async function keep(
  writer: RoomsWriter,
  room: RoomId,
  version: RoomVersion,
  { pdu, eventId, bytes, exactNumbers, isSignedBy }: CheckedPdu,
): Promise<OutlierReceipt> {
  const known = await knownReceipt(writer, room, eventId);
  if (known) return known;
  const { authEvents, missing } = await namedEvents(writer, pdu);
  if (missing.length > 0) return { outcome: 'missing', eventId, missing };
  const create = (await writer.authEvent(room, 'm.room.create', ''))?.pdu;
  const verdict = authoriseByAuthEvents(pdu, version, authEvents, create, { isSignedBy });
  const refusal = verdict.allowed ? undefined : { rule: verdict.rule, reason: verdict.reason };
  await writer.storeOutlier(room, { eventId, pdu, bytes, ...exactNumbers, ...(refusal ? { refusal } : {}) });
  return refusal
    ? { outcome: 'rejected', eventId, wasKnown: false, ...refusal }
    : { outcome: 'kept', eventId };
}
