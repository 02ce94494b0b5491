// A redaction is an event of its own, and what it does to the event that it names. Room version 11, "Redactions";
// Client-Server API, "Redactions": the redacted form is what is kept and shown from then on.
import type { RoomDraft } from '#databases/rooms/room-draft';
import { appendEvent, type Proposal } from '#domain/rooms/append-event';
import { draftPower } from '#domain/rooms/room-power';
import type { Rooms } from '#domain/rooms/rooms';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import { type EventId, isEventId } from '#protocol/matrix/identifiers';
import { type JsonObject, ownString } from '#protocol/matrix/json';
import { mayRedact } from '#protocol/matrix/power-levels';
import { redact } from '#protocol/matrix/redaction';
import { roomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';

/** The event that the content of a client's redaction names. Throws `badJson` where it names none. */
export function redactedIn(content: JsonObject): EventId {
  const redacts = ownString(content, 'redacts');
  if (redacts !== undefined && isEventId(redacts)) return redacts;
  throw new ProtocolError('badJson', 'A redaction names the event that it redacts in "redacts".');
}

/** Appends a redaction and empties its target. Throws `notFound` for an event that this room does not have. */
export async function redactEvent(
  rooms: Rooms,
  draft: RoomDraft,
  proposal: Proposal,
  targetId: EventId,
): Promise<EventId> {
  const version = roomVersion(draft.record.version);
  const target = await draft.event(targetId);
  if (!target) throw new ProtocolError('notFound', 'This room has no such event to redact.');
  const isOwn = target.pdu.sender === proposal.sender;
  if (!isOwn && !mayRedact(proposal.sender, await draftPower(draft))) {
    throw new ProtocolError('forbidden', 'You may redact your own events only.');
  }
  const { eventId } = await appendEvent(rooms, draft, proposal);
  if (target.mark.redactedBy) return eventId;
  draft.redact(target, eventId, (pdu) => Buffer.from(canonicalJson({ ...redact(pdu, version) })));
  return eventId;
}
