// The content hash, which covers an event whole, and the reference hash, which covers its redacted form and from room
// version 3 on names it. Server-Server API, "Signing Events"; room versions 1, 3 and 4, "Event IDs"; room version 12,
// "Event format".
import { hash } from 'node:crypto';
import { decodeBase64, encodeBase64, withoutPadding } from '#protocol/matrix/base64';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import type { EventReference, Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { redact } from '#protocol/matrix/redaction';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';

/** SHA-256 of the event without `hashes`, `signatures` and `unsigned`, as unpadded Base64. */
export function contentHash(event: Partial<Pdu>): string {
  const { hashes: _, signatures: __, unsigned: ___, ...covered } = event;
  return sha256(canonicalJson(covered as JsonObject));
}

/** SHA-256 of `text` as UTF-8, as unpadded Base64. */
export function sha256(text: string): string {
  return withoutPadding(hash('sha256', text, 'base64'));
}

/** True when `hashes.sha256` is the event's content hash; otherwise only its redacted form may be used. */
export function contentHashMatches(event: Pdu): boolean {
  const claimed = decodeBase64(event.hashes.sha256);
  return claimed !== undefined && encodeBase64(claimed) === contentHash(event);
}

/**
 * What the signatures and the reference hash of an event are both taken of: canonical JSON of the redacted event
 * without `signatures` and `unsigned`.
 */
export function signedForm(event: Partial<Pdu>, version: RoomVersion): string {
  const { signatures: _, unsigned: __, ...covered } = redact(event, version);
  return canonicalJson(covered as JsonObject);
}

/** SHA-256 of the event's signed form, as unpadded Base64. */
export function referenceHash(event: Partial<Pdu>, version: RoomVersion): string {
  return sha256(signedForm(event, version));
}

/**
 * The event's id: what its maker wrote into `event_id` (room versions 1 and 2), or `$` and its reference hash. From
 * version 3 on an `event_id` is a key like any other: it says nothing, but redaction keeps it and so the hash covers it.
 * Throws `badJson` where the id is missing.
 */
export function eventIdOf(event: Partial<Pdu>, version: RoomVersion): EventId {
  return eventIdOfSignedForm(version.eventIds === 'chosen' ? '' : signedForm(event, version), event, version);
}

/** The same for an event whose signed form is at hand already. */
export function eventIdOfSignedForm(form: string, event: Partial<Pdu>, version: RoomVersion): EventId {
  switch (version.eventIds) {
    case 'url-safe-hash':
      return `$${hash('sha256', form, 'base64url')}` as EventId;
    case 'hash':
      return `$${sha256(form)}` as EventId;
    case 'chosen':
      if (event.event_id === undefined) throw new ProtocolError('badJson', 'The event has no event_id.');
      return event.event_id;
  }
}

/** How another event of the version names `event`: by its id, in room versions 1 and 2 by its reference hash as well. */
export function referenceTo(eventId: EventId, event: Partial<Pdu>, version: RoomVersion): EventReference {
  return version.eventIds === 'chosen' ? [eventId, { sha256: referenceHash(event, version) }] : eventId;
}

/** The id of the room that a create event begins, where the version takes it from the event. */
export function roomIdOfCreate(createEventId: EventId): RoomId {
  return `!${createEventId.slice(1)}` as RoomId;
}

/** The id of the room that `create` begins: its own `room_id`, or where the version has it so its reference hash. */
export function roomCreatedBy(create: Pdu, version: RoomVersion): RoomId | undefined {
  return version.roomIdFormat === 'server-scoped'
    ? create.room_id
    : roomIdOfCreate(createEventId(create, version));
}

const createEventIds = new WeakMap<Pdu, EventId>();

/** The id of a create event, which every judgement in its room asks for and is therefore kept with the object. */
export function createEventId(create: Pdu, version: RoomVersion): EventId {
  const known = createEventIds.get(create);
  if (known !== undefined) return known;
  const eventId = eventIdOf(create, version);
  createEventIds.set(create, eventId);
  return eventId;
}

/** Says what a create event's id is where that is known otherwise, such as from where it is stored. */
export function nameCreateEvent(create: Pdu, eventId: EventId): void {
  createEventIds.set(create, eventId);
}
