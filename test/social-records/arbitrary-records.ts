// Arbitrary records of any declared type, derived from the kinds of its fields: few different values, so that keys meet,
// listings have groups and unique values are taken, and among them those that back ends are likely to spoil.
import fc from 'fast-check';
import { uriCharactersMax } from '#support/limits';
import { anyText } from '#test/fixtures/any-text';
import type { AnyRecord, RawType } from './raw-records.ts';

/** What the values of fields are drawn from. */
export interface Pools {
  readonly texts: readonly string[];
  readonly uris: readonly string[];
}

const texts = [
  'a',
  'b',
  'a b',
  // In the order of UTF-16 the second comes first.
  '\uffee',
  '\u{1f600}',
  'é',
  'e\u0301',
  "x'); DROP TABLE followers; --",
  '__proto__',
  '%_\\"',
];

const longUri = `https://long.example/${'ä/'.repeat(uriCharactersMax)}`.slice(0, uriCharactersMax - 1);
const uris = [
  'https://a.example/users/b',
  'https://a.example/users/b#c',
  'https://b.example/users/b',
  "https://b.example/?q=' OR '1'='1",
  `${longUri}1`,
  `${longUri}2`,
];

const allPools: Pools = { texts, uris };

const integers = [0, 1, 2, 255, 256, 65_536, 1_700_000_000_000, 4_102_444_800_000];

/** Values that JSON gives back as they were. */
const json = fc
  .oneof(
    fc.array(fc.constantFrom(...uris), { maxLength: 3 }),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constant(JSON.parse('{"__proto__":{"a":"\\ud800\\u0000"}}')),
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** Times at which records came to be: some days, and some at the same moment. */
const times = fc.constantFrom(0, 1_700_000_000_000, 1_700_000_000_001, 1_702_000_000_000, 1_760_000_000_000);

function drawValue(type: RawType, field: string, isIndexed: boolean, pools: Pools): fc.Arbitrary<unknown> {
  if (field === type.created) return times;
  const wanted = Object.values(type.listings).flatMap(({ where }) => {
    const value = (where as AnyRecord | undefined)?.[field];
    return value === undefined ? [] : [value];
  });
  const kind = (type.fields[field] as string).replace('?', '');
  const drawn = drawKind(kind, isIndexed, pools);
  return wanted.length === 0 ? drawn : fc.oneof(fc.constantFrom(...wanted), drawn);
}

function drawKind(kind: string, isIndexed: boolean, pools: Pools): fc.Arbitrary<unknown> {
  switch (kind) {
    case 'text':
      return isIndexed
        ? fc.constantFrom(...pools.texts)
        : fc.oneof(fc.constantFrom('', ...pools.texts), anyText.map(withoutNul));
    case 'uri':
      return fc.constantFrom(...pools.uris);
    case 'integer':
      return isIndexed
        ? fc.constantFrom(...integers)
        : fc.constantFrom(...integers, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER);
    case 'flag':
      return fc.boolean();
    default:
      return json;
  }
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

export function arbitraryRecord(type: RawType, pools: Pools = allPools): fc.Arbitrary<AnyRecord> {
  const indexed = new Set([
    ...type.key,
    ...Object.values(type.unique).flat(),
    ...Object.values(type.listings).flatMap(({ by }) => by),
  ]);
  const fields = Object.fromEntries(
    Object.keys(type.fields).map((field) => [field, drawValue(type, field, indexed.has(field), pools)]),
  );
  const required = Object.keys(type.fields).filter((field) => !type.fields[field]?.endsWith('?'));
  // Without a prototype of its own making: records are plain objects.
  return fc.record(fields, { requiredKeys: required }).map((record) => ({ ...record }));
}

/** Texts to store with a record: some are named, some of those are taken away. */
export function arbitraryTexts(type: RawType): fc.Arbitrary<{ [name: string]: string | undefined }> {
  const text = fc.option(fc.oneof(fc.constant(''), fc.constantFrom(...texts), anyText.map(withoutNul)), {
    nil: undefined,
  });
  const named = Object.fromEntries(type.texts.map((name) => [name, text]));
  return fc.record(named, { requiredKeys: [] }).map((record) => ({ ...record }));
}
