// Makes an event of our own: hash, redact, sign, name. This is the hottest path of the server, so each part of the event
// is serialised once and the three texts that are needed (what the content hash covers, what is signed, what is stored)
// are put together from the parts. Server-Server API, "Adding hashes and signatures to outgoing events".
import { Buffer } from 'node:buffer';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import type { EventDraft, Pdu, Signatures } from '#protocol/matrix/event';
import { checkEventFields, checkEventSize } from '#protocol/matrix/event-format';
import { eventIdOfSignedForm, roomIdOfCreate, sha256 } from '#protocol/matrix/hashes';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { holdsExactNumber } from '#protocol/matrix/integers';
import type { JsonObject, JsonValue } from '#protocol/matrix/json';
import { redactContent } from '#protocol/matrix/redaction';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { signText } from '#protocol/matrix/signing';
import type { SigningKey } from '#protocol/matrix/signing-keys';
import { ProtocolError } from '#support/errors';

export interface BuiltEvent {
  readonly eventId: EventId;
  /** The room that it is in, also where it is the create event that names the room. */
  readonly roomId: RoomId;
  readonly pdu: Pdu;
  /** Canonical JSON of `pdu` as UTF-8: what is stored and sent. */
  readonly bytes: Buffer;
  /** True when `JSON.parse` reads `bytes` back as `pdu`; otherwise that takes `parseJson`. */
  readonly isPlain: boolean;
}

/** An event that lacks nothing but its signature: that is most of what an event costs, and may be made elsewhere. */
export interface UnsignedEvent {
  readonly eventId: EventId;
  readonly roomId: RoomId;
  /** Without signatures. */
  readonly pdu: Pdu;
  /** What is to be signed: canonical JSON of the redacted form. */
  readonly signedText: string;
  /** See `BuiltEvent`. */
  readonly isPlain: boolean;
  /** The whole event, once `signedText` has been signed (unpadded Base64). */
  withSignature(signature: string): BuiltEvent;
}

/**
 * Completes `draft` to an event of `version`, signed with `key`.
 *
 * Throws `badJson` when the draft breaks the event format (types, identifiers, numbers of `prev_events` and
 * `auth_events`, canonical JSON) and `tooLarge` when the event or one of its fields is too large.
 */
export function buildEvent(draft: EventDraft, version: RoomVersion, key: SigningKey): BuiltEvent {
  const unsigned = prepareEvent(draft, version, key);
  return unsigned.withSignature(signText(unsigned.signedText, key));
}

/** The same without the signature, which `key` is to make. Throws what `buildEvent` throws. */
export function prepareEvent(
  draft: EventDraft,
  version: RoomVersion,
  key: Pick<SigningKey, 'server' | 'keyId'>,
): UnsignedEvent {
  checkEventFields(draft, version);
  const member = (name: keyof EventDraft, isPart = true): string => {
    const value = draft[name];
    return !isPart || value === undefined ? '' : `,"${name}":${canonicalJson(value as JsonValue)}`;
  };
  // The members of an event in the order of their keys, with room for `hashes` and `signatures` where they belong.
  const authEvents = `{"auth_events":${canonicalJson(draft.auth_events)},"content":`;
  const content = canonicalJson(draft.content);
  const depth = `${member('depth')}${member('event_id', version.eventIds === 'chosen')}`;
  const middle = `${member('origin_server_ts')}${member('prev_events')}`;
  // No version's redaction keeps it.
  const redacts = member('redacts', version.redactsIn === 'event');
  const room = `${member('room_id')}${member('sender')}`;
  const end = `${member('state_key')}${member('type')}}`;

  const isPlain = !holdsExactNumber(draft as unknown as JsonObject);
  if (version.strictJson && !isPlain) {
    throw new ProtocolError(
      'badJson',
      `Numbers in room version ${version.id} are integers within ±(2^53 - 1).`,
    );
  }

  const contentHash = sha256(`${authEvents}${content}${depth}${middle}${redacts}${room}${end}`);
  const hashes = `,"hashes":{"sha256":"${contentHash}"}`;

  const kept = redactContent(draft.type, draft.content, version);
  const keptContent = kept === draft.content ? content : canonicalJson(kept);
  const signedText = `${authEvents}${keptContent}${depth}${hashes}${middle}${room}${end}`;
  const eventId = eventIdOfSignedForm(signedText, draft, version);
  const roomId = draft.room_id ?? roomIdOfCreate(eventId);

  const signedBy = (signature: string): Signatures => ({ [key.server]: { [key.keyId]: signature } });
  const whole = (signature: string): string =>
    `${authEvents}${content}${depth}${hashes}${middle}${redacts}${room}` +
    `,"signatures":${canonicalJson(signedBy(signature))}${end}`;
  // A signature is as long as any other, so the size is known before there is one.
  checkEventSize(Buffer.byteLength(whole(anySignature)));
  return {
    eventId,
    roomId,
    pdu: completed(draft, version, contentHash, {}),
    signedText,
    isPlain,
    withSignature: (signature) => ({
      eventId,
      roomId,
      pdu: completed(draft, version, contentHash, signedBy(signature)),
      bytes: Buffer.from(whole(signature)),
      isPlain,
    }),
  };
}

/** An Ed25519 signature has 64 bytes. */
const anySignature = 'A'.repeat(86);

/** The event as an object; of the draft only what was serialised. */
function completed(draft: EventDraft, version: RoomVersion, sha256: string, signatures: Signatures): Pdu {
  const hasId = version.eventIds === 'chosen' && draft.event_id !== undefined;
  const redacts = version.redactsIn === 'event' && draft.redacts !== undefined;
  return {
    auth_events: draft.auth_events,
    content: draft.content,
    depth: draft.depth,
    ...(hasId ? { event_id: draft.event_id } : {}),
    hashes: { sha256 },
    origin_server_ts: draft.origin_server_ts,
    prev_events: draft.prev_events,
    ...(redacts ? { redacts: draft.redacts } : {}),
    ...(draft.room_id === undefined ? {} : { room_id: draft.room_id }),
    sender: draft.sender,
    signatures,
    ...(draft.state_key === undefined ? {} : { state_key: draft.state_key }),
    type: draft.type,
  };
}
