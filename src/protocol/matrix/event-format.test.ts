// What is an event in which room version: each check by a pair of values on either side of it. Room version pages, "Event
// format"; Client-Server API, "Size limits".
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEvent } from '#protocol/matrix/build-event';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import { readPdu } from '#protocol/matrix/event-format';
import { contentHash, contentHashMatches, eventIdOf, referenceHash } from '#protocol/matrix/hashes';
import { ExactNumber, type JsonObject, type JsonValue } from '#protocol/matrix/json';
import { parseJson } from '#protocol/matrix/parse-json';
import { receivedForm } from '#protocol/matrix/received-form';
import { type RoomVersion, roomVersion, roomVersions } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';
import { draftIn, exampleKey } from '#test/fixtures/event-drafts';

const all = [...roomVersions.values()];
const rows = (from: number, to: number) => all.slice(from - 1, to);
const exact = (text: string) => new ExactNumber(text);
const good = (version: RoomVersion): JsonObject =>
  JSON.parse(buildEvent(draftIn(version), version, exampleKey).bytes.toString());
/** JSON has no undefined: a key that holds it is meant to be missing. */
const withoutUndefined = (object: JsonObject) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const takes = (version: RoomVersion, change: JsonObject): boolean => {
  try {
    readPdu(withoutUndefined({ ...good(version), ...change }), version);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return false;
  }
};

/** The versions whose form takes an event with this change, as a list of ids. */
const takenBy = (change: (version: RoomVersion) => JsonObject) =>
  all.filter((version) => takes(version, change(version))).map(({ id }) => id);
const ids = (from: number, to: number) => rows(from, to).map(({ id }) => id);
const none: string[] = [];

const hash43 = 'Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpYQ';
const standard43 = 'Nhcu5BS+UMnFX7hBVfVSoXiD7OgH6iRT/xyIuqDnpYQ';
const sha256 = { sha256: standard43 };

describe('an event', () => {
  it('of each version is taken by that version', () => {
    expect(takenBy(() => ({}))).toEqual(ids(1, 12));
  });

  it.each<[string, JsonObject, string[]]>([
    ['no event_id', { event_id: undefined }, ids(3, 12)],
    ['an event_id with a domain', { event_id: '$x:b.org' }, ids(1, 12)],
    ['an event_id without', { event_id: '$x' }, ids(3, 12)],
    ['an event_id of no server', { event_id: '$x:b_org' }, ids(3, 12)],
    ['an event_id that is a number', { event_id: 5 }, ids(3, 12)],
    ['an event_id of 255 bytes', { event_id: `$${'x'.repeat(248)}:b.org` }, ids(1, 12)],
    ['an event_id of 256 bytes', { event_id: `$${'x'.repeat(249)}:b.org` }, ids(3, 12)],

    ['references in pairs', { prev_events: [['$x:b.org', sha256]] }, ids(1, 2)],
    ['pairs without a hash', { prev_events: [['$x:b.org', {}]] }, ids(1, 2)],
    ['pairs with a hash that is a number', { prev_events: [['$x:b.org', { sha256: 5 }]] }, none],
    ['pairs with null for hashes', { prev_events: [['$x:b.org', null]] }, none],
    ['pairs whose id has no domain', { prev_events: [['$x', sha256]] }, none],
    ['single references', { auth_events: [['$x:b.org']] }, none],
    ['triples', { auth_events: [['$x:b.org', sha256, 1]] }, none],
    [
      'the same reference twice',
      {
        prev_events: [
          ['$x:b.org', sha256],
          ['$x:b.org', sha256],
        ],
      },
      ids(1, 2),
    ],
    ['ids with a domain', { prev_events: ['$x:b.org'] }, none],
    ['URL-safe hashes', { auth_events: [`$${hash43}`, `$${hash43}`] }, ids(4, 12)],
    ['hashes in standard Base64', { auth_events: [`$${standard43}`] }, ids(3, 3)],
    ['a hash with padding', { auth_events: [`$${standard43}=`] }, none],
    ['a hash with left-over bits', { auth_events: [`$${'A'.repeat(42)}B`] }, none],
    ['a hash in both alphabets', { auth_events: [`$${'A'.repeat(42)}A`] }, ids(3, 12)],
    ['the hash of a room', { prev_events: [`!${hash43}`] }, none],
    ['ids in an object', { prev_events: {} }, none],

    ['a depth of 0', { depth: 0 }, ids(1, 12)],
    ['a depth of 2^53 - 1', { depth: Number.MAX_SAFE_INTEGER }, ids(1, 12)],
    ['a depth of 2^53', { depth: exact('9007199254740992') }, ids(1, 5)],
    ['a depth of 2^63 - 1', { depth: exact('9223372036854775807') }, ids(1, 5)],
    ['a depth of 2^63', { depth: exact('9223372036854775808') }, none],
    ['a depth below 0', { depth: -1 }, none],
    ['a depth far below 0', { depth: exact('-9007199254740992') }, none],
    ['a depth of 1.0', { depth: exact('1.0') }, none],
    ['a depth in words', { depth: '1' }, none],
    ['no depth', { depth: undefined }, none],
    ['a time before 1970', { origin_server_ts: -5 }, ids(1, 12)],
    ['a time of 2^63 - 1', { origin_server_ts: exact('9223372036854775807') }, ids(1, 5)],
    ['a time of 2^63', { origin_server_ts: exact('9223372036854775808') }, none],
    ['a time with a fraction', { origin_server_ts: exact('5.5') }, none],

    ['a fraction in its content', { content: { a: { b: [exact('0.5')] } } }, ids(1, 5)],
    ['a huge number in its content', { content: { a: exact('1e400') } }, ids(1, 5)],
    ['minus zero', { unsigned: { a: exact('-0') } }, ids(1, 5)],
    ['a fraction that lost its text', { content: { a: 0.5 } }, none],
    ['half a surrogate pair', { content: { a: '\ud800' } }, none],

    ['a room id with a domain', { room_id: '!r:b.org' }, ids(1, 11)],
    ['a room id with a hash', { room_id: `!${hash43}` }, ids(12, 12)],
    ['a room id of another hash', { room_id: `!${standard43}` }, none],
    ['a room id that is neither', { room_id: '!r' }, none],
    ['no room id', { room_id: undefined }, none],
    ['no room id, but a create event', { room_id: undefined, type: 'm.room.create' }, ids(12, 12)],

    ['redacts', { redacts: '$x' }, ids(1, 12)],
    ['redacts that is a number', { redacts: 5 }, ids(11, 12)],

    ['a type of 255 bytes', { type: 'x'.repeat(255) }, ids(1, 12)],
    ['a type of 256 bytes', { type: `${'é'.repeat(127)}xx` }, none],
    ['a state key of 255 bytes', { state_key: `${'é'.repeat(127)}x` }, ids(1, 12)],
    ['a state key of 256 bytes', { state_key: 'é'.repeat(128) }, none],
    ['a state key that is null', { state_key: null }, none],
    ['a sender of 255 bytes', { sender: `@${'x'.repeat(248)}:b.org` }, ids(1, 12)],
    ['a sender of 256 bytes', { sender: `@${'x'.repeat(249)}:b.org` }, none],
    ['a key that nobody knows', { anything: { at: ['all'] }, origin: 5, prev_state: null }, ids(1, 12)],
  ])('may hold %s only where the version says so', (_, change, versions) => {
    expect(takenBy(() => change)).toEqual(versions);
  });

  it.each([
    ['prev_events', 20],
    ['auth_events', 10],
  ])('has in %s at most %d', (key, most) => {
    const many = (count: number) => (version: RoomVersion) => ({
      [key]: Array.from({ length: count }, () => draftIn(version).prev_events[0] as JsonValue),
    });
    expect(takenBy(many(most))).toEqual(ids(1, 12));
    expect(takenBy(many(most + 1))).toEqual(none);
  });

  it.each(all)('of version $id has 65,536 bytes at most, all that it holds counted', (version) => {
    const room = 65_536 - Buffer.byteLength(canonicalJson({ ...good(version), unsigned: { pad: '' } }));
    expect(takes(version, { unsigned: { pad: 'x'.repeat(room) } })).toBe(true);
    expect(takes(version, { unsigned: { pad: 'x'.repeat(room + 1) } })).toBe(false);
    expect(takes(version, { unsigned: { pad: 'é'.repeat(Math.floor(room / 2) + 1) } })).toBe(false);
  });
});

describe('what is read', () => {
  const text = (version: RoomVersion) => {
    const event = good(version);
    return JSON.stringify(event).replace('"body":"Hello"', '"body":1.50,"big":90071992547409930,"e":1E2');
  };

  it.each(rows(1, 5))('keeps in version $id the numbers that were hashed', (version) => {
    const value = parseJson(text(version)).value;
    const read = readPdu(value, version);
    expect(read.isPlain).toBe(false);
    expect(read.bytes.toString()).toContain('"big":90071992547409930,"body":1.50');
    expect(readPdu(parseJson(read.bytes.toString()).value, version).bytes).toEqual(read.bytes);
    expect(contentHashMatches(read.pdu)).toBe(false);
    const rehashed = { ...read.pdu, hashes: { sha256: contentHash(read.pdu) } };
    expect(contentHashMatches(rehashed)).toBe(true);
    const other = { ...rehashed, content: { ...rehashed.content, big: exact('90071992547409931') } };
    expect(contentHashMatches(other)).toBe(false);
  });

  it.each(rows(6, 12))('is refused in version $id with such numbers', (version) => {
    const { value } = parseJson(text(version));
    expect(() => readPdu(value, version)).toThrow(expect.objectContaining({ kind: 'badJson' }));
  });

  it.each(all)(
    'has in version $id an id, a form that is signed, and bytes that can be read again',
    (version) => {
      const built = buildEvent(draftIn(version), version, exampleKey);
      const read = readPdu(parseJson(built.bytes).value, version);
      expect(read.eventId).toBe(built.eventId);
      expect(read.eventId).toBe(eventIdOf(read.pdu, version));
      expect([read.isPlain, built.isPlain]).toEqual([true, true]);
      expect(read.pdu).toEqual(JSON.parse(read.bytes.toString()));
      expect(JSON.parse(read.signedText)).toMatchObject({ hashes: built.pdu.hashes });
      expect(receivedForm(read, version)).toEqual({
        pdu: read.pdu,
        bytes: read.bytes,
        isPlain: true,
        wasRedacted: false,
      });
    },
  );

  it.each(all)('is kept redacted in version $id where its content hash is wrong', (version) => {
    const read = readPdu({ ...good(version), content: { body: 'forged' }, unsigned: { age: 1 } }, version);
    const kept = receivedForm(read, version);
    expect(kept).toMatchObject({ isPlain: true, wasRedacted: true });
    expect(kept.pdu.content).toEqual({});
    expect(kept.pdu).not.toHaveProperty('unsigned');
    expect(JSON.parse(kept.bytes.toString())).toEqual(kept.pdu);
    expect(eventIdOf(kept.pdu, version)).toBe(read.eventId);
  });

  it('says how to read the redacted form again', () => {
    const v1 = roomVersion('1');
    const form = (change: JsonObject) => receivedForm(readPdu({ ...good(v1), ...change }, v1), v1);
    expect(form({ content: { body: exact('0.5') } })).toMatchObject({ wasRedacted: true, isPlain: true });
    expect(form({ depth: exact('9007199254740993') })).toMatchObject({ wasRedacted: true, isPlain: false });
  });

  it('is named by what its maker chose in versions 1 and 2, and by its hash later', () => {
    const shape = (version: RoomVersion) => readPdu(good(version), version).eventId;
    for (const version of rows(1, 2)) expect(shape(version)).toBe('$chosen:example.org');
    const v3 = roomVersion('3');
    expect(shape(v3)).toBe(`$${referenceHash(readPdu(good(v3), v3).pdu, v3)}`);
    for (const version of rows(4, 12)) {
      const standard = referenceHash(readPdu(good(version), version).pdu, version);
      expect(shape(version)).toBe(`$${standard.replaceAll('+', '-').replaceAll('/', '_')}`);
    }
  });

  it('is not named by an event_id where ids are hashes, but the hash covers it: redaction keeps it', () => {
    for (const version of rows(3, 12)) {
      const { eventId } = readPdu({ ...good(version), event_id: '$chosen:example.org' }, version);
      expect(eventId).toMatch(/^\$[A-Za-z0-9+/_-]{43}$/);
      expect(eventId).not.toBe(readPdu(good(version), version).eventId);
    }
  });

  it('has its other keys covered by the content hash, not by its id', () => {
    for (const version of all) {
      const read = readPdu({ ...good(version), more: 1 }, version);
      expect(contentHashMatches(read.pdu)).toBe(false);
      expect(read.eventId).toBe(readPdu(good(version), version).eventId);
    }
  });
});

describe('whatever comes', () => {
  const field = fc.constantFrom(
    ...Object.keys(good(roomVersion('1'))),
    ...['state_key', 'unsigned', 'redacts', '__proto__', 'constructor'],
  );
  const number = fc
    .constantFrom('1e400', '-0', '0.1', '9223372036854775807', '1E-7')
    .map((text): JsonValue => exact(text));
  const anyJson = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.double(),
      number,
      fc.string({ unit: 'binary' }),
      fc.constantFrom('$x:b.org', `$${hash43}`, '!r:b.org', '@a:b.org', 'm.room.member'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(field, fc.string()), tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  it('is read or refused by a ProtocolError', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), field, anyJson, anyJson, (version, name, value, instead) => {
        const hostile = { ...good(version) };
        Object.defineProperty(hostile, name, { value, enumerable: true, configurable: true });
        for (const each of [hostile, instead]) {
          try {
            const read = readPdu(each, version);
            receivedForm(read, version);
            expect(read.bytes.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
