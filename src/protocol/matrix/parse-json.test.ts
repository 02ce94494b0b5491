// The parser against the engine's own, on valid, hostile and damaged JSON; the slow path is held against the fast one.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { canonicalJson, checkCanonical } from '#protocol/matrix/canonical-json';
import { ExactNumber, isJsonObject, type JsonObject, type JsonValue, own } from '#protocol/matrix/json';
import { scanJson } from '#protocol/matrix/json-scanner';
import { parseJson } from '#protocol/matrix/parse-json';
import { type ErrorName, ProtocolError } from '#support/errors';
import { jsonDepthMax } from '#support/limits';
import { anyCharacter, anyText } from '#test/fixtures/any-text';

/** Both ways of reading a text: the second is what the first falls back on. */
const readers: [string, (text: string) => JsonValue][] = [
  ['parser', (text) => parseJson(text).value],
  ['scanner', (text) => scanJson(text).value],
];

/** The value that `read` answers, or the kind of its refusal. */
function outcome(read: (text: string) => JsonValue, text: string): JsonValue | { refused: ErrorName } {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { refused: error.kind };
  }
}

const refusal = (kind: ErrorName) => expect.objectContaining({ kind, constructor: ProtocolError });

/** JSON with any text in strings and keys, and any number, in one of several layouts. */
const jsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 6, stringUnit: anyCharacter }), fc.constantFrom(undefined, 1, '\t', '\r\n'))
  .map(([value, layout]) => JSON.stringify(value, null, layout));

/** Edits that a text of JSON may not survive. */
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 3 }),
    text: fc.oneof(
      fc.constantFrom('"', '\\', '\\u', '\\ud83d', ':', ',', '{', '}', '[', ']', '-', '.', 'e5', '0', '1'),
      fc.constantFrom('null', '"a":1,', '\ud800', '\u0000', ' ', '-0', '1.0', '12345678901234567890'),
      fc.string({ unit: anyCharacter, maxLength: 2 }),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

const damagedText = fc.tuple(jsonText, edits).map(([text, changes]) => {
  let damaged = text;
  for (const { at, length, text: inserted } of changes) {
    const start = Math.floor(at * damaged.length);
    damaged = damaged.slice(0, start) + inserted + damaged.slice(start + length);
  }
  return damaged;
});

describe.each(readers)('the %s', (_, read) => {
  it.each([
    ['{"a":[1,-1,0,9007199254740991,-9007199254740991]}', undefined],
    [' \t\r\n{ "a" : [ ] , "b" : { } }\n', { a: [], b: {} }],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u65E5\\ud83d\\uDE00"', '"\\/\b\f\n\r\té日😀'],
    ['["\\\\","a"]', ['\\', 'a']],
    ['{"\\\\":1,"\\"":2,":":":"}', { '\\': 1, '"': 2, ':': ':' }],
    ['[true,false,null]', [true, false, null]],
    ['""', ''],
    ['{"":0}', { '': 0 }],
    ['{"10":1,"9":2}', { 9: 2, 10: 1 }],
    ['"\u2028\u007f\uffff"', '\u2028\u007f\uffff'],
  ])('reads %j', (text, expected) => {
    expect(read(text)).toEqual(expected ?? JSON.parse(text));
  });

  it.each([
    '-0',
    '1.0',
    '1.5',
    '-0.5',
    '0.5',
    '1e5',
    '1E5',
    '0e0',
    '1e+5',
    '1e-5',
    '1.5e300',
    '1e400',
    '9007199254740992',
    '-9007199254740992',
    '12345678901234567890',
    '1234567890123456.5',
  ])('keeps %s as it is written', (number) => {
    for (const around of ['@', '[@]', '{"a":@}', '{"a":[0,@ ,1]}']) {
      const text = around.replace('@', number);
      expect(JSON.stringify(read(text))).toBe(text.replace(' ', ''));
    }
    expect(read(number)).toEqual(new ExactNumber(number));
  });

  it.each([
    '',
    ' ',
    '{',
    '[',
    '"',
    '{"',
    '{"a',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '[1',
    '[1,',
    '"\\',
    '"\\u',
    '-',
    '1.',
    '1e',
    't',
    'nul',
    '{}{}',
    '[] 1',
    '1 2',
    '{,}',
    '[,]',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a" 1}',
    '{1:1}',
    '{"a":1 "b":2}',
    '[1 2]',
    '[1}',
    '{"a":1]',
    '01',
    '-01',
    '+1',
    '.5',
    '1.e5',
    '--1',
    '1e5.5',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '-Infinity',
    'undefined',
    'True',
    'truex',
    '"\t"',
    '"\n"',
    '"\u0000"',
    '"\\x41"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\ "',
    '// 1',
    '/* */ 1',
    '1;',
    '\ufeff{}',
    '\u00a01',
    '\u000b1',
    '\u20281',
    '[1\u00a0]',
    '"a""b"',
    '{"a"::1}',
    ']',
    '}',
    ',',
    ':',
    '"\\"',
    '1true',
    'truefalse',
    '-a',
    '1ee5',
    '1e+',
    '1..5',
    'e5',
    '[e5]',
    '-"a"',
    '{"a":"b":"c"}',
  ])('refuses %j, which is no JSON', (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(() => read(text)).toThrow(refusal('notJson'));
  });

  it.each([
    ['{"a":1,"a":1}', 'the same key twice'],
    ['{"a":1,"b":2,"\\u0061":3}', 'the same key in another spelling'],
    ['[{"a":{"b":1,"c":[],"b":{"x":1,"y":2}}}]', 'the same key twice, far within'],
    ['{"__proto__":1,"__proto__":1}', 'the prototype twice'],
    ['{"constructor":1,"constructor":1}', 'an inherited name twice'],
    ['{"1":1,"1":1}', 'the same index twice'],
    ['{"a":1,"b":":","a":"{}"}', 'the same key twice between punctuation'],
    ['"\\ud83d"', 'half of a pair, escaped'],
    ['"\\ude00\\ud83d"', 'a pair the wrong way round'],
    ['{"\\uDe00":1}', 'half of a pair in a key'],
    ['"\ud83d"', 'half of a pair as it is'],
    ['["x", "\\ud83d\ude00"]', 'half of a pair escaped, half not'],
  ])('refuses %j: %s', (text) => {
    expect(() => read(text)).toThrow(refusal('badJson'));
  });

  it('takes inherited names for keys like any other, and leaves prototypes alone', () => {
    const value = read(
      '{"__proto__":{"x":1.5},"constructor":{"prototype":{"y":1}},"toString":1,"hasOwnProperty":2}',
    );
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value as JsonObject)).toEqual([
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
    ]);
    expect(own(value as JsonObject, '__proto__')).toEqual({ x: new ExactNumber('1.5') });
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')).toMatchObject({
      configurable: true,
      enumerable: true,
      writable: true,
    });
    expect((value as JsonObject).x).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'x') || Object.hasOwn(Object.prototype, 'y')).toBe(false);
    expect(canonicalJson(value)).toBe(
      '{"__proto__":{"x":1.5},"constructor":{"prototype":{"y":1}},"hasOwnProperty":2,"toString":1}',
    );
  });

  it('goes as deep as allowed and no deeper', () => {
    const nest = (depth: number, inner: string) =>
      `${'[{"a":'.repeat(depth / 2)}${inner}${'}]'.repeat(depth / 2)}`;
    for (const inner of ['1', '1.5']) {
      expect(JSON.stringify(read(nest(jsonDepthMax, inner)))).toBe(nest(jsonDepthMax, inner));
      for (const within of [`[${inner}]`, `{"b":${inner}}`]) {
        expect(() => read(nest(jsonDepthMax, within))).toThrow(refusal('badJson'));
      }
    }
    // Brackets side by side, and those in strings, do not nest.
    const wide = `[${'[],{"a":"[[[{{{"},'.repeat(500)}0]`;
    expect(JSON.stringify(read(wide))).toBe(wide);
    expect(() => read('['.repeat(1_000_000))).toThrow(refusal('badJson'));
    expect(() => read('{"a":'.repeat(200_000))).toThrow(refusal('badJson'));
  });

  it('reads what the engine reads, and keeps every number', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const value = read(text);
        expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
        expect(valued(value)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what the engine refuses, and of the rest only what two readers could take for different things', () => {
    fc.assert(
      fc.property(damagedText, (text) => {
        let expected: JsonValue | undefined;
        try {
          expected = JSON.parse(text) as JsonValue;
        } catch {
          expect(() => read(text)).toThrow(ProtocolError);
          return;
        }
        const found = outcome(read, text);
        const refused = isJsonObject(found) && 'refused' in found && found.refused === 'badJson';
        if (refused) expect(repeatsKey(text) || !wellFormed(expected)).toBe(true);
        else expect(valued(found as JsonValue)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds any key that stands twice, and no other', () => {
    const keys = fc.array(fc.string({ unit: anyCharacter, maxLength: 2 }), { maxLength: 30 });
    fc.assert(
      fc.property(keys, fc.constantFrom('1', '1.5', '{"a":1}'), (names, value) => {
        const text = `{${names.map((name) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
        const repeated = new Set(names).size < names.length;
        const found = outcome(read, text);
        if (repeated) expect(found).toEqual({ refused: 'badJson' });
        else expect(Object.keys(found as JsonObject).toSorted()).toEqual(names.toSorted());
      }),
    );
  });

  it.each([
    ['digits', () => `[${'9'.repeat(1_000_000)}]`],
    ['digits of a fraction', () => `[0.${'3'.repeat(1_000_000)}]`],
    ['digits of an exponent', () => `[1e${'9'.repeat(1_000_000)}]`],
    ['one long string', () => `["${'x'.repeat(1_000_000)}"]`],
    ['escapes', () => `["${'\\"'.repeat(250_000)}${'\\\\'.repeat(250_000)}"]`],
    ['numbers', () => `[${'0.5,'.repeat(250_000)}0]`],
    ['keys', () => `{${Array.from({ length: 60_000 }, (_, index) => `"key${index}":-0`).join(',')}}`],
    ['indices', () => `{${Array.from({ length: 60_000 }, (_, index) => `"${index * 4099}":1`).join(',')}}`],
    ['quotes and colons', () => `[${'":",'.repeat(250_000)}""]`],
    ['objects', () => `[${'{"a":1},'.repeat(100_000)}{}]`],
    ['spaces', () => `[${' '.repeat(1_000_000)}1.5]`],
  ])('reads a megabyte of %s', (_, text) => {
    const written = text();
    expect(JSON.stringify(read(written))).toHaveLength(written.replaceAll(' ', '').length);
  });
});

describe('parsing JSON', () => {
  it('says whether canonical JSON can carry the value', () => {
    for (const text of [
      '{"b":1, "a":[true,"\\ud83d\\ude00",9007199254740991]}',
      '[]',
      '1234567890123456',
      '"1.5"',
    ]) {
      expect(parseJson(text).isCanonical).toBe(true);
    }
    for (const text of ['[1.0]', '{"a":{"b":-0}}', '[0,1e0]', '9007199254740992', '-0.0']) {
      expect(parseJson(text).isCanonical).toBe(false);
    }
    fc.assert(
      fc.property(jsonText, (text) => {
        const { value, isCanonical } = parseJson(text);
        if (isCanonical) expect(checkCanonical(value)).toBeUndefined();
        else expect(() => checkCanonical(value)).toThrow(refusal('badJson'));
      }),
    );
  });

  it.each([
    [
      'objects, words and punctuation in strings',
      '{"a":[1,true,-2,false,null,0],"b":{"c:":":","\\"":"{[\\\\"}}',
    ],
    ['integers of fifteen digits', '[123456789012345,-123456789012345,{"e":1}]'],
    ['escapes that are no surrogates', '["\\u00e9\\uFFFF\\ucfff\\ue000\\n"]'],
    ['all the depth there is', `${'['.repeat(jsonDepthMax)}${']'.repeat(jsonDepthMax)}`],
    ['many brackets side by side', `[${'[],{},'.repeat(jsonDepthMax)}[]]`],
  ])('leaves %s to the parser of the engine', (_, text) => {
    const native = vi.spyOn(JSON, 'parse');
    const { value } = parseJson(text);
    const calls = native.mock.calls.slice();
    native.mockRestore();
    // The scanner would have asked it for single strings, or for nothing.
    expect(calls).toEqual([[text]]);
    expect(value).toEqual(JSON.parse(text));
  });

  it('does not change with being written and read again', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const written = canonicalJson(parseJson(text).value);
        const again = parseJson(Buffer.from(written)).value;
        expect(canonicalJson(again)).toBe(written);
        expect(JSON.stringify(again)).toBe(JSON.stringify(parseJson(written).value));
      }),
    );
  });

  it('and its two ways agree on everything', () => {
    fc.assert(
      fc.property(fc.oneof(damagedText, anyText, jsonText), (text) => {
        const [fast, slow] = readers.map(([, read]) => outcome(read, text));
        expect(JSON.stringify(fast)).toBe(JSON.stringify(slow));
        expect(fast).toEqual(slow);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads bytes as it reads text', () => {
    const text = '{"ä":["日本","😀",1.5]}';
    expect(parseJson(Buffer.from(text))).toEqual(parseJson(text));
    const view = new Uint8Array(Buffer.from(`xx${text}yy`)).subarray(2, -2);
    expect(parseJson(view)).toEqual(parseJson(text));
  });

  it.each([
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ['a byte that no UTF-8 has', [0x22, 0xff, 0x22]],
    ['half a character', [0x22, 0xc3, 0x22]],
    ['an overlong character', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a code point beyond the last', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0x00]],
    ['nothing', []],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseJson(Uint8Array.from(bytes))).toThrow(refusal('notJson'));
  });

  it('answers every sequence of bytes, and refuses only by ProtocolError', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.option(damagedText), (bytes, text) => {
        const hostile = text === null ? bytes : Buffer.concat([Buffer.from(text), bytes.subarray(0, 1)]);
        try {
          expect(parseJson(hostile).value).toBeDefined();
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }),
    );
  });
});

/** `value` with plain numbers only, as the engine would have read it. */
function valued(value: JsonValue): JsonValue {
  if (value instanceof ExactNumber) return value.value;
  if (Array.isArray(value)) return value.map(valued);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, valued(each as JsonValue)]);
  return Object.fromEntries(entries) as JsonObject;
}

function wellFormed(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (Array.isArray(value)) return value.every(wellFormed);
  if (!isJsonObject(value)) return true;
  return Object.entries(value).every(([key, each]) => key.isWellFormed() && wellFormed(each as JsonValue));
}

/** Whether the engine, which keeps the last of several members with one key, has read fewer members than are written. */
function repeatsKey(text: string): boolean {
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/gs, '').replace(/[^:]/g, '');
  return colons.length > countMembers(JSON.parse(text) as JsonValue);
}

function countMembers(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0;
  const within = Object.values(value).reduce((sum: number, each: JsonValue) => sum + countMembers(each), 0);
  return within + (isJsonObject(value) ? Object.keys(value).length : 0);
}
