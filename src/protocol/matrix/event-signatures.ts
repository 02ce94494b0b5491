// Whether the servers that must sign an event have signed it. Server-Server API, "Validating hashes and signatures on
// received events"; which key is whose, and valid when, is for the caller to know: see `server-keys`.
import type { KeyObject } from 'node:crypto';
import { membershipOf, type Pdu } from '#protocol/matrix/event';
import { signedForm } from '#protocol/matrix/hashes';
import { isUserId, type ServerName, serverOf } from '#protocol/matrix/identifiers';
import { type JsonObject, own, ownObject, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { type SignedText, verifySigned } from '#protocol/matrix/signing';
import { isKeyId } from '#protocol/matrix/signing-keys';

/** A key of a server that was valid when the event was sent; undefined for one that is unknown or had expired. */
export type KeyLookup = (server: ServerName, keyId: string) => KeyObject | undefined;

type Signed = Pick<Pdu, 'type' | 'sender' | 'content' | 'event_id'>;

/**
 * The servers without whose signature the event is dropped: the sender's, unless the event redeems a third-party
 * invite, which another server may send; in room versions 1 and 2 the one in the event's id; and from version 8 on the
 * one that authorises a restricted join.
 */
export function requiredSigners(event: Signed, version: RoomVersion): ServerName[] {
  const signers = new Set<ServerName>();
  const membership = event.type === 'm.room.member' ? membershipOf(event) : undefined;
  const isThirdPartyInvite =
    membership === 'invite' && own(event.content, 'third_party_invite') !== undefined;
  if (!isThirdPartyInvite) signers.add(serverOf(event.sender));
  if (version.eventIds === 'chosen' && event.event_id !== undefined) signers.add(serverOf(event.event_id));
  const authoriser = membership === 'join' ? authorisingServer(event, version) : undefined;
  if (authoriser !== undefined) signers.add(authoriser);
  return [...signers];
}

/**
 * All servers whose signatures are asked about: those that are required, and whichever a membership of another kind
 * names as the authoriser, which a rule of authorisation then rejects unless it has signed (room version 8, rule 4.2).
 */
export function concernedSigners(event: Signed, version: RoomVersion): ServerName[] {
  const signers = new Set(requiredSigners(event, version));
  const authoriser = event.type === 'm.room.member' ? authorisingServer(event, version) : undefined;
  if (authoriser !== undefined) signers.add(authoriser);
  return [...signers];
}

function authorisingServer({ content }: Signed, version: RoomVersion): ServerName | undefined {
  if (!version.restrictedJoins) return undefined;
  const authoriser = ownString(content, 'join_authorised_via_users_server');
  return authoriser !== undefined && isUserId(authoriser) ? serverOf(authoriser) : undefined;
}

/** True when each required server has signed the event: see `signedBy`. */
export function hasRequiredSignatures(event: Pdu, version: RoomVersion, keys: KeyLookup): boolean {
  return signaturesToVerify(event, signedForm(event, version), version, keys)?.every(verifySigned) ?? false;
}

/**
 * What is to be verified so that each required server has signed `event`, whose signed form is `form`: all of it must
 * be valid. Undefined where one of the servers has not signed by a known key at all.
 */
export function signaturesToVerify(
  event: Signed & Pick<Pdu, 'signatures'>,
  form: string,
  version: RoomVersion,
  keys: KeyLookup,
): SignedText[] | undefined {
  const all: SignedText[] = [];
  for (const server of requiredSigners(event, version)) {
    const signatures = signaturesBy(event, form, server, keys);
    if (signatures.length === 0) return undefined;
    all.push(...signatures);
  }
  return all;
}

/**
 * True when `event`, whose signed form is `form`, bears a signature by a known key of `server` and all signatures by
 * known keys of it are valid. Signatures by unknown keys are passed over.
 */
export function signedBy(
  event: Pick<Pdu, 'signatures'>,
  form: string,
  server: ServerName,
  keys: KeyLookup,
): boolean {
  const signatures = signaturesBy(event, form, server, keys);
  return signatures.length > 0 && signatures.every(verifySigned);
}

/** The signatures by known keys of `server`. One that is no text is kept as one that is not valid. */
function signaturesBy(
  event: Pick<Pdu, 'signatures'>,
  text: string,
  server: ServerName,
  keys: KeyLookup,
): SignedText[] {
  const signatures = ownObject(event.signatures as unknown as JsonObject, server) ?? {};
  return Object.entries(signatures).flatMap(([keyId, signature]) => {
    const key = isKeyId(keyId) ? keys(server, keyId) : undefined;
    if (key === undefined) return [];
    return [{ text, signature: typeof signature === 'string' ? signature : '', key }];
  });
}
