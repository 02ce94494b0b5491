// Which servers must have signed an event, and what counts as having done so. Server-Server API, "Validating hashes and
// signatures on received events".
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEvent } from '#protocol/matrix/build-event';
import type { Pdu, Signatures } from '#protocol/matrix/event';
import {
  concernedSigners,
  hasRequiredSignatures,
  requiredSigners,
  signaturesToVerify,
  signedBy,
} from '#protocol/matrix/event-signatures';
import { signedForm } from '#protocol/matrix/hashes';
import { type EventId, parseServerName, type RoomId, type UserId } from '#protocol/matrix/identifiers';
import { redact } from '#protocol/matrix/redaction';
import { roomVersion } from '#protocol/matrix/room-versions';
import { signText, verifySigned } from '#protocol/matrix/signing';
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
    expect(requiredSigners(restricted, version)).toEqual(['a.org', 'b.org']);
    const asLeave = { ...restricted, content: { ...content, membership: 'leave' } };
    expect(requiredSigners(asLeave, version)).toEqual(['a.org']);
    expect(requiredSigners({ ...restricted, type: 'm.room.message' }, version)).toEqual(['a.org']);
    expect(concernedSigners(asLeave, version)).toEqual(['a.org', 'b.org']);
    expect(concernedSigners({ ...restricted, type: 'm.room.message' }, version)).toEqual(['a.org']);
    const byNobody = { ...restricted, content: { ...content, join_authorised_via_users_server: 'bob' } };
    expect(concernedSigners(byNobody, version)).toEqual(['a.org']);
    for (const [id, signers] of [
      ['7', ['a.org']],
      ['8', ['a.org', 'b.org']],
    ] as const) {
      expect(requiredSigners(restricted, roomVersion(id))).toEqual(signers);
      expect(concernedSigners(restricted, roomVersion(id))).toEqual(signers);
    }
  });

  it('need not be signed by the sender when it redeems a third-party invite', () => {
    const content = { membership: 'invite', third_party_invite: { signed: {} } };
    expect(requiredSigners({ ...draft, content }, version)).toEqual([]);
    expect(requiredSigners({ ...draft, content: { ...content, membership: 'join' } }, version)).toEqual([
      'a.org',
    ]);
    expect(requiredSigners({ ...draft, content, type: 'm.room.message' }, version)).toEqual(['a.org']);
  });

  it('is signed in versions 1 and 2 by the server in its id too', () => {
    const event_id = '$x:b.org' as EventId;
    const content = { membership: 'invite', third_party_invite: {} };
    for (const [id, signers] of [
      ['1', ['a.org', 'b.org']],
      ['2', ['a.org', 'b.org']],
      ['3', ['a.org']],
    ] as const) {
      expect(requiredSigners({ ...draft, event_id }, roomVersion(id))).toEqual(signers);
      expect(requiredSigners({ ...draft, event_id, content }, roomVersion(id))).toEqual(signers.slice(1));
    }
    expect(requiredSigners({ ...draft, event_id: '$x:a.org' as EventId }, roomVersion('1'))).toEqual([
      'a.org',
    ]);

    const v1 = roomVersion('1');
    const inOldRoom = { ...draft, room_id: '!r:b.org' as RoomId, event_id, prev_events: [] };
    const old = buildEvent(inOldRoom, v1, ours).pdu;
    const keys = known(ours, theirs);
    expect(hasRequiredSignatures(old, v1, keys)).toBe(false);
    const both = alsoSigned(old, 'b.org', 'ed25519:1', signText(signedForm(old, v1), theirs));
    expect(hasRequiredSignatures(both, v1, keys)).toBe(true);
  });
});

describe('what is to be verified', () => {
  const form = signedForm(pdu, version);

  it('is one signature for each known key of each required server', () => {
    const both = alsoSigned(pdu, 'a.org', 'ed25519:2', signText(form, second));
    const list = signaturesToVerify(both, form, version, known(ours, second))!;
    expect(list.map(({ text, signature }) => [text, signature])).toEqual(
      ['ed25519:1', 'ed25519:2'].map((id) => [form, both.signatures['a.org']![id]]),
    );
    expect(list.every(verifySigned)).toBe(true);
    expect(signaturesToVerify(pdu, form, version, known(theirs))).toBeUndefined();
  });

  it('answers for anything that could stand under a server', () => {
    const ofAnything = (value: unknown) => {
      const event = { ...pdu, signatures: value as Signatures };
      expect(signedBy(event, form, parseServerName('a.org'), () => verifyKey(ours.publicKey))).toBe(false);
      expect(hasRequiredSignatures(event, version, known(theirs))).toBe(false);
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        ofAnything({ 'a.org': value });
        ofAnything({ 'a.org': { 'ed25519:1': value } });
      }),
    );
  });

  it('finds no key of a server under a name that every object has', () => {
    const event = { ...pdu, sender: '@alice:constructor' as UserId };
    expect(hasRequiredSignatures(event, version, () => verifyKey(ours.publicKey))).toBe(false);
  });
});
