// Which published keys are taken, and for what each counts at which time. Server-Server API, "Retrieving server keys";
// room version 5, "Signing key validity period".
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServerName } from '#protocol/matrix/identifiers';
import { ExactNumber, type JsonObject } from '#protocol/matrix/json';
import { roomVersion } from '#protocol/matrix/room-versions';
import { keyForEvent, keyForRequest, keysForEvent, readServerKeys } from '#protocol/matrix/server-keys';
import { signJson } from '#protocol/matrix/signing';
import { signingKeyFromSeed } from '#protocol/matrix/signing-keys';
import { ProtocolError } from '#support/errors';
import { serverKeysMax } from '#support/limits';

const server = parseServerName('a.org');
const keyOf = (id: string, byte: number) => signingKeyFromSeed(new Uint8Array(32).fill(byte), id, server);
const [first, second, third] = [keyOf('ed25519:1', 1), keyOf('ed25519:2', 2), keyOf('ed25519:3', 3)];
const published = { key: first.publicKey };
const day = 86_400_000;
const fetchedAt = 1_700_000_000_000;

const body: JsonObject = {
  server_name: 'a.org',
  valid_until_ts: fetchedAt + day,
  verify_keys: { 'ed25519:1': published },
  old_verify_keys: { 'ed25519:3': { key: third.publicKey, expired_ts: fetchedAt - day } },
};
const signed = (change: JsonObject = {}, ...keys: (typeof first)[]): JsonObject =>
  (keys.length > 0 ? keys : [first]).reduce<JsonObject>(
    (object, key) => signJson(object, key) as JsonObject,
    { ...body, ...change },
  );
const read = (value: unknown) => readServerKeys(value, server, fetchedAt);
const badJson = expect.objectContaining({ kind: 'badJson', constructor: ProtocolError });
const forbidden = expect.objectContaining({ kind: 'forbidden', constructor: ProtocolError });

describe('published keys', () => {
  it('are read with their times', () => {
    const keys = read(signed());
    expect(keys).toMatchObject({ server: 'a.org', validUntilMs: fetchedAt + day });
    expect([...keys.current.keys()]).toEqual(['ed25519:1']);
    expect([...keys.old].map(([id, { expiredMs }]) => [id, expiredMs])).toEqual([
      ['ed25519:3', fetchedAt - day],
    ]);
    const { old_verify_keys: _, ...withoutOld } = body;
    expect(read(signJson(withoutOld, first)).old.size).toBe(0);
  });

  it('count for seven days from the fetch at most', () => {
    const until = (valid_until_ts: number | ExactNumber) => read(signed({ valid_until_ts })).validUntilMs;
    expect(until(fetchedAt + 7 * day - 1)).toBe(fetchedAt + 7 * day - 1);
    expect(until(fetchedAt + 7 * day + 1)).toBe(fetchedAt + 7 * day);
    expect(until(new ExactNumber('9223372036854775807'))).toBe(fetchedAt + 7 * day);
    expect(until(5)).toBe(5);
  });

  it('of unknown algorithms are passed over', () => {
    const verify_keys = { 'ed25519:1': published, 'rsa:1': 'anything', 'ed25519:a-b': {} };
    const keys = read(signed({ verify_keys, old_verify_keys: { 'rsa:0': 1 } }));
    expect([...keys.current.keys()]).toEqual(['ed25519:1']);
    expect(keys.old.size).toBe(0);
  });

  it('are signed by one of them at least, and by none of them wrongly', () => {
    const verify_keys = { 'ed25519:1': published, 'ed25519:2': { key: second.publicKey } };
    expect(read(signed({ verify_keys }, second)).current.size).toBe(2);
    expect(read(signed({ verify_keys }, first, second)).current.size).toBe(2);
    expect(() => read(signed({ verify_keys }, third))).toThrow(forbidden);
    expect(() => read(signed({}, second))).toThrow(forbidden);
    expect(() => read({ ...signed(), valid_until_ts: fetchedAt })).toThrow(forbidden);
    expect(() => read(body)).toThrow(forbidden);
    const wrong = signed({ verify_keys }, first, second);
    const signatures = { 'a.org': { ...((wrong.signatures as JsonObject)['a.org'] as JsonObject) } };
    signatures['a.org']['ed25519:2'] = signatures['a.org']['ed25519:1'];
    expect(() => read({ ...wrong, signatures })).toThrow(forbidden);
  });

  it('of another server are refused', () => {
    expect(() => read(signed({ server_name: 'b.org' }))).toThrow(forbidden);
    expect(() => readServerKeys(signed(), parseServerName('A.org'), fetchedAt)).toThrow(forbidden);
  });

  it.each([
    ['an array', []],
    ['text', 'x'],
    ['no time', { valid_until_ts: undefined }],
    ['a time that is text', { valid_until_ts: '5' }],
    ['a time with a fraction', { valid_until_ts: new ExactNumber('5.5') }],
    ['no keys', { verify_keys: undefined }],
    ['keys in an array', { verify_keys: [] }],
    ['a key that is no object', { verify_keys: { 'ed25519:1': first.publicKey } }],
    ['a key of 31 bytes', { verify_keys: { 'ed25519:1': { key: 'A'.repeat(41) } } }],
    ['a key that is a number', { verify_keys: { 'ed25519:1': { key: 5 } } }],
    ['old keys that are null', { old_verify_keys: null }],
    ['an old key without its end', { old_verify_keys: { 'ed25519:3': { key: third.publicKey } } }],
  ])('are refused when they are or hold %s', (_, change) => {
    const value = Array.isArray(change) || typeof change === 'string' ? change : { ...signed(), ...change };
    if (typeof value === 'object' && !Array.isArray(value) && !('verify_keys' in (change as object))) {
      const { signatures: _, ...rest } = value as JsonObject;
      const defined = Object.fromEntries(Object.entries(rest).filter(([, each]) => each !== undefined));
      expect(() => read(signJson(defined, first))).toThrow(badJson);
    } else expect(() => read(value)).toThrow(badJson);
  });

  it(`are ${serverKeysMax} at most`, () => {
    const many = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, id) => [`ed25519:o${id}`, { key: third.publicKey, expired_ts: 1 }]),
      );
    expect(read(signed({ old_verify_keys: many(serverKeysMax - 1) })).old.size).toBe(serverKeysMax - 1);
    expect(() => read(signed({ old_verify_keys: many(serverKeysMax) }))).toThrow(badJson);
  });

  it('are read or refused, whatever comes', () => {
    const names = fc.constantFrom(...Object.keys(body), 'signatures', '__proto__');
    const tryToRead = (value: unknown) => {
      try {
        expect(read(value).server).toBe('a.org');
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    };
    fc.assert(
      fc.property(names, fc.jsonValue(), (name, value) => {
        tryToRead(value);
        tryToRead({ ...signed(), [name]: value });
        tryToRead({ ...signed(), [name]: { 'ed25519:1': value, 'a.org': value } });
      }),
    );
  });
});

describe('a key', () => {
  const keys = read(signed());
  const at = (ts: number, id: string, version: string) =>
    keyForEvent(keys, id, { origin_server_ts: ts }, roomVersion(version)) !== undefined;
  const validUntil = fetchedAt + day;
  const expired = fetchedAt - day;

  it.each<[number, string, boolean, boolean]>([
    [validUntil, 'ed25519:1', true, true],
    [validUntil + 1, 'ed25519:1', true, false],
    [0, 'ed25519:1', true, true],
    [expired, 'ed25519:3', true, true],
    [expired + 1, 'ed25519:3', true, false],
    [0, 'ed25519:2', false, false],
    [0, 'constructor', false, false],
  ])('at %d, %s: %s before version 5, %s from it on', (ts, id, before, since) => {
    for (const version of ['1', '4']) expect(at(ts, id, version)).toBe(before);
    for (const version of ['5', '12']) expect(at(ts, id, version)).toBe(since);
  });

  it('does not outlast its time for a time beyond the range of numbers', () => {
    const event = { origin_server_ts: new ExactNumber('9223372036854775807') };
    expect(keyForEvent(keys, 'ed25519:1', event, roomVersion('5'))).toBeUndefined();
    expect(keyForEvent(keys, 'ed25519:1', event, roomVersion('4'))).toBeDefined();
  });

  it('that is listed as current and as old counts for as long as either says', () => {
    const both = read(
      signed({
        valid_until_ts: expired,
        old_verify_keys: { 'ed25519:1': { ...published, expired_ts: validUntil } },
      }),
    );
    const ask = (ts: number) => keyForEvent(both, 'ed25519:1', { origin_server_ts: ts }, roomVersion('5'));
    expect([ask(validUntil), ask(validUntil + 1)].map((key) => key !== undefined)).toEqual([true, false]);
  });

  it('signs requests while it is current', () => {
    expect(keyForRequest(keys, 'ed25519:1', validUntil)).toBeDefined();
    expect(keyForRequest(keys, 'ed25519:1', validUntil + 1)).toBeUndefined();
    expect(keyForRequest(keys, 'ed25519:3', expired)).toBeUndefined();
  });

  it('is looked up among those of its server', () => {
    const lookup = keysForEvent({ origin_server_ts: validUntil }, roomVersion('12'), (name) =>
      name === 'a.org' ? keys : undefined,
    );
    expect(lookup(server, 'ed25519:1')).toBe(keys.current.get('ed25519:1'));
    expect(lookup(server, 'ed25519:3')).toBeUndefined();
    expect(lookup(parseServerName('b.org'), 'ed25519:1')).toBeUndefined();
  });
});
