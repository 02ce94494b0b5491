// Whether the servers that must sign an event have signed it. Server-Server API, "Validating hashes and signatures on
// received events"; which key is whose, and valid when, is for the caller to know.
import type { KeyObject } from 'node:crypto';
import { membershipOf, type Pdu } from '#protocol/matrix/event';
import { signedForm } from '#protocol/matrix/hashes';
import { isUserId, type ServerName, serverOf } from '#protocol/matrix/identifiers';
import { type JsonObject, own, ownObject, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { verifyText } from '#protocol/matrix/signing';
import { isKeyId } from '#protocol/matrix/signing-keys';

/** A key of a server that was valid when the event was sent; undefined for one that is unknown or had expired. */
export type KeyLookup = (server: ServerName, keyId: string) => KeyObject | undefined;

/**
 * The servers without whose signature the event is dropped: the sender's, unless the event redeems a third-party
 * invite, which another server may send; and the one that authorises a restricted join.
 */
export function requiredSigners(event: Pick<Pdu, 'type' | 'sender' | 'content'>): ServerName[] {
  const signers = new Set<ServerName>();
  const isMember = event.type === 'm.room.member';
  const isThirdPartyInvite =
    isMember && membershipOf(event) === 'invite' && own(event.content, 'third_party_invite') !== undefined;
  if (!isThirdPartyInvite) signers.add(serverOf(event.sender));
  const authoriser =
    isMember && membershipOf(event) === 'join'
      ? ownString(event.content, 'join_authorised_via_users_server')
      : undefined;
  if (authoriser !== undefined && isUserId(authoriser)) signers.add(serverOf(authoriser));
  return [...signers];
}

/** True when each required server has signed the event: see `signedBy`. */
export function hasRequiredSignatures(event: Pdu, version: RoomVersion, keys: KeyLookup): boolean {
  const form = signedForm(event, version);
  return requiredSigners(event).every((server) => signedBy(event, form, server, keys));
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
  const signatures = ownObject(event.signatures as unknown as JsonObject, server) ?? {};
  let signed = false;
  for (const [keyId, signature] of Object.entries(signatures)) {
    const key = isKeyId(keyId) ? keys(server, keyId) : undefined;
    if (key === undefined) continue;
    if (typeof signature !== 'string' || !verifyText(form, signature, key)) return false;
    signed = true;
  }
  return signed;
}
