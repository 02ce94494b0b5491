// Events of our own against the rules one at a time: what buildEvent puts together from parts must be what hashing,
// redacting and signing the whole would give.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEvent } from '#protocol/matrix/build-event';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import type { EventDraft } from '#protocol/matrix/event';
import { readPdu } from '#protocol/matrix/event-format';
import {
  contentHash,
  contentHashMatches,
  createEventId,
  eventIdOf,
  referenceHash,
  referenceTo,
  roomCreatedBy,
  signedForm,
} from '#protocol/matrix/hashes';
import { type EventId, parseServerName, type RoomId, type UserId } from '#protocol/matrix/identifiers';
import { ExactNumber, type JsonObject } from '#protocol/matrix/json';
import { parseJson } from '#protocol/matrix/parse-json';
import { redact } from '#protocol/matrix/redaction';
import { roomVersion, roomVersions } from '#protocol/matrix/room-versions';
import { verifyText } from '#protocol/matrix/signing';
import { signingKeyFromSeed, verifyKey } from '#protocol/matrix/signing-keys';
import { ProtocolError } from '#support/errors';
import { draftIn } from '#test/fixtures/event-drafts';

const key = signingKeyFromSeed(new Uint8Array(32).fill(7), 'ed25519:a', parseServerName('example.org'));
const publicKey = verifyKey(key.publicKey)!;
const v11 = roomVersion('11');
const v12 = roomVersion('12');
const reference = '$Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpYQ' as EventId;

const message: EventDraft = {
  type: 'm.room.message',
  room_id: '!Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpYQ' as RoomId,
  sender: '@alice:example.org' as UserId,
  content: { msgtype: 'm.text', body: 'Hello "world" \u{1F600}' },
  origin_server_ts: 1_700_000_000_000,
  depth: 12,
  prev_events: [reference],
  auth_events: [reference],
};
const create: EventDraft = {
  type: 'm.room.create',
  state_key: '',
  sender: '@alice:example.org' as UserId,
  content: { room_version: '12' },
  origin_server_ts: 1_700_000_000_000,
  depth: 1,
  prev_events: [],
  auth_events: [],
};

describe('buildEvent', () => {
  const contents = fc.dictionary(
    fc.oneof(fc.constantFrom('membership', 'signed', 'users', 'redacts', '__proto__', 'body'), fc.string()),
    fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.constant({ signed: { a: 1 }, b: [] })),
  );
  const types = fc.constantFrom(
    'm.room.message',
    'm.room.member',
    'm.room.power_levels',
    'm.room.redaction',
    'm.room.create',
    'constructor',
    '"',
  );

  const optional = fc.option(fc.string(), { nil: undefined });
  it.each([...roomVersions.values()])('gives in version $id what the rules give one at a time', (version) => {
    fc.assert(
      fc.property(contents, types, optional, optional, (content, type, stateKey, redacts) => {
        const draft = {
          ...draftIn(version),
          type,
          content: content as JsonObject,
          ...(stateKey === undefined ? {} : { state_key: stateKey }),
          ...(redacts === undefined || version.redactsIn === 'content'
            ? {}
            : { redacts: redacts as EventId }),
        };
        const { pdu, bytes, eventId } = buildEvent(draft, version, key);
        expect(bytes.toString()).toBe(canonicalJson(pdu as unknown as JsonObject));
        expect(pdu).toEqual({ ...draft, hashes: pdu.hashes, signatures: pdu.signatures });
        expect(pdu.hashes.sha256).toBe(contentHash(draft));
        expect(contentHashMatches(pdu)).toBe(true);
        expect(eventId).toBe(eventIdOf(pdu, version));
        const signature = pdu.signatures['example.org']!['ed25519:a']!;
        expect(verifyText(signedForm(pdu, version), signature, publicKey)).toBe(true);
        expect(readPdu(JSON.parse(bytes.toString()), version)).toMatchObject({ bytes, eventId });
      }),
      { numRuns: 40 },
    );
  });

  it('takes a depth beyond the range of numbers where the version has such', () => {
    const v5 = roomVersion('5');
    const depth = new ExactNumber('9223372036854775807');
    const built = buildEvent({ ...draftIn(v5), depth }, v5, key);
    expect(built.isPlain).toBe(false);
    expect(readPdu(parseJson(built.bytes).value, v5)).toMatchObject({
      eventId: built.eventId,
      isPlain: false,
    });
    const v6 = roomVersion('6');
    expect(() => buildEvent({ ...draftIn(v6), depth }, v6, key)).toThrow(ProtocolError);
  });

  it('needs an id where ids are chosen, and has none elsewhere', () => {
    const { event_id, ...rest } = draftIn(roomVersion('1'));
    expect(() => buildEvent(rest, roomVersion('1'), key)).toThrow(
      expect.objectContaining({ kind: 'badJson' }),
    );
    expect(() => eventIdOf(rest, roomVersion('2'))).toThrow(expect.objectContaining({ kind: 'badJson' }));
    for (const id of ['3', '12']) {
      const draft = { ...draftIn(roomVersion(id)), event_id, redacts: '$x' as EventId };
      const { pdu } = buildEvent(draft as EventDraft, roomVersion(id), key);
      expect(pdu).not.toHaveProperty('event_id');
      expect('redacts' in pdu).toBe(id === '3');
    }
  });

  it('is named by others with its hash in versions 1 and 2', () => {
    for (const version of roomVersions.values()) {
      const { eventId, pdu } = buildEvent(draftIn(version), version, key);
      const reference = referenceTo(eventId, redact(pdu, version), version);
      const isPair = version.id === '1' || version.id === '2';
      expect(reference).toEqual(isPair ? [eventId, { sha256: referenceHash(pdu, version) }] : eventId);
    }
  });

  it('names the room after the create event in version 12', () => {
    const { eventId, roomId, pdu } = buildEvent(create, v12, key);
    expect([createEventId(pdu, v12), roomCreatedBy(pdu, v12)]).toEqual([eventId, roomId]);
    expect(roomId).toMatch(/^![A-Za-z0-9_-]{43}$/);
    expect(pdu).not.toHaveProperty('room_id');
    const scoped = { ...create, room_id: '!abc:example.org' as RoomId };
    expect(buildEvent(scoped, v11, key).roomId).toBe('!abc:example.org');
  });

  it.each(['1.5', '-0', '1e3', '9007199254740993'])(
    'holds the number %s only where others take it',
    (text) => {
      for (const version of roomVersions.values()) {
        const built = () =>
          buildEvent({ ...draftIn(version), content: { n: [new ExactNumber(text)] } }, version, key);
        if (version.strictJson) expect(built).toThrow(expect.objectContaining({ kind: 'badJson' }));
        else expect(readPdu(parseJson(built().bytes).value, version).eventId).toBe(built().eventId);
      }
    },
  );

  it('holds nothing that it does not sign', () => {
    const built = buildEvent({ ...message, more: 1, state_key: undefined } as never, v12, key);
    expect(built.pdu).toEqual(JSON.parse(built.bytes.toString()));
    expect(Object.keys(built.pdu)).not.toContain('state_key');
  });

  it('still has its id, signature and room when redacted, but not its content hash', () => {
    const { pdu, eventId } = buildEvent(message, v12, key);
    const redacted = redact(pdu, v12);
    expect(redacted.content).toEqual({});
    expect(eventIdOf(redacted, v12)).toBe(eventId);
    expect(contentHashMatches(redacted)).toBe(false);
    expect(redact(redacted, v12)).toEqual(redacted);
  });

  it('counts the bytes of the whole event', () => {
    const size = (body: string) => buildEvent({ ...message, content: { body } }, v12, key).bytes.length;
    const room = 65_536 - size('');
    expect(size('x'.repeat(room))).toBe(65_536);
    const tooLarge = expect.objectContaining({ kind: 'tooLarge' });
    expect(() => size('x'.repeat(room + 1))).toThrow(tooLarge);
    expect(() => size('é'.repeat(room / 2 + 1))).toThrow(tooLarge);
  });

  const references = (count: number) => Array.from({ length: count }, () => reference);
  it.each([
    ['more than 20 prev_events', { prev_events: references(21) }, 'badJson'],
    ['more than 10 auth_events', { auth_events: references(11) }, 'badJson'],
    ['a prev event that is no id', { prev_events: ['x'] }, 'badJson'],
    [
      'a prev event that is a room',
      { prev_events: ['!Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpYQ'] },
      'badJson',
    ],
    ['a prev event with a domain', { prev_events: ['$a:b'] }, 'badJson'],
    ['a room id with a domain', { room_id: '!a:example.org' }, 'badJson'],
    ['no room id', { room_id: undefined }, 'badJson'],
    ['a fraction in its content', { content: { a: 0.5 } }, 'badJson'],
    ['content that is an array', { content: [] }, 'badJson'],
    ['a negative depth', { depth: -1 }, 'badJson'],
    ['no time', { origin_server_ts: Number.NaN }, 'badJson'],
    ['a sender that is no user', { sender: 'alice' }, 'badJson'],
    ['a type of 256 bytes', { type: 'é'.repeat(128) }, 'tooLarge'],
    ['a state key of 256 bytes', { state_key: 'x'.repeat(256) }, 'tooLarge'],
  ])('refuses %s', (_, change, kind) => {
    const draft = { ...message, ...change } as EventDraft;
    expect(() => buildEvent(draft, v12, key)).toThrow(expect.objectContaining({ kind }));
  });

  it('takes depth 0, 20 prev_events, 10 auth_events and fields of 255 bytes', () => {
    const full = {
      depth: 0,
      prev_events: references(20),
      auth_events: references(10),
      type: `x${'é'.repeat(127)}`,
    };
    expect(buildEvent({ ...message, ...full }, v12, key).pdu.type).toHaveLength(128);
  });
});

describe('readPdu', () => {
  const good = () => JSON.parse(buildEvent(message, v12, key).bytes.toString());

  it.each([
    ['nothing', null],
    ['an array', []],
    ['no hashes', { hashes: undefined }],
    ['a hash that is no text', { hashes: { sha256: 1 } }],
    ['signatures that are text', { signatures: 'x' }],
    ['a signature that is a number', { signatures: { a: { b: 1 } } }],
    ['a server that signed nothing', { signatures: { a: null } }],
    ['a state key that is a number', { state_key: 1 }],
    ['a type that is missing', { type: undefined }],
    ['unsigned data that is text', { unsigned: 'x' }],
    ['negative zero', { content: { a: -0 } }],
    ['prev_events that are no array', { prev_events: {} }],
  ])('refuses %s', (_, change) => {
    const value = change === null || Array.isArray(change) ? change : { ...good(), ...change };
    expect(() => readPdu(JSON.parse(stringifyKeepingZero(value)), v12)).toThrow(
      expect.objectContaining({ kind: 'badJson', constructor: ProtocolError }),
    );
  });

  it('counts unsigned data', () => {
    const value = { ...good(), unsigned: { more: 'x'.repeat(65_536) } };
    expect(() => readPdu(value, v12)).toThrow(expect.objectContaining({ kind: 'tooLarge' }));
  });

  it('takes a create event of version 12 with and without a room id, for the rules to judge', () => {
    const { pdu } = buildEvent(create, v12, key);
    expect(readPdu(pdu, v12).pdu).toEqual(pdu);
    expect(() => readPdu(pdu, v11)).toThrow(ProtocolError);
  });

  it('answers anything at all, and refuses only by ProtocolError', () => {
    const field = fc.constantFrom(...Object.keys(good()), 'state_key', 'unsigned', '__proto__');
    fc.assert(
      fc.property(field, fc.jsonValue(), (name, value) => {
        const hostile = JSON.parse(
          `${JSON.stringify(good()).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`,
        );
        try {
          expect(readPdu(hostile, v12).bytes.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

/** JSON.stringify writes -0 as 0; here it stays. */
function stringifyKeepingZero(value: unknown): string {
  return JSON.stringify(value, (_, each) => (Object.is(each, -0) ? 'negative zero' : each)).replace(
    '"negative zero"',
    '-0',
  );
}
