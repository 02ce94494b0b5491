// Values of records as SQL keeps them, and back.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { SqlRow, SqlValue } from '#databases/social/engines/sql/sql-database';
import {
  type ColumnKind,
  type SqlColumn,
  type SqlType,
  snakeCase,
} from '#databases/social/engines/sql/sql-tables';
import { idOfPlace, placeOfId } from '#databases/social/engines/time-sorted-ids';
import type { Place } from '#databases/social/record-access';
import type { AnyRecord } from '#databases/social/records/record-type';
import { uriDigestsCachedMax } from '#support/limits';

/** A value as a column of this kind keeps it. A place is given as text. */
export function encodeValue(kind: ColumnKind, value: unknown): SqlValue {
  switch (kind) {
    case 'flag':
      return value ? 1 : 0;
    case 'json':
      return JSON.stringify(value);
    case 'digest':
      return digestOf(value as string);
    case 'id':
      return idOfPlace(String(value));
    default:
      return value as string | number;
  }
}

/** A record is looked for before it is stored, and its actor or object is that of others: most digests are asked for again. */
const digests = new LRUCache<string, Uint8Array>({ max: uriDigestsCachedMax });

function digestOf(uri: string): Uint8Array {
  let digest = digests.get(uri);
  if (!digest) {
    digest = hash('sha256', uri, 'buffer');
    digests.set(uri, digest);
  }
  return digest;
}

/** What a record's columns hold, in the order of the columns; the place is given apart. */
export function encodeRecord(columns: readonly SqlColumn[], record: AnyRecord, place: bigint): SqlValue[] {
  return columns.map(({ kind, field }) => {
    if (field === undefined) return place;
    const value = record[field];
    return value === undefined ? null : encodeValue(kind, value);
  });
}

/** The columns that a record is read from, and how. */
export class RecordColumns {
  readonly names: readonly string[];
  readonly #fields: readonly (readonly [field: string, kind: string])[];

  constructor({ type }: SqlType) {
    this.#fields = Object.entries(type.fields).map(([field, kind]) => [field, kind.replace('?', '')]);
    this.names = this.#fields.map(([field]) => snakeCase(field));
  }

  decode(row: SqlRow): AnyRecord {
    const record: { [field: string]: unknown } = {};
    for (let index = 0; index < this.#fields.length; index++) {
      const [field, kind] = this.#fields[index] as readonly [string, string];
      const value = row[index];
      if (value !== null) record[field] = decodeValue(kind, value);
    }
    return record;
  }
}

function decodeValue(kind: string, value: unknown): unknown {
  switch (kind) {
    case 'flag':
      return Number(value) !== 0;
    case 'integer':
      return Number(value);
    case 'json':
      return JSON.parse(value as string);
    default:
      return value;
  }
}

/** A place as `cast(place as text)` gives it. */
export function decodePlace(value: unknown): Place {
  return placeOfId(BigInt(value as string));
}
