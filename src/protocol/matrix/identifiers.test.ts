// Grammar and limits of identifiers: the specification's examples, the edges, and hostile text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
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
import { isServerName, parseServerName } from '#protocol/matrix/server-name';
import { ProtocolError } from '#support/errors';

describe('server names', () => {
  it.each([
    'matrix.org',
    'matrix.org:8888',
    '1.2.3.4',
    '1.2.3.4:1234',
    '[1234:5678::abcd]',
    '[1234:5678::abcd]:5678',
    '[::ffff:1.2.3.4]',
    'localhost:65535',
    'EXAMPLE.org',
  ])('%s is one', (name) => {
    expect(isServerName(name)).toBe(true);
  });

  it.each([
    '',
    ':80',
    'a_b.org',
    'a b',
    'example.org:',
    'example.org:123456',
    'example.org:80:80',
    '256.1.1.1',
    '[1234:5678::abcd',
    '[:::]',
    '[1.2.3.4]',
    '[fe80::1%eth0]',
    'bücher.example',
    `${'a'.repeat(256)}`,
    'example.org\n',
  ])('%j is none', (name) => {
    expect(isServerName(name)).toBe(false);
    expect(() => parseServerName(name)).toThrow(ProtocolError);
  });
});

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

  it('answers every text, and refuses only by ProtocolError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('@', '!', '$', '#', ''), (text, sigil) => {
        for (const parse of [parseUserId, parseRoomId, parseEventId, parseRoomAlias, parseServerName]) {
          try {
            expect(Buffer.byteLength(parse(sigil + text))).toBeLessThanOrEqual(261);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }
      }),
    );
  });
});
