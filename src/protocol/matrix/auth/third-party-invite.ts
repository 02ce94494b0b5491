// An invite that redeems an m.room.third_party_invite: the identity server's signature stands in for the inviter's
// power. Rules 5.3.1, 4.3.1, 4.4.1 or 5.4.1 of the room versions.
import type { KeyObject } from 'node:crypto';
import type { RuleNumbers } from '#protocol/matrix/auth/rule-numbers';
import { type AuthState, allowed, refused, type Verdict } from '#protocol/matrix/auth/verdict';
import type { EventDraft } from '#protocol/matrix/event';
import { isJsonObject, type JsonObject, own, ownObject, ownString } from '#protocol/matrix/json';
import { verifyText, withoutSignatures } from '#protocol/matrix/signing';
import { isKeyId, verifyKey } from '#protocol/matrix/signing-keys';

/** An identity server gives two keys and signs once. More are not tried: each trial is a verification. */
const keysMax = 16;
const signaturesMax = 16;

export function authoriseThirdPartyInvite(
  event: EventDraft,
  targetIsBanned: boolean,
  state: AuthState,
  at: RuleNumbers['member']['invite']['thirdParty'],
): Verdict {
  // 1. If target user is banned, reject.
  if (targetIsBanned) return refused(at.banned, 'The user is banned from the room.');
  // 2. If third_party_invite does not have a signed property, reject.
  const invite = ownObject(event.content, 'third_party_invite');
  const signed = invite && ownObject(invite, 'signed');
  if (signed === undefined) return refused(at.unsigned, 'The third-party invite is not signed.');
  // 3. If signed does not have mxid and token properties, reject.
  const mxid = ownString(signed, 'mxid');
  const token = ownString(signed, 'token');
  if (mxid === undefined || token === undefined) {
    return refused(at.incomplete, 'The third-party invite lacks its mxid or its token.');
  }
  // 4. If mxid does not match state_key, reject.
  if (mxid !== event.state_key) return refused(at.anotherUser, 'The third-party invite is for another user.');
  // 5. If there is no m.room.third_party_invite in the room state with state_key matching token, reject.
  const offer = state('m.room.third_party_invite', token);
  if (offer === undefined) return refused(at.unknown, 'The room knows no such third-party invite.');
  // 6. If sender does not match sender of the m.room.third_party_invite, reject.
  if (event.sender !== offer.sender) {
    return refused(at.anotherSender, 'The third-party invite was sent by another user.');
  }
  // 7. If any signature in signed matches any public key in the m.room.third_party_invite, allow. 8. Otherwise, reject.
  const text = withoutSignatures(signed);
  const keys = publicKeys(offer.content);
  for (const signature of signaturesIn(signed)) {
    if (keys.some((key) => verifyText(text, signature, key))) return allowed(at.signed);
  }
  return refused(at.otherwise, 'No key of the third-party invite has signed it.');
}

function signaturesIn(signed: JsonObject): string[] {
  const byServers = Object.values(ownObject(signed, 'signatures') ?? {}).filter(isJsonObject);
  return byServers
    .flatMap((byServer) => Object.entries(byServer))
    .flatMap(([keyId, signature]) => (isKeyId(keyId) && typeof signature === 'string' ? [signature] : []))
    .slice(0, signaturesMax);
}

function publicKeys(offer: JsonObject): KeyObject[] {
  const listed = own(offer, 'public_keys');
  const entries = Array.isArray(listed) ? listed.filter(isJsonObject) : [];
  const texts = [offer, ...entries].map((entry) => ownString(entry, 'public_key'));
  return [...new Set(texts)]
    .filter((text) => text !== undefined)
    .slice(0, keysMax)
    .map(verifyKey)
    .filter((key) => key !== undefined);
}
