import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packHash, packRange, packValue, prefixEnd } from '#databases/social/engines/dynamodb/key-bytes';
import type { PlainType } from '#databases/social/engines/storable-records';
import { keyTextBytesMax } from '#support/limits';

const type: PlainType = {
  name: 'things',
  fields: { host: 'text', dueAt: 'integer', inbox: 'uri', history: 'json' },
  key: ['host'],
  created: undefined,
  unique: {},
  listings: {},
  texts: [],
};

const anyText = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text.isWellFormed());
const anyInteger = fc.maxSafeInteger();
const sign = (order: number) => Math.sign(order);

describe('packed keys', () => {
  it('sort as texts in UTF-8 and then as integers, however they lie beside each other', () => {
    const pack = (host: string, dueAt: number) => packRange(type, ['host', 'dueAt'], { host, dueAt });
    fc.assert(
      fc.property(anyText, anyInteger, anyText, anyInteger, (host, dueAt, otherHost, otherDueAt) => {
        const byHost = Buffer.compare(Buffer.from(host), Buffer.from(otherHost));
        const expected = byHost || sign(dueAt - otherDueAt);
        expect(sign(Buffer.compare(pack(host, dueAt), pack(otherHost, otherDueAt)))).toBe(sign(expected));
      }),
      {
        examples: [
          ['a', 0, 'a\0', -1],
          ['', -1, '\0', 0],
          ['a', -1, 'a', 1],
          ['￮', 0, '😀', 0],
        ],
      },
    );
  });

  it('have these bytes', () => {
    expect(packValue(type, 'host', 'a\0b').toString('hex')).toBe('610001620000');
    expect(packValue(type, 'dueAt', -1).toString('hex')).toBe('7fffffffffffffff');
    expect(packValue(type, 'dueAt', 258).toString('hex')).toBe('8000000000000102');
    expect(packValue(type, 'inbox', 'https://a.example/').toString('hex')).toMatch(/^[0-9a-f]{64}$/);
    expect(packHash(type, { hash: undefined, range: [] }, {}).toString('hex')).toBe('00');
    expect(() => packValue(type, 'history', [])).toThrow(TypeError);
  });

  it('fit into keys, also for a text that is longer than any that is kept, and differ all the same', () => {
    const [one, two] = ['1', '2'].map((end) => packValue(type, 'host', 'x'.repeat(5_000) + end));
    expect(one?.equals(two as Buffer)).toBe(false);
    expect(one?.length).toBeLessThan(keyTextBytesMax);
    expect(packValue(type, 'host', 'x'.repeat(keyTextBytesMax))).toHaveLength(keyTextBytesMax + 2);
  });

  it('end before the first key that does not begin with them', () => {
    const bytes = fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (prefix, key) => {
        const end = prefixEnd(prefix);
        const isBetween =
          Buffer.compare(key, prefix) >= 0 && (end === undefined || Buffer.compare(key, end) < 0);
        expect(isBetween).toBe(key.subarray(0, prefix.length).equals(prefix));
      }),
      {
        examples: [
          [Buffer.of(1, 255), Buffer.of(2)],
          [Buffer.of(255), Buffer.of(255, 255)],
        ],
      },
    );
  });
});
