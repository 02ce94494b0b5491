// Grammar and limits of identifiers: the specification's examples, the edges, and hostile text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEventIdOf } from '#protocol/matrix/event-references';
import {
  isCompliantUserId,
  isEventId,
  isHashId,
  isRoomAlias,
  isRoomId,
  isUserId,
  isUserLocalpart,
  localpartOf,
  newRoomAlias,
  newUserId,
  parseEventId,
  parseRoomAlias,
  parseRoomId,
  parseUserId,
  serverOf,
} from '#protocol/matrix/identifiers';
import { roomVersion } from '#protocol/matrix/room-versions';
import { parseServerName } from '#protocol/matrix/server-name';
import { ProtocolError } from '#support/errors';
import { anyText } from '#test/fixtures/any-text';

describe('user ids', () => {
  const server = parseServerName('example.org');

  it.each(['@alice:example.org', '@Älice /\u0001:example.org:80', '@:example.org', '@a@b:[::1]:8448'])(
    'an event may carry %j',
    (id) => {
      expect(isUserId(id)).toBe(true);
    },
  );

  it.each([
    'alice:example.org',
    '@alice',
    '@alice:',
    '@a\0:example.org',
    '@\ud800:example.org',
    '@a:b:c',
    '',
  ])('%j is none', (id) => {
    expect(isUserId(id)).toBe(false);
    expect(() => parseUserId(id)).toThrow(ProtocolError);
  });

  it('knows which may be shown outside of events', () => {
    for (const id of ['@alice:example.org', '@~!A{}:example.org']) expect(isCompliantUserId(id)).toBe(true);
    for (const id of [
      '@:example.org',
      '@ä:example.org',
      '@a b:example.org',
      '@\u007f:example.org',
      '@a',
      'a:b',
    ]) {
      expect(isCompliantUserId(id)).toBe(false);
    }
  });

  it('counts bytes, not characters', () => {
    const filled = (unit: string, count: number) => `@${unit.repeat(count)}:example.org`;
    expect(isUserId(filled('a', 242))).toBe(true);
    expect(isUserId(filled('a', 243))).toBe(false);
    expect(isUserId(filled('é', 121))).toBe(true);
    expect(isUserId(filled('é', 122))).toBe(false);
  });

  it('gives new users the strict grammar', () => {
    expect(newUserId('a.b_c=d-e/f+1', server)).toBe('@a.b_c=d-e/f+1:example.org');
    for (const localpart of ['', 'Alice', 'a b', 'ä', 'a:b', 'a'.repeat(243)]) {
      expect(() => newUserId(localpart, server)).toThrow(
        expect.objectContaining({ kind: 'invalidUsername' }),
      );
    }
    expect(isUserLocalpart('a'.repeat(243))).toBe(true);
  });

  it('fall apart into what they were made of', () => {
    const localparts = fc.stringMatching(/^[a-z0-9._=/+-]{1,40}$/);
    const servers = fc.stringMatching(/^[a-z0-9-]{1,20}(:[0-9]{1,5})?$/);
    fc.assert(
      fc.property(localparts, servers, (localpart, name) => {
        const id = newUserId(localpart, parseServerName(name));
        expect([localpartOf(id), serverOf(id)]).toEqual([localpart, name]);
        expect(parseUserId(id)).toBe(id);
      }),
    );
  });
});

describe('rooms, events and aliases', () => {
  const hash = 'Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpYQ';

  it.each([`!${hash}`, '!abc:example.org', '!any thing', '!\u0001:example.org'])('%j is a room id', (id) => {
    expect(isRoomId(id)).toBe(true);
    expect(parseRoomId(id)).toBe(id);
  });

  it.each(['!', '#a:example.org', '!a:', '!a:b c', '!a\0', `!${'a'.repeat(255)}`])('%j is none', (id) => {
    expect(isRoomId(id)).toBe(false);
    expect(() => parseRoomId(id)).toThrow(ProtocolError);
  });

  it('knows the ids that are hashes', () => {
    expect(isHashId(`$${hash}`)).toBe(true);
    expect(isHashId(`$${hash}:example.org`)).toBe(false);
    expect(isHashId(`$${hash.slice(1)}`)).toBe(false);
    expect(isHashId(`$${hash.slice(0, -1)}R`)).toBe(false);
    expect(isHashId(`$${hash.replace('-', '+')}`)).toBe(false);
  });

  it('takes event ids of every version', () => {
    expect(isEventId(`$${hash}`)).toBe(true);
    expect(isEventId('$abc:example.org')).toBe(true);
    expect(isEventId('$')).toBe(false);
    expect(() => parseEventId('abc')).toThrow(ProtocolError);
  });

  it.each([
    ['1', '$opaque_id:example.org'],
    ['1', '$x:[::1]:8448'],
    ['2', `$${hash}:example.org`],
    ['3', '$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk'],
    ['3', '$CD66HAED5npg6074c6pDtLKalHjVfYb2q4Q3LZgrW6o'],
    ['3', `$${hash.replaceAll('-', '+')}`],
    ['4', '$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg'],
    ['12', `$${hash}`],
  ])('knows event ids of room version %s: %s', (version, id) => {
    const shape = (each: string) => roomVersion(each).eventIds;
    expect(isEventId(id)).toBe(true);
    expect(isEventIdOf(id, roomVersion(version))).toBe(true);
    const ofThreeAndFour = /^\$[A-Za-z0-9]{43}$/.test(id);
    for (const other of ['1', '3', '4'].filter((each) => shape(each) !== shape(version))) {
      expect(isEventIdOf(id, roomVersion(other))).toBe(ofThreeAndFour && other !== '1');
    }
  });

  it.each([
    ['1', '$opaque'],
    ['1', '$opaque:'],
    ['1', 'opaque:example.org'],
    ['1', `$${'a'.repeat(255)}:example.org`],
    ['3', `$${'A'.repeat(42)}B`],
    ['3', `$${'A'.repeat(42)}`],
    ['3', `$${'A'.repeat(43)}=`],
    ['4', `$${'A'.repeat(44)}`],
    ['4', `!${'A'.repeat(43)}`],
    ['4', `$${'A'.repeat(43)}\n`],
    ['4', 17],
    ['1', ['$x:y']],
  ])('knows that room version %s has no event id %j', (version, id) => {
    expect(isEventIdOf(id, roomVersion(version))).toBe(false);
  });

  it('takes any localpart for an alias, but not none', () => {
    expect(parseRoomAlias('#bücher und #tee:example.org')).toBe('#bücher und #tee:example.org');
    for (const alias of ['#:example.org', '#a', '#a:b:c', '#a\0:b', 'a:b'])
      expect(isRoomAlias(alias)).toBe(false);
    const server = parseServerName('example.org');
    expect(newRoomAlias('tea', server)).toBe('#tea:example.org');
    for (const localpart of ['', 'a:b', 'x\0', 'a'.repeat(250)]) {
      expect(() => newRoomAlias(localpart, server)).toThrow(expect.objectContaining({ kind: 'badAlias' }));
    }
  });

  const parsers = [parseUserId, parseRoomId, parseEventId, parseRoomAlias, parseServerName];
  /** Whether any parser takes the text. */
  const taken = (text: string): boolean =>
    parsers.some((parse) => {
      try {
        return parse(text) === text;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        return false;
      }
    });

  it('answers every text, and refuses only by ProtocolError', () => {
    const pieces = fc.constantFrom(...'@!$#:.[]a1\0', '::', '80', '\ud800', '😀');
    const texts = fc.oneof(
      fc.array(pieces).map((each) => each.join('')),
      anyText,
    );
    fc.assert(
      fc.property(
        fc.constantFrom('@', '!', '$', '#', ''),
        texts,
        fc.constantFrom('', ':a.b'),
        (sigil, rest, domain) => {
          const text = sigil + rest + domain;
          if (taken(text)) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(261);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(['a', ':', '1.', 'é', '[', '\ud800', '$', '1'])('is soon done with a million times %j', (unit) => {
    const text = unit.repeat(1_000_000);
    for (const sigil of ['@', '!', '$', '#', '']) {
      expect(taken(sigil + text)).toBe(false);
      expect(taken(`${sigil}a:${text}`)).toBe(false);
    }
  });
});
