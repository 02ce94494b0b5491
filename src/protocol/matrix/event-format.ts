// The form that an event must have before anything else is asked of it. Room version pages, "Event format";
// Client-Server API, "Size limits".
import { Buffer } from 'node:buffer';
import { canonicalJson, checkCanonical } from '#protocol/matrix/canonical-json';
import type { EventDraft, Pdu } from '#protocol/matrix/event';
import { isEventId, isHashId, isRoomId, isUserId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject, own, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';
import { authEventsMax, eventBytesMax, eventFieldBytesMax, prevEventsMax } from '#support/limits';

export interface ReadPdu {
  readonly pdu: Pdu;
  /** Canonical JSON of `pdu` as UTF-8. */
  readonly bytes: Buffer;
}

/**
 * Takes an event from elsewhere if it has the form of `version`. Nothing is said about its hashes and signatures.
 * Throws `badJson` or `tooLarge`, with the key that is wrong.
 */
export function readPdu(value: unknown, version: RoomVersion): ReadPdu {
  checkCanonical(value);
  if (!isJsonObject(value)) throw malformed('An event is an object.');
  checkEventFields(value, version);
  checkHashes(value);
  checkSignatures(value);
  const unsigned = own(value, 'unsigned');
  if (unsigned !== undefined && !isJsonObject(unsigned)) throw malformed('unsigned is an object.');
  const bytes = Buffer.from(canonicalJson(value));
  checkEventSize(bytes.length);
  return { pdu: value as unknown as Pdu, bytes };
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
  checkRoomId(fields, type, version);
  checkCount(fields, 'depth');
  if (!Number.isSafeInteger(own(fields, 'origin_server_ts'))) {
    throw malformed('origin_server_ts is an integer.');
  }
  checkReferences(fields, 'prev_events', prevEventsMax);
  checkReferences(fields, 'auth_events', authEventsMax);
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

function checkReferences(fields: JsonObject, key: string, countMax: number): void {
  const references = own(fields, key);
  if (!Array.isArray(references)) throw malformed(`${key} is an array.`);
  if (references.length > countMax) throw malformed(`${key} has at most ${countMax} entries.`);
  for (const reference of references) {
    if (typeof reference !== 'string' || !isEventId(reference) || !isHashId(reference)) {
      throw malformed(`${key} holds event ids.`);
    }
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

function checkCount(fields: JsonObject, key: string): void {
  const value = own(fields, key);
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw malformed(`${key} is an integer from 0 to 2^53 - 1.`);
  }
}

function checkFieldSize(key: string, text: string): void {
  if (text.length * 3 <= eventFieldBytesMax || Buffer.byteLength(text) <= eventFieldBytesMax) return;
  throw new ProtocolError('tooLarge', `${key} has more than ${eventFieldBytesMax} bytes.`);
}

function malformed(message: string): ProtocolError {
  return new ProtocolError('badJson', `Malformed event: ${message}`);
}
