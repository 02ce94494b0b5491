// The checks on an event from another server that need no room: its form, its name, its signatures and its content
// hash. Server-Server API, "Checks performed on receipt of a PDU", 1 to 3.
import type { Buffer } from 'node:buffer';
import type { Pdu } from '#protocol/matrix/event';
import { type ReadPdu, readPdu } from '#protocol/matrix/event-format';
import {
  concernedSigners,
  type KeyLookup,
  requiredSigners,
  signedBy,
} from '#protocol/matrix/event-signatures';
import { roomIdOfCreate } from '#protocol/matrix/hashes';
import type { EventId, RoomId, ServerName } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonValue, own, ownString } from '#protocol/matrix/json';
import { receivedForm } from '#protocol/matrix/received-form';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';

/**
 * Finds the keys of servers whose signatures on an event count, those that were valid when it was sent. It may fetch
 * them; what it cannot get is a key that is not known.
 */
export type KeyFinder = (
  event: Pdu,
  version: RoomVersion,
  signers: readonly ServerName[],
) => KeyLookup | Promise<KeyLookup>;

/** An event whose form and signatures are right. */
export interface CheckedPdu {
  readonly eventId: EventId;
  /** As it is kept: redacted where its content hash did not match. */
  readonly pdu: Pdu;
  /** Canonical JSON of `pdu` as UTF-8. */
  readonly bytes: Buffer;
  /** Says, for the store, where only `parseJson` reads `bytes` back as `pdu`. */
  readonly exactNumbers: { readonly hasExactNumbers?: true };
  /** True for the servers that an event like this concerns and that have signed it. */
  isSignedBy(server: ServerName): boolean;
}

/** Throws `forbidden` for an event that not every server has signed that must: it is dropped. */
export async function checkPdu(
  read: ReadPdu,
  version: RoomVersion,
  findKeys: KeyFinder,
): Promise<CheckedPdu> {
  const { pdu, eventId, signedText } = read;
  // 2. Passes signature checks, otherwise it is dropped.
  const asked = concernedSigners(pdu, version);
  const keys = await findKeys(pdu, version, asked);
  const signers = new Set(asked.filter((server) => signedBy(pdu, signedText, server, keys)));
  for (const server of requiredSigners(pdu, version)) {
    if (!signers.has(server)) {
      throw new ProtocolError('forbidden', `The event bears no valid signature by ${server}.`);
    }
  }
  const isSignedBy = (server: ServerName) => signers.has(server);
  // 3. Passes hash checks, otherwise it is redacted before being processed further.
  const kept = receivedForm(read, version);
  const exactNumbers = kept.isPlain ? {} : { hasExactNumbers: true as const };
  return { pdu: kept.pdu, eventId, bytes: kept.bytes, exactNumbers, isSignedBy };
}

/** The room that an event says it is in. */
export interface ClaimedPlace {
  readonly room: RoomId;
  /** Of a create event: the version of the room that it begins. */
  readonly begins?: RoomVersion;
}

/**
 * Where an event belongs, which is to be known before its form can be judged.
 * Throws `badJson` for an event that names no room, `unsupportedRoomVersion` for one that begins an unknown kind.
 */
export function claimedPlace(value: JsonValue): ClaimedPlace {
  if (!isJsonObject(value)) throw new ProtocolError('badJson', 'An event is an object.');
  const room = ownString(value, 'room_id') as RoomId | undefined;
  if (ownString(value, 'type') !== 'm.room.create') {
    if (room === undefined) throw new ProtocolError('badJson', 'The event does not say in which room it is.');
    return { room };
  }
  const content = own(value, 'content');
  const stated = isJsonObject(content) ? own(content, 'room_version') : undefined;
  // "m.room.create": "The version of the room. Defaults to "1" if the key does not exist."
  const version = roomVersion(typeof stated === 'string' ? stated : '1');
  if (version.roomIdFormat === 'server-scoped') {
    if (room === undefined) throw new ProtocolError('badJson', 'The event does not say in which room it is.');
    return { room, begins: version };
  }
  return { room: roomIdOfCreate(readPdu(value, version).eventId), begins: version };
}
