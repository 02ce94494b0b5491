// Turns the declaration of a record type into a table: a column for each field, a digest beside each URI that is looked for
// (indices of PostgreSQL take no long texts), and an index for the key, each unique set, each listing and the order of time.
import { isDeepStrictEqual } from 'node:util';
import { type PlainType, plainType } from '#databases/social/engines/storable-records';
import type { RecordType } from '#databases/social/records/record-type';
import { recordTypes } from '#databases/social/records/record-types';

/** `id` is a 64-bit integer of ours, `digest` a SHA-256. */
export type ColumnKind = 'text' | 'integer' | 'flag' | 'json' | 'id' | 'digest';

export interface SqlColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly isOptional: boolean;
  /** The field whose value, or the digest of whose value, it holds; a place belongs to no field. */
  readonly field: string | undefined;
}

export interface SqlIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  /** Only rows with these values, which the declarations name. */
  readonly where: readonly (readonly [column: string, value: string | number])[];
  /** Only rows that have these. */
  readonly present: readonly string[];
}

export interface SqlTable {
  readonly name: string;
  readonly columns: readonly SqlColumn[];
  readonly primaryKey: readonly string[];
  readonly indices: readonly SqlIndex[];
}

/** A record type as tables. */
export interface SqlType {
  readonly type: PlainType;
  readonly table: SqlTable;
  /** The texts of its records, where it has any: a row for each. */
  readonly texts: SqlTable | undefined;
}

/** Where a record lies in the order in which records were first stored. */
export const placeColumn = 'place';
export const textNameColumn = 'text_name';
export const textColumn = 'text_body';

/** The tables of every record type, by the name of the type. */
export const sqlTypes: ReadonlyMap<string, SqlType> = new Map(
  Object.values(recordTypes).map((declared) => {
    const type = plainType(declared as unknown as RecordType<never>);
    return [type.name, declareType(type)];
  }),
);

/** `postTags` is `post_tags`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The column by which a field is looked for and ordered: a URI's is its digest. */
export function searchColumn({ fields }: PlainType, field: string): string {
  return fields[field]?.startsWith('uri') ? `${snakeCase(field)}_digest` : snakeCase(field);
}

function declareType(type: PlainType): SqlType {
  const name = snakeCase(type.name);
  const keyColumns = type.key.map((field) => searchColumn(type, field));
  const place: SqlColumn = { name: placeColumn, kind: 'id', isOptional: false, field: undefined };
  const columns = [place, ...columnsOf(type, Object.keys(type.fields))];
  if (new Set(columns.map((column) => column.name)).size < columns.length) {
    throw new TypeError(`two columns of ${name} have one name`);
  }
  const table: SqlTable = {
    name,
    columns,
    primaryKey: [placeColumn],
    indices: [
      index(`${name}_key`, keyColumns, { isUnique: true }),
      ...uniqueIndices(type, name),
      ...listingIndices(type, name),
      ...(type.created === undefined
        ? []
        : [index(`${name}_created`, [searchColumn(type, type.created), placeColumn])]),
    ],
  };
  return { type, table, texts: type.texts.length > 0 ? textsTable(name, columns, keyColumns) : undefined };
}

function textsTable(name: string, columns: readonly SqlColumn[], keyColumns: readonly string[]): SqlTable {
  const text = (column: string): SqlColumn => ({
    name: column,
    kind: 'text',
    isOptional: false,
    field: undefined,
  });
  return {
    name: `${name}_texts`,
    columns: [
      ...columns.filter((column) => keyColumns.includes(column.name)),
      text(textNameColumn),
      text(textColumn),
    ],
    primaryKey: [...keyColumns, textNameColumn],
    indices: [],
  };
}

function columnsOf(type: PlainType, fields: readonly string[]): SqlColumn[] {
  const searched = new Set([
    ...type.key,
    ...Object.values(type.unique).flat(),
    ...Object.values(type.listings).flatMap(({ by }) => by),
  ]);
  return fields.flatMap((field): SqlColumn[] => {
    const declared = type.fields[field] as string;
    const isOptional = declared.endsWith('?');
    const kind = declared.replace('?', '');
    const column = { name: snakeCase(field), isOptional, field };
    if (kind !== 'uri') return [{ ...column, kind: kind as ColumnKind }];
    const own: SqlColumn = { ...column, kind: 'text' };
    if (!searched.has(field)) return [own];
    return [own, { name: searchColumn(type, field), kind: 'digest', isOptional, field }];
  });
}

function uniqueIndices(type: PlainType, name: string): SqlIndex[] {
  return Object.entries(type.unique).map(([unique, fields]) =>
    index(
      `${name}_${snakeCase(unique)}`,
      fields.map((field) => searchColumn(type, field)),
      { isUnique: true },
    ),
  );
}

function listingIndices(type: PlainType, name: string): SqlIndex[] {
  return Object.entries(type.listings).flatMap(([listing, { by, where = {} }]) => {
    const columns = [...by.map((field) => searchColumn(type, field)), placeColumn];
    const conditions = Object.entries<unknown>(where).map(
      ([field, value]) => [snakeCase(field), literalOf(value)] as const,
    );
    // The primary key is in this order already.
    if (isDeepStrictEqual(columns, [placeColumn]) && conditions.length === 0) return [];
    const present = by.filter((field) => type.fields[field]?.endsWith('?'));
    return [
      index(`${name}_${snakeCase(listing)}`, columns, {
        where: conditions,
        present: present.map((field) => searchColumn(type, field)),
      }),
    ];
  });
}

function literalOf(value: unknown): string | number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError('a listing is limited by texts, numbers and flags only');
}

function index(name: string, columns: readonly string[], more: Partial<SqlIndex> = {}): SqlIndex {
  return { name, columns, isUnique: false, where: [], present: [], ...more };
}
