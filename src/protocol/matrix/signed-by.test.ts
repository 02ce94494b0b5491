// When one server counts as having signed an event, and whose word an invite is. Server-Server API, "Validating hashes and
// signatures on received events".
import { expect, test } from 'vitest';
import { buildEvent } from '#protocol/matrix/build-event';
import type { Pdu, Signatures } from '#protocol/matrix/event';
import { readPdu } from '#protocol/matrix/event-format';
import { requiredSigners, signedBy } from '#protocol/matrix/event-signatures';
import { signedForm } from '#protocol/matrix/hashes';
import { type EventId, parseServerName, type RoomId, type UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { roomVersion } from '#protocol/matrix/room-versions';
import { signJson, signText } from '#protocol/matrix/signing';
import { signingKeyFromSeed, verifyKey } from '#protocol/matrix/signing-keys';

const version = roomVersion('12');
const server = parseServerName('a.org');
const [first, second] = ['ed25519:1', 'ed25519:2'].map((id, index) =>
  signingKeyFromSeed(new Uint8Array(32).fill(index + 1), id, server),
) as [ReturnType<typeof signingKeyFromSeed>, ReturnType<typeof signingKeyFromSeed>];
const keys = (_server: string, keyId: string) =>
  [first, second].filter((key) => key.keyId === keyId).map((key) => verifyKey(key.publicKey))[0];

const draft = {
  type: 'm.room.member',
  room_id: `!${'A'.repeat(43)}` as RoomId,
  sender: '@alice:a.org' as UserId,
  state_key: '@bob:b.org',
  content: { membership: 'invite' },
  origin_server_ts: 1,
  depth: 1,
  prev_events: [`$${'A'.repeat(43)}` as EventId],
  auth_events: [],
};
const { pdu } = buildEvent(draft, version, first);
const form = signedForm(pdu, version);
const right = pdu.signatures['a.org']?.['ed25519:1'] as string;
const withSignatures = (signatures: JsonObject): Pdu => ({ ...pdu, signatures: signatures as Signatures });
const isSigned = (signatures: JsonObject) => signedBy(withSignatures(signatures), form, server, keys);

test('a server has signed by one known key, or by several', () => {
  expect(isSigned({ 'a.org': { 'ed25519:1': right } })).toBe(true);
  expect(isSigned({ 'a.org': { 'ed25519:1': right, 'ed25519:2': signText(form, second) } })).toBe(true);
});

test('it has not where any of them is wrong, or nothing but keys that are not known', () => {
  const wrong = signText('something else', second);
  expect(isSigned({ 'a.org': { 'ed25519:1': right, 'ed25519:2': wrong } })).toBe(false);
  expect(isSigned({ 'a.org': { 'ed25519:2': wrong, 'ed25519:1': right } })).toBe(false);
  expect(isSigned({ 'a.org': { 'ed25519:1': right, 'ed25519:2': 5 } })).toBe(false);
  expect(isSigned({ 'a.org': { 'ed25519:3': right } })).toBe(false);
  expect(isSigned({ 'b.org': { 'ed25519:1': right } })).toBe(false);
});

test('an invite is signed by the server of who invites, unless it redeems what a third party was offered', () => {
  expect(requiredSigners(draft, version)).toEqual(['a.org']);
  const redeeming = { membership: 'invite', third_party_invite: { signed: {} } };
  expect(requiredSigners({ ...draft, content: redeeming }, version)).toEqual([]);
});

test('one signature that is no text spoils an event, whatever stands beside it', () => {
  const read = (byServer: JsonObject) => () => readPdu(withSignatures({ 'a.org': byServer }), version);
  expect(read({ 'ed25519:1': right })).not.toThrow();
  expect(read({ 'ed25519:1': right, 'ed25519:2': 5 })).toThrow('signatures maps servers');
  expect(read({ 'ed25519:1': 5, 'ed25519:2': right })).toThrow('signatures maps servers');
});

test('a create event that names a room names one, also where its own id is the name', () => {
  const { room_id: _, ...rest } = draft;
  const create = { ...rest, type: 'm.room.create', state_key: '', content: {}, prev_events: [] };
  const { pdu: created } = buildEvent(create, version, first);
  const naming = (room_id: unknown) => () => readPdu({ ...created, room_id }, version);
  expect(naming(draft.room_id)).not.toThrow();
  expect(naming(5)).toThrow('room_id');
  expect(naming('room')).toThrow('room_id');
});

test('signing leaves what others have signed, and the same server under another key', () => {
  const signatures = { 'a.org': { 'ed25519:2': 'before' }, 'b.org': { 'ed25519:1': 'theirs' } };
  const signed = signJson({ said: 'tea', signatures }, first);
  expect(signed.signatures).toEqual({
    'a.org': { 'ed25519:2': 'before', 'ed25519:1': signText('{"said":"tea"}', first) },
    'b.org': { 'ed25519:1': 'theirs' },
  });
});

test.each(['$', 'x', '$x:a.org'])('an event of version 3 is not named by its hash behind %j', (before) => {
  const v3 = roomVersion('3');
  const hash = `$${'A'.repeat(43)}`;
  const naming = (id: string) => () =>
    readPdu(
      { ...buildEvent({ ...draft, room_id: '!r:a.org' as RoomId }, v3, first).pdu, prev_events: [id] },
      v3,
    );
  expect(naming(hash)).not.toThrow();
  expect(naming(before + hash)).toThrow('prev_events');
});
