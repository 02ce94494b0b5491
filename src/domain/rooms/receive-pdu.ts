// An event from another server comes in. Server-Server API, "Checks performed on receipt of a PDU", in its order: form,
// signatures, hash, then the authorisation rules by its auth events, by the state before it and by the room's state now.
// What it names and is not here is for the network to fetch: nothing is stored of an event that cannot be judged yet.
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsWriter } from '#databases/rooms/rooms-writer';
import { beginRoom } from '#domain/rooms/begin-room';
import { type CheckedPdu, checkPdu, claimedPlace, type KeyFinder } from '#domain/rooms/checked-pdu';
import { inviteStateFor } from '#domain/rooms/invite-state';
import { judgeNext } from '#domain/rooms/judge-next';
import {
  type Judged,
  type JudgedPdu,
  judgeReceived,
  type MissingEvents,
  missingPredecessors,
} from '#domain/rooms/judge-received';
import { GoesAlone } from '#domain/rooms/lanes';
import { knownReceipt, type Receipt, receiptOf, receiptOfMark } from '#domain/rooms/receipt-of-pdu';
import { followPendingRedactions, followRedaction } from '#domain/rooms/receive-redaction';
import type { Rooms } from '#domain/rooms/rooms';
import { prevEventIds } from '#protocol/matrix/event';
import { readPdu } from '#protocol/matrix/event-format';
import type { JsonValue } from '#protocol/matrix/json';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';
import { appendedBytesEstimate } from '#support/limits';

export interface ReceivedPdu {
  /** The event in its federation form, as `parseJson` reads it. */
  readonly pdu: JsonValue;
  readonly findKeys: KeyFinder;
  /** A create event of an unknown room begins it here. */
  readonly mayBeginRoom?: boolean;
}

/**
 * Receives an event; an event that is known already is answered for as before.
 * Throws for what is dropped: `badJson` and `tooLarge` for what is no event of the room's version, `forbidden` for
 * missing signatures and events that can have no place in the room, `notFound` for an unknown room, `unavailable` for
 * what a room with very many extremities has no place for now.
 */
export async function receivePdu(
  rooms: Rooms,
  { pdu: value, findKeys, mayBeginRoom = false }: ReceivedPdu,
): Promise<Receipt> {
  const { room, begins } = claimedPlace(value);
  const record = await rooms.database.read((reader) => reader.room(room));
  if (!record && !(begins && mayBeginRoom)) {
    throw new ProtocolError('notFound', 'This server knows no such room.');
  }
  const version = record ? roomVersion(record.version) : (begins as RoomVersion);
  // 1. Is a valid event, otherwise it is dropped.
  const read = readPdu(value, version);
  const known = await rooms.database.read((reader) => knownReceipt(reader, room, read.eventId));
  if (known) return known;
  if (record && begins) throw new ProtocolError('forbidden', 'The room has another create event.');
  if (!begins && prevEventIds(read.pdu).length === 0) {
    throw new ProtocolError('forbidden', 'Only the create event of a room follows no other event.');
  }
  // 2 and 3.
  const checked = await checkPdu(read, version, findKeys);
  if (begins) return beginRoom(rooms, room, version, checked);
  return rooms.lanes.submit(room, checked.bytes.length + appendedBytesEstimate, (draft, writer) =>
    receive(draft, writer, version, checked),
  );
}

/** In the room's lane. What follows all that is there is as simple as an event of ours; everything else goes alone. */
async function receive(
  draft: RoomDraft,
  writer: RoomsWriter,
  version: RoomVersion,
  checked: CheckedPdu,
): Promise<Receipt> {
  const appended = draft.appended(checked.eventId);
  const known = appended
    ? receiptOfMark(appended.mark)
    : await knownReceipt(writer, draft.room, checked.eventId);
  if (known) return known;
  const { pdu, eventId } = checked;
  const follows = draft.followsHead(pdu);
  if (!follows && !draft.isAlone) {
    const missing = await missingPredecessors(pdu, async (id) => (await draft.anyEvent(id))?.mark);
    if (missing.length > 0) return { outcome: 'missing', eventId, missing };
    throw goesAlone(draft, version, checked);
  }
  const judged: MissingEvents | (Judged & Partial<JudgedPdu>) = follows
    ? await judgeNext(draft, writer, version, checked)
    : await judgeReceived(writer, draft.room, version, checked);
  if ('missing' in judged) return { outcome: 'missing', eventId, missing: judged.missing };
  const { judgement } = judged;
  await draft.appendReceived({
    eventId,
    pdu,
    bytes: checked.bytes,
    ...checked.exactNumbers,
    ...(judged.before ? { before: judged.before } : {}),
    standing: judgement.outcome,
    ...(judgement.outcome === 'accepted'
      ? await inviteStateFor(draft, pdu)
      : { refusal: { rule: judgement.rule, reason: judgement.reason } }),
  });
  await followRedactions(draft, writer, version, checked, judged);
  return receiptOf(eventId, judgement, false);
}

async function followRedactions(
  draft: RoomDraft,
  writer: RoomsWriter,
  version: RoomVersion,
  { eventId, pdu }: CheckedPdu,
  { judgement, authorising }: Judged,
): Promise<void> {
  const event = { eventId, pdu };
  if (judgement.outcome === 'accepted') await followRedaction(draft, event, version, authorising);
  await followPendingRedactions(writer, draft, eventId, version);
}

/** Asks for a transaction alone, and for what takes long in it (the resolutions) to be done in a snapshot first. */
function goesAlone({ room }: RoomDraft, version: RoomVersion, checked: CheckedPdu): GoesAlone {
  return new GoesAlone(async (reader) => {
    const { eventId, pdu } = checked;
    const judged = await judgeReceived(reader, room, version, checked);
    const head = await reader.head(room);
    if ('missing' in judged || !head || judged.judgement.outcome !== 'accepted') return;
    await reader.planAppend(room, head, { eventId, pdu, before: judged.before });
  });
}
