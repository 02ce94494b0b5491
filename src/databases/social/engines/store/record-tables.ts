// Turns the declaration of a record type into tables of our ordered store: the records by key, a table for each unique
// set of fields, for each listing (and its counts) and for each text.

import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { keyOf } from '#databases/social/engines/field-values';
import { tableCodes } from '#databases/social/engines/store/table-codes';
import type { Place } from '#databases/social/record-access';
import type { AnyRecord, Listing, RecordType } from '#databases/social/records/record-type';
import { recordTypes } from '#databases/social/records/record-types';
import { type At, type Codec, counter, json, raw, stamped } from '#store/codecs';
import type { Position } from '#store/contract';
import {
  bytes,
  type Column,
  integer,
  position,
  type Table,
  type TableDeclaration,
  text,
} from '#store/keyspace';
import type { TupleReader, TupleWriter } from '#store/tuple';
import type { PendingPosition } from '#store/versionstamp';

type Key = readonly unknown[];
type Kinds = { readonly [field: string]: string };

/** A declaration seen without its parameters. */
export type AnyType = RecordType<never> & { readonly fields: Kinds; readonly key: readonly string[] };

export interface ListingTable {
  readonly name: string;
  readonly listing: Listing<never> & { readonly by: readonly string[] };
  readonly rows: Table<Key, unknown>;
  readonly totals: Table<Key, number> | undefined;
}

/** A type's records by the time at which they came to be, and how many there are. */
export interface CreatedTable {
  readonly field: string;
  readonly rows: Table<Key, Key>;
  readonly total: Table<readonly [], number>;
}

/** The tables of one record type. */
export interface StoredType {
  readonly type: AnyType;
  readonly rows: Table<Key, At<AnyRecord>>;
  readonly unique: ReadonlyMap<
    string,
    { readonly fields: readonly string[]; readonly rows: Table<Key, Key> }
  >;
  readonly listings: ReadonlyMap<string, ListingTable>;
  readonly texts: ReadonlyMap<string, Table<Key, Buffer>>;
  readonly created: CreatedTable | undefined;
}

type AnyColumn = TableDeclaration<Key, unknown>['columns'][number];

// A URI stands in many keys of a transaction, and in those of the next ones: an actor's, an activity's with many inboxes.
const latestDigests = new LRUCache<string, Buffer>({ max: 500 });

function digestOf(uri: string): Buffer {
  let digest = latestDigests.get(uri);
  if (!digest) {
    digest = hash('sha256', uri, 'buffer');
    latestDigests.set(uri, digest);
  }
  return digest;
}

/** URIs are of any length; keys hold their SHA-256. */
function digest(name: string): Column<string> {
  return {
    name,
    write: (writer: TupleWriter, value) => writer.bytes(digestOf(value)),
    read: (reader: TupleReader) => (bytes(name).read(reader) as Buffer).toString('hex'),
  };
}

function columnOf(kinds: Kinds, field: string): AnyColumn {
  switch (kinds[field]?.replace('?', '')) {
    case 'text':
      return text(field);
    case 'uri':
      return digest(field);
    case 'integer':
      return integer(field);
    default:
      throw new TypeError(`${field} cannot be part of a key`);
  }
}

type Declarations = { [table: string]: TableDeclaration<Key, unknown> };

/** The tables of every record type, declared: `followers`, `followers.byAccount`, `followers.byAccount.totals`, … */
export const socialDeclarations: Readonly<Declarations> = declareTables();

function declareTables(): Declarations {
  const declarations: Declarations = {};
  for (const [name, declared] of Object.entries(recordTypes)) {
    const type = declared as unknown as AnyType;
    const codes: Kinds = tableCodes[name as keyof typeof tableCodes];
    const add = (suffix: string, prefix: string, about: string, columns: AnyColumn[], codec: unknown) => {
      declarations[name + suffix] = { prefix, about, columns, codec: codec as Codec<unknown> };
    };
    const columns = (fields: readonly string[]) => fields.map((field) => columnOf(type.fields, field));
    const code = (part: string) => codes[part] as string;
    add('', code('rows'), type.about, columns(type.key), stamped(json<AnyRecord>()));
    for (const [unique, fields] of Object.entries<readonly string[]>(type.unique)) {
      add(`.${unique}`, code(unique), `The key of: ${type.about}`, columns(fields), json<Key>());
    }
    for (const [listing, { by, counted }] of Object.entries<Listing<never>>(type.listings)) {
      const ordered = [...columns(by), position('place')];
      add(`.${listing}`, code(listing), `In order: ${type.about}`, ordered, json<unknown>());
      if (counted) {
        add(`.${listing}.totals`, `${code(listing)}#`, `How many: ${type.about}`, columns(by), counter);
      }
    }
    if (type.created !== undefined) {
      const ordered = [...columns([type.created]), position('place')];
      add(
        '.created',
        code('created'),
        `By the time at which it came to be: ${type.about}`,
        ordered,
        json<Key>(),
      );
      add('.created.total', `${code('created')}#`, `How many in all: ${type.about}`, [], counter);
    }
    for (const part of type.texts) {
      add(
        `.${part}`,
        code(part),
        `Of each, in pieces: ${type.about}`,
        [...columns(type.key), integer('piece')],
        raw,
      );
    }
  }
  return declarations;
}

/** Finds the bound tables of each type among those that `socialDeclarations` made. */
export function storedTypes(tables: object): ReadonlyMap<string, StoredType> {
  const bound = tables as { readonly [name: string]: Table<Key, never> };
  const table = <V>(name: string) => bound[name] as unknown as Table<Key, V>;
  const types = new Map<string, StoredType>();
  for (const [name, declared] of Object.entries(recordTypes)) {
    const type = declared as unknown as AnyType;
    types.set(name, {
      type,
      rows: table<At<AnyRecord>>(name),
      unique: new Map(
        Object.entries<readonly string[]>(type.unique).map(([unique, fields]) => [
          unique,
          { fields, rows: table<Key>(`${name}.${unique}`) },
        ]),
      ),
      listings: new Map(
        Object.entries<ListingTable['listing']>(type.listings).map(([listing, declaration]) => [
          listing,
          {
            name: `${name}.${listing}`,
            listing: declaration,
            rows: table<unknown>(`${name}.${listing}`),
            totals: declaration.counted ? table<number>(`${name}.${listing}.totals`) : undefined,
          },
        ]),
      ),
      texts: new Map(type.texts.map((part: string) => [part, table<Buffer>(`${name}.${part}`)])),
      created:
        type.created === undefined
          ? undefined
          : {
              field: type.created,
              rows: table<Key>(`${name}.created`),
              total: bound[`${name}.created.total`] as unknown as Table<readonly [], number>,
            },
    });
  }
  return types;
}

/** What a listing has of a record: the record itself, or the values of its key. */
export function listed(type: AnyType, listing: Listing<never>, record: AnyRecord): unknown {
  return listing.holds === 'record' ? record : keyOf(type.key, record);
}

/** A row that is read has a known position. */
export function placeOf(at: Position | PendingPosition): Place {
  return at as string as Place;
}
