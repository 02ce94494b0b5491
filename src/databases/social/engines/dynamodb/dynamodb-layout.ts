// Turns the declarations of the record types into tables of DynamoDB and their global secondary indices: a table for each
// type, an index for each listing and for the order of time, and four tables for what all types share. An item is in an
// index while it has the index's attributes, which it only has while its record is listed.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  type KeyFields,
  keyFields,
  nothing,
  packHash,
  packInteger,
  packPlace,
  packRange,
} from '#databases/social/engines/dynamodb/key-bytes';
import { type PlainType, plainType } from '#databases/social/engines/storable-records';
import {
  type AnyRecord,
  isListed,
  type Listing,
  type RecordType,
} from '#databases/social/records/record-type';
import { recordTypes } from '#databases/social/records/record-types';
import { dynamodbMonthMs } from '#support/limits';

export type Attributes = Record<string, AttributeValue>;

/** The names of the two key attributes of every table: both are bytes. */
export const hashAttribute = 'h';
export const rangeAttribute = 'r';

export interface ItemIndex {
  readonly name: string;
  readonly hashAttribute: string;
  readonly rangeAttribute: string;
  /** The index's key for a record in it. */
  key(record: AnyRecord, place: string): { readonly hash: Buffer; readonly range: Buffer } | undefined;
}

/** A table whose items are written by `commit-changes.ts`: those of a record type, or the unique values. */
export interface ItemTable {
  /** Behind the prefix: `follower-inboxes`. Journals say it, too. */
  readonly suffix: string;
  readonly name: string;
  readonly indices: readonly ItemIndex[];
}

export interface ListingIndex extends ItemIndex {
  readonly by: readonly string[];
  readonly fields: KeyFields;
  readonly isCounted: boolean;
}

export interface TypeTable extends ItemTable {
  readonly type: PlainType;
  readonly keyFields: KeyFields;
  readonly listings: ReadonlyMap<string, ListingIndex>;
  /** By the time at which records came to be, for types that say so. */
  readonly created: (ItemIndex & { readonly field: string }) | undefined;
}

export interface Layout {
  readonly types: ReadonlyMap<string, TypeTable>;
  /** An item for each unique value, which has the key of the record that has it. */
  readonly unique: ItemTable;
  /** Texts that do not fit into their record's item, in pieces. */
  readonly texts: string;
  /** What writes under way have locked, and whether they are decided. */
  readonly journals: string;
  /** For each type the months in which any of its records came to be. */
  readonly months: string;
  /** The tables of types and that of unique values by their suffixes. */
  readonly bySuffix: ReadonlyMap<string, ItemTable>;
}

export interface ItemKey {
  readonly table: ItemTable;
  readonly hash: Buffer;
  readonly range: Buffer;
}

export function layoutOf(prefix: string): Layout {
  const types = new Map<string, TypeTable>();
  for (const declared of Object.values(recordTypes)) {
    const type = plainType(declared as unknown as RecordType<never>);
    types.set(type.name, typeTable(prefix, type));
  }
  const unique: ItemTable = { suffix: 'unique', name: `${prefix}-unique`, indices: [] };
  return {
    types,
    unique,
    texts: `${prefix}-texts`,
    journals: `${prefix}-journals`,
    months: `${prefix}-months`,
    bySuffix: new Map([...types.values(), unique].map((table) => [table.suffix, table])),
  };
}

function typeTable(prefix: string, type: PlainType): TypeTable {
  const suffix = type.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const listings = new Map(
    Object.entries(type.listings).map(([name, listing]) => [name, listingIndex(type, name, listing)]),
  );
  const created = type.created === undefined ? undefined : createdIndex(type.created);
  return {
    suffix,
    name: `${prefix}-${suffix}`,
    type,
    keyFields: keyFields(type, type.key),
    listings,
    created,
    indices: [...listings.values(), ...(created ? [created] : [])],
  };
}

function listingIndex(type: PlainType, name: string, listing: PlainType['listings'][string]): ListingIndex {
  const fields = keyFields(type, listing.by);
  return {
    ...attributesOf(name),
    by: listing.by,
    fields,
    isCounted: listing.counted ?? false,
    key: (record, place) =>
      isListed(listing as Listing<never>, record)
        ? {
            hash: packHash(type, fields, record),
            range: Buffer.concat([packRange(type, fields.range, record), packPlace(place)]),
          }
        : undefined,
  };
}

/**
 * The hash key is a month: a range of dates is a few queries. What comes to be at one time shares a hash key, which takes
 * about a thousand writes a second, and so do the entries of a listing that nothing parts.
 */
function createdIndex(field: string): ItemIndex & { readonly field: string } {
  return {
    ...attributesOf('created'),
    field,
    key: (record, place) => {
      const time = record[field] as number;
      return {
        hash: packInteger(monthOf(time)),
        range: Buffer.concat([packInteger(time), packPlace(place)]),
      };
    },
  };
}

function attributesOf(name: string): Pick<ItemIndex, 'name' | 'hashAttribute' | 'rangeAttribute'> {
  return { name, hashAttribute: `${name}_h`, rangeAttribute: `${name}_r` };
}

/** Months of thirty days since the Unix epoch. */
export function monthOf(time: number): number {
  return Math.floor(time / dynamodbMonthMs);
}

export function recordKey(table: TypeTable, values: AnyRecord): ItemKey {
  const { type, keyFields: fields } = table;
  const missing = type.key.find((field) => values[field] === undefined);
  if (missing !== undefined) throw new TypeError(`${type.name}.${missing} is missing`);
  const range = packRange(type, fields.range, values);
  return { table, hash: packHash(type, fields, values), range: range.length > 0 ? range : nothing };
}

/** The item of a unique value: under a hash key that begins with the set's name, and of its own otherwise. */
export function uniqueKey(layout: Layout, { type }: TypeTable, name: string, values: AnyRecord): ItemKey {
  const fields = type.unique[name];
  if (!fields) throw new TypeError(`${type.name} has no unique set called ${name}`);
  const missing = fields.find((field) => values[field] === undefined);
  if (missing !== undefined) throw new TypeError(`${type.name}.${missing} is missing`);
  const set = Buffer.from(`${type.name}.${name}\0`);
  return {
    table: layout.unique,
    hash: Buffer.concat([set, packRange(type, fields, values)]),
    range: nothing,
  };
}

/** One text for each item, to know it by. */
export function keyText({ table, hash, range }: ItemKey): string {
  return `${table.suffix}/${hash.toString('base64url')}/${range.toString('base64url')}`;
}

export function keyAttributes({ hash, range }: Pick<ItemKey, 'hash' | 'range'>): Attributes {
  return { [hashAttribute]: { B: hash }, [rangeAttribute]: { B: range } };
}

/** The attributes of all indices that a record is in. */
export function indexAttributes(table: ItemTable, record: AnyRecord, place: string): Attributes {
  const attributes: Attributes = {};
  for (const index of table.indices) {
    const key = index.key(record, place);
    if (!key) continue;
    attributes[index.hashAttribute] = { B: key.hash };
    attributes[index.rangeAttribute] = { B: key.range };
  }
  return attributes;
}

/** A key as the value of an attribute, to find its item by. */
export function writeKey(key: ItemKey): AttributeValue {
  return { M: { t: { S: key.table.suffix }, ...keyAttributes(key) } };
}

export function readKey({ bySuffix }: Layout, value: AttributeValue | undefined): ItemKey {
  const { t, h, r } = value?.M ?? {};
  const table = t?.S === undefined ? undefined : bySuffix.get(t.S);
  if (!table || !h?.B || !r?.B) throw new Error('DynamoDB holds a key of a table that this version has not');
  return { table, hash: Buffer.from(h.B), range: Buffer.from(r.B) };
}
