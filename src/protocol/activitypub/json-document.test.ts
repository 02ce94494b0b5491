import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { ProtocolError } from '#support/errors';
import { activityArrayLengthMax, activityBytesMax, activityDepthMax } from '#support/limits';

const read = (text: string) => readJsonDocument(Buffer.from(text));

describe('readJsonDocument', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
        const text = JSON.stringify(value);
        if (text.includes('__proto__')) return;
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('throws nothing but ProtocolError, whatever the bytes', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      'a',
      '1',
      ' ',
      '\\u0041',
      '"a":',
      'null',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          read(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });

  it.each([
    ['[]', /must be a JSON object/],
    ['"text"', /must be a JSON object/],
    ['null', /must be a JSON object/],
    ['', /not JSON/],
    ['{"a":1', /not JSON/],
    ['{"a":"unterminated', /not JSON/],
    ['{"id":"a","id":"b"}', /key id twice/],
    ['{"id":"a","\\u0069d":"b"}', /key id twice/],
    ['{"x":{"id":"a","n":[{"id":1}],"id":"b"}}', /key id twice/],
    ['{"__proto__":{"admin":true}}', /__proto__/],
    ['{"object":{"__proto\\u005f_":{}}}', /__proto__/],
  ])('refuses %s', (text, reason) => expect(() => read(text)).toThrow(reason));

  it('allows the same key in different objects, and strings that look like structure', () => {
    const text = '{"a":{"id":1},"b":[{"id":2},{"id":3}],"c":"{\\"id\\":1,\\"id\\":2}\\\\","id":4}';
    expect(read(text)).toEqual(JSON.parse(text));
  });

  it('limits depth, array length, keys and size', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(() => read(nested(activityDepthMax))).not.toThrow();
    expect(() => read(nested(activityDepthMax + 1))).toThrow(/too deeply/);
    const array = (length: number) => JSON.stringify({ a: Array(length).fill(1) });
    expect(() => read(array(activityArrayLengthMax))).not.toThrow();
    expect(() => read(array(activityArrayLengthMax + 1))).toThrow(/too long/);
    const keys = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1])));
    expect(() => read(keys(activityArrayLengthMax))).not.toThrow();
    expect(() => read(keys(activityArrayLengthMax + 1))).toThrow(/too many keys/);
    expect(() => read(JSON.stringify({ a: 'x'.repeat(activityBytesMax) }))).toThrow(/at most/);
  });

  it('refuses invalid UTF-8', () => {
    expect(() => readJsonDocument(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toThrow(/not UTF-8/);
  });
});
