// The specification's examples, properties of the encoding, and values that have none.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { canonicalJson, checkCanonical, compareCodePoints } from '#protocol/matrix/canonical-json';
import { ExactNumber, type JsonValue } from '#protocol/matrix/json';
import { parseJson } from '#protocol/matrix/parse-json';
import { ProtocolError } from '#support/errors';
import { jsonDepthMax } from '#support/limits';
import { anyText } from '#test/fixtures/any-text';

/** Short texts of few characters, so that keys share beginnings, and some look like indices of an array. */
const key = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', '\uFB33', '\u{1F600}', '!') }),
);
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    anyText,
    fc.array(tie('json')),
    fc.dictionary(key, tie('json')),
  ),
}));
/** The same with numbers that only old rooms may hold. */
const { oldJson } = fc.letrec<{ oldJson: JsonValue }>((tie) => ({
  oldJson: fc.oneof(
    { maxDepth: 4 },
    json,
    fc
      .constantFrom('-0', '1.5', '1.0', '1e3', '0.1', '9007199254740992')
      .map((each) => new ExactNumber(each)),
    fc.array(tie('oldJson')),
    fc.dictionary(key, tie('oldJson')),
  ),
}));

/** Canonical JSON in the plainest way, with keys in the order of their UTF-8, which is that of their code points. */
function reference(value: JsonValue | undefined): string {
  if (value instanceof ExactNumber) return { '-0': '0', '1e3': '1000' }[value.text] ?? value.text;
  if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${reference(each)}`).join(',')}}`;
}

/** The same value with the keys of every object in reverse order. */
function reversed(value: JsonValue | undefined): JsonValue {
  if (value instanceof ExactNumber) return value;
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

describe('canonical JSON', () => {
  it.each([
    ['{}', '{}'],
    ['{"one": 1, "two": "Two"}', '{"one":1,"two":"Two"}'],
    ['{"b": "2", "a": "1"}', '{"a":"1","b":"2"}'],
    ['{"b":"2","a":"1"}', '{"a":"1","b":"2"}'],
    [
      `{"auth": {"success": true, "mxid": "@john.doe:example.com", "profile": {"display_name": "John Doe",
        "three_pids": [{"medium": "email", "address": "john.doe@example.org"},
                       {"medium": "msisdn", "address": "123456789"}]}}}`,
      '{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},"success":true}}',
    ],
    ['{"a": "日本語"}', '{"a":"日本語"}'],
    ['{"本": 2, "日": 1}', '{"日":1,"本":2}'],
    ['{"a": "\\u65E5"}', '{"a":"日"}'],
    ['{"a": null}', '{"a":null}'],
    ['{"a": -0, "b": 1e10}', '{"a":0,"b":10000000000}'],
    ['{"b": 1, "a": -0}', '{"a":0,"b":1}'],
  ])('encodes %s as the specification does', (input, expected) => {
    expect(canonicalJson(parseJson(input).value)).toBe(expected);
    expect(canonicalJson(JSON.parse(input))).toBe(expected);
  });

  it.each([
    ['{"b":1.50,"a":-0}', '{"a":0,"b":1.50}'],
    ['{"a":[1e2,{"b":9007199254740993}],"c":0.1}', '{"a":[100,{"b":9007199254740993}],"c":0.1}'],
    ['{"10":1.0,"9":1e1,"a":1e-1}', '{"10":1.0,"9":10,"a":1e-1}'],
    ['{"__proto__":{"a":-1.0},"b":-0}', '{"__proto__":{"a":-1.0},"b":0}'],
    ['-0', '0'],
  ])('encodes %s, which old rooms may hold, as %s', (input, expected) => {
    const { value } = parseJson(input);
    expect(canonicalJson(value)).toBe(expected);
    expect(canonicalJson(reversed(value))).toBe(expected);
    expect(() => checkCanonical(value)).toThrow(expect.objectContaining({ kind: 'badJson' }));
  });

  it.each([
    ['U+FB33 comes before U+1F600', { '\u{1F600}': 1, '\uFB33': 2 }, '{"\uFB33":2,"\u{1F600}":1}'],
    ['U+10000 comes before U+103FF', { '\u{103FF}': 1, '\u{10000}': 2 }, '{"\u{10000}":2,"\u{103FF}":1}'],
    ['numbers in keys are text', { 10: 1, 9: 2, '-': 3 }, '{"-":3,"10":1,"9":2}'],
    ['such keys may lie deep', { b: [{ 10: 1, 9: 2 }], a: {} }, '{"a":{},"b":[{"10":1,"9":2}]}'],
    ['escapes are the short ones', { b: 1, a: '\b\t\n\f\r"\\\u0000\u001f\u007f/' }, undefined],
    ['a key may be __proto__', JSON.parse('{"a":1,"__proto__":{"b":1}}'), '{"__proto__":{"b":1},"a":1}'],
  ])('%s', (_, value, expected) => {
    const escapes = '{"a":"\\b\\t\\n\\f\\r\\"\\\\\\u0000\\u001f\u007f/","b":1}';
    expect(canonicalJson(value as JsonValue)).toBe(expected ?? escapes);
  });

  it('sorts many keys as it sorts few', () => {
    const keys = Array.from({ length: 100 }, (_, index) => `key${(index * 37) % 100}`);
    const encoded = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(encoded).toBe(
      `{${[...keys]
        .sort()
        .map((key) => `"${key}":0`)
        .join(',')}}`,
    );
  });

  it('does not depend on the order of keys, keeps the value, and is its own encoding', () => {
    fc.assert(
      fc.property(json, (value) => {
        const encoded = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(encoded);
        expect(JSON.parse(encoded)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(encoded))).toBe(encoded);
      }),
    );
  });

  it('is what the plainest encoder writes, and leaves the value as it was', () => {
    fc.assert(
      fc.property(oldJson, (value) => {
        const before = JSON.stringify(value);
        expect(canonicalJson(value)).toBe(reference(value));
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('orders texts as their code points do', () => {
    const points = (text: string) => [...text].map((each) => each.codePointAt(0)!);
    const order = (a: number[], b: number[]): number => {
      const at = a.findIndex((point, index) => point !== b[index]);
      return at === -1 ? a.length - b.length : b[at] === undefined ? 1 : a[at]! - b[at];
    };
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(order(points(a), points(b))));
      }),
    );
  });

  it.each([
    ['what is in order', { '1': [true, { a: {}, b: [] }], a: null, b: '' }, true],
    ['what is not', { b: [{ d: 1, c: [2] }], a: {} }, false],
  ])('leaves the writing of %s to the engine', (_, value, isSorted) => {
    const native = vi.spyOn(JSON, 'stringify');
    canonicalJson(value);
    const written = native.mock.calls.map(([each]) => each);
    native.mockRestore();
    expect(written).toEqual([value]);
    expect(written[0] === value).toBe(isSorted);
  });

  const nested = (depth: number): JsonValue => (depth === 0 ? 1 : [nested(depth - 1)]);
  const nestedObjects = (depth: number): JsonValue => (depth === 0 ? 1 : { a: nestedObjects(depth - 1) });
  it.each([
    ['a fraction', { a: 1.5 }],
    ['an integer beyond 2^53 - 1', { a: 2 ** 53 }],
    ['one beyond -(2^53 - 1)', { a: -(2 ** 53) }],
    ['infinity', Number.POSITIVE_INFINITY],
    ['not a number', Number.NaN],
    ['half a surrogate pair', '\ud800'],
    ['half a surrogate pair in a key', { '\udc00': 1 }],
    ['undefined', { a: undefined }],
    ['a function', { a: () => 1 }],
    ['a big integer', 1n],
    ['deep nesting', nested(jsonDepthMax + 1)],
    ['deep nesting of objects', nestedObjects(jsonDepthMax + 1)],
    ['absurd nesting', JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))],
  ])('has no encoding for %s', (_, value) => {
    for (const attempt of [canonicalJson as (value: unknown) => unknown, checkCanonical]) {
      const refused = expect.objectContaining({ kind: 'badJson', constructor: ProtocolError });
      expect(() => attempt(value)).toThrow(refused);
    }
  });

  it('takes what is nested as deep as allowed', () => {
    expect(canonicalJson(nested(jsonDepthMax))).toHaveLength(2 * jsonDepthMax + 1);
    expect(canonicalJson(nestedObjects(jsonDepthMax))).toHaveLength(6 * jsonDepthMax + 1);
    for (const value of [nested(jsonDepthMax), nestedObjects(jsonDepthMax), [null, true, 'x']]) {
      expect(checkCanonical(value)).toBeUndefined();
    }
  });

  it('refuses negative zero in what must already be canonical', () => {
    expect(() => checkCanonical({ a: [-0] })).toThrow(ProtocolError);
    expect(checkCanonical({ a: [0] })).toBeUndefined();
  });

  it.each(['-0', '1e10', '1.0', '9007199254740992'])(
    'refuses %s there as it came from elsewhere',
    (number) => {
      expect(() => checkCanonical({ a: [new ExactNumber(number)] })).toThrow(ProtocolError);
    },
  );
});
