// Checks what our ordered store derives from social records: every row of a listing or a unique set, and every count,
// is compared with the records themselves. Each page is checked within one read, so that it can run beside a server.

import { isDeepStrictEqual } from 'node:util';
import { keyOf } from '#databases/social/engines/field-values';
import {
  type CreatedTable,
  type ListingTable,
  listed,
  type StoredType,
} from '#databases/social/engines/store/record-tables';
import { type AnyRecord, isListed } from '#databases/social/records/record-type';
import type { KeyRange, Position, Snapshot } from '#store/contract';
import { keyAfter, prefixRange } from '#store/key-range';
import { nameKey, type Table } from '#store/keyspace';
import type { Awaitable } from '#support/awaitable';
import type { Difference } from '#support/difference';

export type Read = <T>(body: (snapshot: Snapshot) => Awaitable<T>) => Promise<T>;
type AnyTable = Table<readonly unknown[], unknown>;

const pageRowsMax = 500;

/** A row that a record gives rise to. */
interface DerivedRow {
  readonly name: string;
  readonly table: AnyTable;
  readonly key: Buffer;
  readonly value: unknown;
}

export async function* checkRecords(read: Read, types: readonly StoredType[]): AsyncIterable<Difference> {
  for (const stored of types) {
    yield* eachPage(read, stored.rows, (snapshot, { value: { at, value } }) =>
      missing(snapshot, derivedRows(stored, at as Position, value)),
    );
    for (const [name, { rows }] of stored.unique) {
      yield* eachPage(read, rows, (snapshot, row) =>
        unfounded(snapshot, stored, { name: `${stored.type.name}.${name}`, table: rows, ...row }),
      );
    }
    for (const table of stored.listings.values()) {
      yield* eachPage(read, table.rows, (snapshot, row) =>
        unfounded(snapshot, stored, { name: table.name, table: table.rows, ...row }),
      );
      yield* checkTotals(read, table);
    }
    if (stored.created) yield* checkCreated(read, stored, stored.created);
  }
}

async function* checkCreated(
  read: Read,
  stored: StoredType,
  { rows, total }: CreatedTable,
): AsyncIterable<Difference> {
  const name = `${stored.type.name}.created`;
  yield* eachPage(read, rows, (snapshot, row) => unfounded(snapshot, stored, { name, table: rows, ...row }));
  // Both in one read: what is stored meanwhile counts in both or in neither.
  const { counted, kept } = await read(async (snapshot) => ({
    counted: await countRange(snapshot, rows.range()),
    kept: (await total.get(snapshot, [])) ?? 0,
  }));
  if (counted === kept) return;
  yield { table: `${name}.total`, key: 'all', expected: String(counted), found: String(kept) };
}

async function countRange(snapshot: Snapshot, range: KeyRange): Promise<number> {
  let counted = 0;
  for (let rest = range; ; ) {
    const page = await snapshot.getRange(rest);
    counted += page.entries.length;
    const last = page.entries.at(-1);
    if (!page.more || !last) return counted;
    rest = { begin: keyAfter(last.key), end: rest.end };
  }
}

interface FoundRow<V> {
  readonly key: Buffer;
  readonly value: V;
}

/** What a check of each row of a table finds, page by page. */
export async function* eachPage<V>(
  read: Read,
  table: Table<readonly unknown[], V>,
  check: (snapshot: Snapshot, row: FoundRow<V>) => Promise<Difference[]>,
): AsyncIterable<Difference> {
  let range = table.range();
  for (;;) {
    const { differences, last } = await read(async (snapshot) => {
      const page = await snapshot.getRange(range, { limit: pageRowsMax });
      const checked: Difference[] = [];
      for (const { key, value } of page.entries) {
        checked.push(...(await check(snapshot, { key, value: table.declaration.codec.decode(value) })));
      }
      return { differences: checked, last: page.more ? page.entries.at(-1)?.key : undefined };
    });
    yield* differences;
    if (!last) return;
    range = { begin: keyAfter(last), end: range.end };
  }
}

/** The rows that a record gives rise to beside its own. */
export function derivedRows(stored: StoredType, at: Position, record: AnyRecord): DerivedRow[] {
  const { type } = stored;
  const derived: DerivedRow[] = [];
  for (const [name, { fields, rows }] of stored.unique) {
    const key = rows.key(keyOf(fields, record));
    derived.push({ name: `${type.name}.${name}`, table: rows, key, value: keyOf(type.key, record) });
  }
  for (const { name, listing, rows } of stored.listings.values()) {
    if (!isListed(listing, record)) continue;
    const key = rows.key([...keyOf(listing.by, record), at]);
    derived.push({ name, table: rows, key, value: listed(type, listing, record) });
  }
  if (stored.created) {
    const { field, rows } = stored.created;
    const key = rows.key([...keyOf([field], record), at]);
    derived.push({ name: `${type.name}.created`, table: rows, key, value: keyOf(type.key, record) });
  }
  return derived;
}

async function missing(snapshot: Snapshot, derived: readonly DerivedRow[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const { name, table, key, value } of derived) {
    const bytes = await snapshot.get(key);
    const found = bytes && table.declaration.codec.decode(bytes);
    if (isDeepStrictEqual(found, plain(value))) continue;
    differences.push({
      table: name,
      key: readable(name, table, key),
      expected: JSON.stringify(value),
      ...(found === undefined ? {} : { found: JSON.stringify(found) }),
    });
  }
  return differences;
}

/** A derived row whose record does not give rise to it. One that only holds another value was reported as missing. */
async function unfounded(snapshot: Snapshot, stored: StoredType, row: DerivedRow): Promise<Difference[]> {
  const { type, rows } = stored;
  const primary = Array.isArray(row.value) ? row.value : keyOf(type.key, row.value as AnyRecord);
  const found = await rows.get(snapshot, primary);
  const derived = found ? derivedRows(stored, found.at as Position, found.value) : [];
  if (derived.some(({ key }) => key.equals(row.key))) return [];
  return [{ table: row.name, key: readable(row.name, row.table, row.key), found: JSON.stringify(row.value) }];
}

/** Counts each group of a listing in one read, and looks for counts of groups that have no row at all. */
async function* checkTotals(
  read: Read,
  { name, listing, rows, totals }: ListingTable,
): AsyncIterable<Difference> {
  if (!totals) return;
  const compare = (lead: readonly unknown[], expected: number, found: number): Difference[] =>
    expected === found
      ? []
      : [
          {
            table: `${name}.totals`,
            key: readable(`${name}.totals`, totals, totals.key(lead)),
            expected: String(expected),
            found: String(found),
          },
        ];
  // A group's key in the listing begins with the bytes of the group's key in the counts, behind the tables' prefixes.
  const prefixBytes = rows.range().begin.length;
  const totalsPrefix = totals.range().begin;
  const groupOf = async (snapshot: Snapshot, key: Buffer): Promise<{ expected: number; found: number }> => {
    const count = await snapshot.get(key);
    const group: Buffer = Buffer.concat([rows.range().begin, key.subarray(totalsPrefix.length)]);
    const expected = await countRange(snapshot, prefixRange(group));
    return { expected, found: count ? totals.declaration.codec.decode(count) : 0 };
  };
  yield* eachPage(read, totals, async (snapshot, { key }) => {
    const { expected, found } = await groupOf(snapshot, key);
    return compare(totals.unpack(key), expected, found);
  });
  let previous: Buffer | undefined;
  yield* eachPage(read, rows, async (snapshot, { key, value }) => {
    // What comes behind a group is its rows' position: 13 bytes with its type code.
    const group = key.subarray(prefixBytes, key.length - stampedElementBytes);
    if (previous?.equals(group)) return [];
    previous = Buffer.from(group);
    const total = Buffer.concat([totalsPrefix, group]);
    if (await snapshot.get(total)) return [];
    const { expected } = await groupOf(snapshot, total);
    return [
      {
        table: `${name}.totals`,
        key: `${listing.by.join(', ')} of ${JSON.stringify(value)}`,
        expected: String(expected),
      },
    ];
  });
}

/** A position within a key: its type code and twelve bytes. */
const stampedElementBytes = 13;

/** As what is stored reads: JSON leaves undefined fields out. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

export function readable(name: string, table: AnyTable, key: Buffer): string {
  return nameKey({ [name]: table }, key) ?? key.toString('hex');
}
