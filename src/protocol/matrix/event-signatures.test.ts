// Which servers must have signed an event, and what counts as having done so. Server-Server API, "Validating hashes and
// signatures on received events".
import { describe, expect, it } from 'vitest';
import { buildEvent } from '#protocol/matrix/build-event';
import type { Pdu, Signatures } from '#protocol/matrix/event';
import { hasRequiredSignatures, requiredSigners } from '#protocol/matrix/event-signatures';
import { signedForm } from '#protocol/matrix/hashes';
import { type EventId, parseServerName, type RoomId, type UserId } from '#protocol/matrix/identifiers';
import { redact } from '#protocol/matrix/redaction';
import { roomVersion } from '#protocol/matrix/room-versions';
import { signText } from '#protocol/matrix/signing';
import { signingKeyFromSeed, verifyKey } from '#protocol/matrix/signing-keys';

const version = roomVersion('12');
const keyOf = (server: string, id: string, byte: number) =>
  signingKeyFromSeed(new Uint8Array(32).fill(byte), id, parseServerName(server));
const ours = keyOf('a.org', 'ed25519:1', 1);
const second = keyOf('a.org', 'ed25519:2', 2);
const theirs = keyOf('b.org', 'ed25519:1', 3);
const known = (...keys: (typeof ours)[]) => {
  const published = new Map(keys.map((key) => [`${key.server} ${key.keyId}`, verifyKey(key.publicKey)!]));
  return (server: string, keyId: string) => published.get(`${server} ${keyId}`);
};

const draft = {
  type: 'm.room.member',
  room_id: `!${'A'.repeat(43)}` as RoomId,
  sender: '@alice:a.org' as UserId,
  state_key: '@alice:a.org',
  content: { membership: 'join', displayname: 'Alice' },
  origin_server_ts: 1,
  depth: 1,
  prev_events: [`$${'A'.repeat(43)}` as EventId],
  auth_events: [],
};
const { pdu } = buildEvent(draft, version, ours);
const alsoSigned = (event: Pdu, server: string, keyId: string, signature: string): Pdu => {
  const before: Signatures = event.signatures;
  return { ...event, signatures: { ...before, [server]: { ...before[server], [keyId]: signature } } };
};
const check = (event: Pdu, ...keys: (typeof ours)[]) => hasRequiredSignatures(event, version, known(...keys));

describe('an event', () => {
  it('is signed by the server of its sender, also when redacted', () => {
    expect(check(pdu, ours)).toBe(true);
    expect(check(redact(pdu, version), ours)).toBe(true);
    expect(check(pdu, theirs)).toBe(false);
    expect(check(pdu)).toBe(false);
  });

  it('is covered as far as redaction leaves it', () => {
    expect(check({ ...pdu, depth: 2 }, ours)).toBe(false);
    expect(check({ ...pdu, content: { membership: 'leave' } }, ours)).toBe(false);
    expect(check({ ...pdu, unsigned: { age: 1 } }, ours)).toBe(true);
  });

  it('may bear signatures by keys that nobody knows, but no wrong one by a known key', () => {
    const wrong = signText('something else', second);
    expect(check(alsoSigned(pdu, 'a.org', 'ed25519:2', wrong), ours)).toBe(true);
    expect(check(alsoSigned(pdu, 'a.org', 'ed25519:2', wrong), ours, second)).toBe(false);
    expect(check(alsoSigned(pdu, 'a.org', 'rsa:1', wrong), ours, second)).toBe(true);
    const right = signText(signedForm(pdu, version), second);
    expect(check(alsoSigned(pdu, 'a.org', 'ed25519:2', right), ours, second)).toBe(true);
    expect(check(alsoSigned(pdu, 'b.org', 'ed25519:1', wrong), ours, theirs)).toBe(true);
  });

  it('needs the signature of the server that authorised its restricted join', () => {
    const content = { ...draft.content, join_authorised_via_users_server: '@bob:b.org' };
    const restricted = buildEvent({ ...draft, content }, version, ours).pdu;
    expect(requiredSigners(restricted)).toEqual(['a.org', 'b.org']);
    expect(check(restricted, ours, theirs)).toBe(false);
    const signature = signText(signedForm(restricted, version), theirs);
    expect(check(alsoSigned(restricted, 'b.org', 'ed25519:1', signature), ours, theirs)).toBe(true);
    expect(requiredSigners({ ...restricted, content: { ...content, membership: 'leave' } })).toEqual([
      'a.org',
    ]);
    expect(requiredSigners({ ...restricted, type: 'm.room.message' })).toEqual(['a.org']);
  });

  it('need not be signed by the sender when it redeems a third-party invite', () => {
    const content = { membership: 'invite', third_party_invite: { signed: {} } };
    expect(requiredSigners({ ...draft, content })).toEqual([]);
    expect(requiredSigners({ ...draft, content: { ...content, membership: 'join' } })).toEqual(['a.org']);
  });
});
