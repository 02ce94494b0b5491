// Holds every query that a record type has against the model: each listing under every lead, in both directions, within
// bounds and page by page, counts, ranges by time, texts. How an engine orders what is only ever compared whole is learned
// from its longest answer; the shorter ones must agree with it.
import { expect } from 'vitest';
import type { Cursor, ListBounds, Place, Placed } from '#databases/social/record-access';
import type { RecordEngine } from '#databases/social/record-engine';
import { type Compare, compareTexts, hasValues, type Kept, type ModelRecords } from './model.ts';
import { type AnyRecord, nameOf, pick, type RawReader, type RawType, readRaw } from './raw-records.ts';

/** Leads and bounds that are tried of each listing; the first ones are those that differ most. */
export interface Thoroughness {
  readonly leads: number;
  readonly bounds: number;
}

export async function expectAnswers(
  engine: RecordEngine,
  model: ModelRecords,
  type: RawType,
  thoroughness: Thoroughness,
): Promise<void> {
  await readRaw(engine, async (records) => {
    const places = new Map<string, Place>();
    await expectRecords(records, model, type);
    for (const listing of Object.keys(type.listings)) {
      await expectListing(records, model, type, listing, places, thoroughness);
    }
    await expectKeyOrder(records, model, type, places, thoroughness);
    await expectPlaces(model, type, places);
    if (type.created !== undefined) await expectCreated(records, model, type, type.created);
  });
}

async function expectRecords(records: RawReader, model: ModelRecords, type: RawType): Promise<void> {
  const all = model.all(type);
  const scanned: AnyRecord[] = [];
  for (let cursor: Cursor | undefined; ; ) {
    const page = await records.scan(type, { limit: 3, cursor });
    expect(page.items.length).toBeLessThanOrEqual(3);
    scanned.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) break;
  }
  expect(byKey(type, scanned)).toEqual(byKey(type, recordsOf(all)));
  for (const { record, texts } of all) {
    expect(await records.get(type, pick(type.key, record))).toEqual(record);
    for (const [unique, fields] of Object.entries(type.unique)) {
      expect(await records.find(type, unique, pick(fields, record))).toEqual(record);
    }
    for (const name of type.texts) {
      expect(await records.text(type, pick(type.key, record), name)).toBe(texts.get(name));
    }
  }
}

async function expectListing(
  records: RawReader,
  model: ModelRecords,
  type: RawType,
  listing: string,
  places: Map<string, Place>,
  { leads, bounds }: Thoroughness,
): Promise<void> {
  const { by, counted } = type.listings[listing]!;
  const list = (lead: AnyRecord, within: ListBounds) => records.list(type, listing, lead, within);
  for (const lead of leadsOf(type, by, model.all(type)).slice(0, leads)) {
    const next = by.find((field) => lead[field] === undefined);
    const expected = model.listed(type, listing, lead);
    const found = await list(lead, { limit: expected.length + 5 });
    const compare = compareBy(type, by.slice(Object.keys(lead).length), found, true);
    expect(recordsOf(found)).toEqual(recordsOf(expected.toSorted(compare)));
    notePlaces(type, found, places);
    await expectBounds((within) => list(lead, within), type, next, found, bounds);
    if (counted && next === undefined) {
      expect(await records.count(type, listing, lead)).toBe(expected.length);
    }
  }
}

async function expectKeyOrder(
  records: RawReader,
  model: ModelRecords,
  type: RawType,
  places: Map<string, Place>,
  { leads, bounds }: Thoroughness,
): Promise<void> {
  const all = model.all(type);
  for (const lead of leadsOf(type, type.key.slice(0, -1), all).slice(0, leads)) {
    const next = type.key.find((field) => lead[field] === undefined)!;
    if (type.key[0] === next && !isInteger(type, next)) continue;
    const expected = all.filter(({ record }) => hasValues(record, lead));
    const list = (within: ListBounds) => records.listByKey(type, lead, within);
    const found = await list({ limit: expected.length + 5 });
    const compare = compareBy(type, type.key.slice(Object.keys(lead).length), found, false);
    expect(recordsOf(found)).toEqual(recordsOf(expected.toSorted(compare)));
    notePlaces(type, found, places);
    await expectBounds(list, type, next, found, bounds);
  }
}

/** Bounds, limits and directions within an answer that is known to be right. */
async function expectBounds(
  list: (bounds: ListBounds) => Promise<Placed<AnyRecord>[]>,
  type: RawType,
  next: string | undefined,
  all: readonly Placed<AnyRecord>[],
  most: number,
): Promise<void> {
  const limit = all.length + 5;
  expect(await list({ limit, reverse: true })).toEqual(all.toReversed());
  if (all.length === 0) return;
  expect(await list({ limit: 1 })).toEqual(all.slice(0, 1));
  expect(await list({ limit: all.length })).toEqual(all);
  expect(await list({ limit: all.length - 1, reverse: true })).toEqual(all.slice(1).toReversed());
  const boundOf = ({ place, record }: Placed<AnyRecord>) => (next === undefined ? place : record[next]);
  const values = [...new Set(all.map(boundOf))] as (Place | string | number)[];
  const tried = [...new Set([values[0], values.at(-1), ...values])].slice(0, most);
  for (const value of tried) {
    if (value === undefined) continue;
    const first = all.findIndex((found) => boundOf(found) === value);
    const end = all.findLastIndex((found) => boundOf(found) === value) + 1;
    expect(await list({ limit, after: value })).toEqual(all.slice(end));
    expect(await list({ limit: 2, before: value, reverse: true })).toEqual(
      all.slice(0, first).toReversed().slice(0, 2),
    );
    if (next === undefined) continue;
    expect(await list({ limit, from: value, reverse: true })).toEqual(all.slice(first).toReversed());
    expect(await list({ limit, through: value })).toEqual(all.slice(0, end));
    expect(await list({ limit, after: value, before: value })).toEqual([]);
    expect(await list({ limit, from: value, through: value })).toEqual(all.slice(first, end));
  }
  if (next !== undefined && isInteger(type, next)) await expectGaps(list, next, all, limit);
}

/** Bounds between the integers that there are, and beyond them. */
async function expectGaps(
  list: (bounds: ListBounds) => Promise<Placed<AnyRecord>[]>,
  next: string,
  all: readonly Placed<AnyRecord>[],
  limit: number,
): Promise<void> {
  for (const bound of [-1, 3, 300, Number.MAX_SAFE_INTEGER]) {
    const behind = all.filter(({ record }) => (record[next] as number) > bound);
    const before = all.filter(({ record }) => (record[next] as number) < bound);
    expect(await list({ limit, after: bound })).toEqual(behind);
    expect(await list({ limit, from: bound })).toEqual(behind);
    expect(await list({ limit, before: bound })).toEqual(before);
    expect(await list({ limit, through: bound, reverse: true })).toEqual(before.toReversed());
  }
}

async function expectCreated(
  records: RawReader,
  model: ModelRecords,
  type: RawType,
  created: string,
): Promise<void> {
  const timeOf = ({ record }: Kept) => record[created] as number;
  const all = model
    .all(type)
    .toSorted((left, right) => timeOf(left) - timeOf(right) || left.place - right.place);
  const times = [...new Set(all.map(timeOf))];
  const middle = times[Math.floor(times.length / 2)] ?? 5;
  expect(await records.countCreated(type)).toBe(all.length);
  const ranges = [
    {},
    { from: middle },
    { through: middle },
    { from: middle, through: middle },
    { from: middle + 1, through: middle - 1 },
    { from: times[0]! - 1, through: middle + 1 },
  ];
  for (const range of all.length === 0 ? [{}, { from: 5 }] : ranges) {
    const { from = Number.NEGATIVE_INFINITY, through = Number.POSITIVE_INFINITY } = range as {
      from?: number;
      through?: number;
    };
    const within = recordsOf(all.filter((kept) => timeOf(kept) >= from && timeOf(kept) <= through));
    expect(await records.countCreated(type, range)).toBe(within.length);
    for (const reverse of [false, true]) {
      const expected = reverse ? within.toReversed() : within;
      const whole = await records.listCreated(type, { ...range, reverse, limit: within.length + 5 });
      expect(whole).toEqual({ items: expected });
      expect(await pagesCreated(records, type, { ...range, reverse, limit: 2 })).toEqual(expected);
    }
  }
}

async function pagesCreated(
  records: RawReader,
  type: RawType,
  range: { readonly limit: number; readonly reverse: boolean },
): Promise<AnyRecord[]> {
  const all: AnyRecord[] = [];
  for (let cursor: Cursor | undefined; ; ) {
    const page = await records.listCreated(type, { ...range, cursor });
    expect(page.items.length).toBeLessThanOrEqual(range.limit);
    all.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) return all;
  }
}

/** A record has one place, whatever lists it, and places follow the order in which records were first stored. */
async function expectPlaces(model: ModelRecords, type: RawType, places: Map<string, Place>): Promise<void> {
  const ordered = model
    .all(type)
    .toSorted((left, right) => left.place - right.place)
    .flatMap(({ record }) => places.get(nameOf(type.key, record)) ?? []);
  expect(ordered).toEqual(ordered.toSorted());
  expect(new Set(ordered).size).toBe(ordered.length);
}

function notePlaces(type: RawType, found: readonly Placed<AnyRecord>[], places: Map<string, Place>): void {
  for (const { place, record } of found) {
    const name = nameOf(type.key, record);
    expect(place).toBe(places.get(name) ?? place);
    places.set(name, place);
  }
}

/** Every set of leading values that some record has, full ones first; without any where that is allowed. */
function leadsOf(type: RawType, by: readonly string[], all: readonly Kept[]): AnyRecord[] {
  const leads = new Map<string, AnyRecord>();
  for (let length = by.length; length >= 1; length--) {
    const fields = by.slice(0, length);
    for (const { record } of all) {
      if (fields.every((field) => record[field] !== undefined)) {
        leads.set(nameOf(fields, record), pick(fields, record));
      }
    }
  }
  // Those with the most fields first, and each number of fields in turn.
  const sorted = [...leads.values()];
  const first = by[0] ?? type.key[0]!;
  return by.length === 0 || isInteger(type, first) ? [{}, ...sorted] : alternate(sorted);
}

function alternate(leads: readonly AnyRecord[]): AnyRecord[] {
  return [...leads.filter((_, index) => index % 2 === 0), ...leads.filter((_, index) => index % 2 === 1)];
}

/** By the rest of a listing's fields, then by place. What has an order of the engine's own is where it was found. */
function compareBy(
  type: RawType,
  fields: readonly string[],
  found: readonly Placed<AnyRecord>[],
  isTextOrdered: boolean,
): (left: Kept, right: Kept) => number {
  const compares = fields.map((field, index): Compare => {
    const kind = type.fields[field]!;
    if (kind.startsWith('integer'))
      return (left, right) => (left[field] as number) - (right[field] as number);
    if (kind.startsWith('text') && isTextOrdered) {
      return (left, right) => compareTexts(left[field] as string, right[field] as string);
    }
    const wanted = fields.slice(0, index + 1);
    const names = found.map(({ record }) => nameOf(wanted, record));
    return (left, right) => names.indexOf(nameOf(wanted, left)) - names.indexOf(nameOf(wanted, right));
  });
  return (left, right) => {
    for (const compare of compares) {
      const order = compare(left.record, right.record);
      if (order !== 0) return order;
    }
    return left.place - right.place;
  };
}

function isInteger(type: RawType, field: string): boolean {
  return type.fields[field]?.startsWith('integer') ?? false;
}

function recordsOf(kept: readonly { readonly record: AnyRecord }[]): AnyRecord[] {
  return kept.map(({ record }) => record);
}

function byKey(type: RawType, records: readonly AnyRecord[]): AnyRecord[] {
  return records.toSorted((left, right) => compareTexts(nameOf(type.key, left), nameOf(type.key, right)));
}
