// The form that an event must have before anything else is asked of it. Room version pages, "Event format";
// Client-Server API, "Size limits".
import { Buffer } from 'node:buffer';
import { canonicalJson, checkCanonical } from '#protocol/matrix/canonical-json';
import type { EventDraft, Pdu } from '#protocol/matrix/event';
import { isEventIdOf, isReference } from '#protocol/matrix/event-references';
import { eventIdOfSignedForm, signedForm } from '#protocol/matrix/hashes';
import { type EventId, isHashId, isRoomId, isUserId } from '#protocol/matrix/identifiers';
import { compareIntegers, holdsExactNumber, isEventInteger } from '#protocol/matrix/integers';
import { isJsonObject, type JsonObject, type JsonValue, own, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';
import { authEventsMax, eventBytesMax, eventFieldBytesMax, prevEventsMax } from '#support/limits';

export interface ReadPdu {
  readonly pdu: Pdu;
  readonly eventId: EventId;
  /** Canonical JSON of `pdu` as UTF-8. */
  readonly bytes: Buffer;
  /** True when `JSON.parse` reads `bytes` back as `pdu`; otherwise that takes `parseJson`. */
  readonly isPlain: boolean;
  /** What the event's signatures are of: canonical JSON of its redacted form. */
  readonly signedText: string;
}

/**
 * Takes an event from elsewhere if it has the form of `version`: what `parseJson` read, so that up to room version 5
 * numbers are still as they were written. Keys that the form does not name are no concern of its; hashes cover them.
 * Nothing is said yet about hashes and signatures. Throws `badJson` or `tooLarge`, with the key that is wrong.
 */
export function readPdu(value: unknown, version: RoomVersion): ReadPdu {
  if (version.strictJson) checkCanonical(value);
  if (!isJsonObject(value)) throw malformed('An event is an object.');
  checkEventFields(value, version);
  checkHashes(value);
  checkSignatures(value);
  const unsigned = own(value, 'unsigned');
  if (unsigned !== undefined && !isJsonObject(unsigned)) throw malformed('unsigned is an object.');
  const bytes = Buffer.from(canonicalJson(value));
  checkEventSize(bytes.length);
  const pdu = value as unknown as Pdu;
  const signedText = signedForm(pdu, version);
  return {
    pdu,
    eventId: eventIdOfSignedForm(signedText, pdu, version),
    bytes,
    isPlain: version.strictJson || !holdsExactNumber(value),
    signedText,
  };
}

/** The checks on all that an event holds before it is hashed and signed. Throws `badJson` or `tooLarge`. */
export function checkEventFields(event: EventDraft | JsonObject, version: RoomVersion): void {
  const fields = event as JsonObject;
  const type = ownString(fields, 'type');
  if (type === undefined) throw malformed('type is a string.');
  checkFieldSize('type', type);
  if (own(fields, 'state_key') !== undefined) {
    const stateKey = ownString(fields, 'state_key');
    if (stateKey === undefined) throw malformed('state_key is a string.');
    checkFieldSize('state_key', stateKey);
  }
  const sender = ownString(fields, 'sender');
  if (sender === undefined || !isUserId(sender)) throw malformed('sender is a user id of at most 255 bytes.');
  if (!isJsonObject(own(fields, 'content'))) throw malformed('content is an object.');
  if (version.eventIds === 'chosen' && !isEventIdOf(own(fields, 'event_id'), version)) {
    throw malformed('event_id is an event id with a domain, of at most 255 bytes.');
  }
  const redacts = version.redactsIn === 'event' ? own(fields, 'redacts') : undefined;
  if (redacts !== undefined && typeof redacts !== 'string') throw malformed('redacts is a string.');
  checkRoomId(fields, type, version);
  checkDepth(own(fields, 'depth'), version);
  if (!isEventInteger(own(fields, 'origin_server_ts'), version)) {
    throw malformed('origin_server_ts is an integer.');
  }
  checkReferences(fields, 'prev_events', prevEventsMax, version);
  checkReferences(fields, 'auth_events', authEventsMax, version);
}

/** Throws `tooLarge` for an event of more than `eventBytesMax` bytes. */
export function checkEventSize(bytes: number): void {
  if (bytes <= eventBytesMax) return;
  throw new ProtocolError('tooLarge', `The event has ${bytes} bytes, and ${eventBytesMax} are allowed.`);
}

function checkRoomId(fields: JsonObject, type: string, version: RoomVersion): void {
  const roomId = own(fields, 'room_id');
  const named = version.roomIdFormat === 'create-event-hash';
  // A create event that names a room is well-formed, and refused by the authorisation rules (rule 1.2).
  if (roomId === undefined && named && type === 'm.room.create') return;
  if (typeof roomId !== 'string' || !isRoomId(roomId)) throw malformed('room_id is a room id.');
  if (named ? !isHashId(roomId) : !roomId.includes(':')) {
    throw malformed(`room_id has the form that room version ${version.id} prescribes.`);
  }
}

/** Up to 2^63 - 1, and from room version 6 on up to 2^53 - 1. */
function checkDepth(depth: JsonValue | undefined, version: RoomVersion): void {
  if (isEventInteger(depth, version) && compareIntegers(depth, 0) >= 0) return;
  throw malformed('depth is an integer from 0 to the greatest of the room version.');
}

/** The text forbids no repetition here: for `auth_events` an authorisation rule does. */
function checkReferences(fields: JsonObject, key: string, countMax: number, version: RoomVersion): void {
  const references = own(fields, key);
  if (!Array.isArray(references)) throw malformed(`${key} is an array.`);
  if (references.length > countMax) throw malformed(`${key} has at most ${countMax} entries.`);
  if (!references.every((each) => isReference(each, version))) {
    throw malformed(`${key} names events as room version ${version.id} does.`);
  }
}

function checkHashes(fields: JsonObject): void {
  const hashes = own(fields, 'hashes');
  if (!isJsonObject(hashes) || ownString(hashes, 'sha256') === undefined) {
    throw malformed('hashes holds sha256.');
  }
}

function checkSignatures(fields: JsonObject): void {
  const signatures = own(fields, 'signatures');
  if (!isJsonObject(signatures)) throw malformed('signatures is an object.');
  for (const byServer of Object.values(signatures)) {
    if (!isJsonObject(byServer) || !Object.values(byServer).every((each) => typeof each === 'string')) {
      throw malformed('signatures maps servers to key ids to signatures.');
    }
  }
}

function checkFieldSize(key: string, text: string): void {
  if (text.length * 3 <= eventFieldBytesMax || Buffer.byteLength(text) <= eventFieldBytesMax) return;
  throw new ProtocolError('tooLarge', `${key} has more than ${eventFieldBytesMax} bytes.`);
}

function malformed(message: string): ProtocolError {
  return new ProtocolError('badJson', `Malformed event: ${message}`);
}
