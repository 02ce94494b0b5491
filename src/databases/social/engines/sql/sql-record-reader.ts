// Reads social records by SQL: each question is one statement, since a row has the whole record and every index leads to it.
import { keyOf, leadOf } from '#databases/social/engines/field-values';
import { decodeCursor, encodeCursor, type PageEnd } from '#databases/social/engines/sql/cursors';
import type { SqlConnection, SqlRow, SqlValue } from '#databases/social/engines/sql/sql-database';
import {
  type ColumnKind,
  placeColumn,
  type SqlIndex,
  searchColumn,
  snakeCase,
} from '#databases/social/engines/sql/sql-tables';
import { decodePlace, encodeValue } from '#databases/social/engines/sql/sql-values';
import type { PageShape, TypeStatements } from '#databases/social/engines/sql/statements';
import type {
  CreatedRange,
  Cursor,
  CursorPage,
  ListBounds,
  Placed,
  RecordReader,
  TimeRange,
} from '#databases/social/record-access';
import type { AnyRecord, Field, RecordType } from '#databases/social/records/record-type';

export type SqlStatements = ReadonlyMap<string, TypeStatements>;

export class SqlRecordReader implements RecordReader {
  protected readonly connection: SqlConnection;
  readonly #statements: SqlStatements;

  constructor(connection: SqlConnection, statements: SqlStatements) {
    this.connection = connection;
    this.#statements = statements;
  }

  protected statements(type: { readonly name: string }): TypeStatements {
    const found = this.#statements.get(type.name);
    if (!found) throw new TypeError(`${type.name} is not a record type of this database`);
    return found;
  }

  async get<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined> {
    const statements = this.statements(type);
    const values = encodeFields(statements, type.key, keyOf(type.key, key as AnyRecord));
    const [row] = await this.connection.run(statements.selectByKey(), values);
    return row && (statements.columns.decode(row) as R);
  }

  async find<R extends object, U extends string>(
    type: RecordType<R, Field<R>, U>,
    unique: NoInfer<U>,
    values: NoInfer<Partial<R>>,
  ): Promise<R | undefined> {
    const statements = this.statements(type);
    const fields = statements.stored.type.unique[unique];
    if (!fields) throw new TypeError(`${type.name} has no unique set called ${unique}`);
    const columns = fields.map((field) => searchColumn(statements.stored.type, field));
    const wanted = encodeFields(statements, fields, keyOf(fields, values as AnyRecord));
    const [row] = await this.connection.run(statements.select(unique, columns), wanted);
    return row && (statements.columns.decode(row) as R);
  }

  async list<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    lead: NoInfer<Partial<R>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const statements = this.statements(type);
    const index = listingIndex(statements, listing);
    return this.#page(statements, index, type.listings[listing].by, lead as AnyRecord, bounds);
  }

  async listByKey<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    lead: NoInfer<Partial<Pick<R, K>>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const statements = this.statements(type);
    const index = indexOf(statements, `${statements.stored.table.name}_key`);
    return this.#page(statements, index, type.key, lead as AnyRecord, bounds);
  }

  async #page<R extends object>(
    statements: TypeStatements,
    index: SqlIndex,
    fields: readonly string[],
    lead: AnyRecord,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const leading = leadOf(fields, lead);
    const next = fields[leading.length];
    const kind = next === undefined ? 'id' : searchKind(statements, next);
    const { shape, values } = encodeBounds(kind, bounds);
    const rows = await this.connection.run(statements.page({ index, leadCount: leading.length }, shape), [
      ...encodeFields(statements, fields, leading),
      ...values,
      bounds.limit,
    ]);
    return rows.map((row) => ({
      place: placeIn(statements, row),
      record: statements.columns.decode(row) as R,
    }));
  }

  async count<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    values: NoInfer<Partial<R>>,
  ): Promise<number> {
    const { by, counted } = type.listings[listing];
    if (!counted) throw new TypeError(`${type.name}.${listing} is not counted`);
    const statements = this.statements(type);
    const wanted = encodeFields(statements, by, keyOf(by, values as AnyRecord));
    return this.#number(statements.count(listingIndex(statements, listing)), wanted);
  }

  async listCreated<R extends object>(type: RecordType<R>, range: CreatedRange): Promise<CursorPage<R>> {
    const statements = this.statements(type);
    const { limit, cursor, reverse = false } = range;
    const { shape, values } = encodeBounds('integer', { from: range.from, through: range.through, reverse });
    const end = cursor === undefined ? undefined : decodeCursor(statements.stored, 'created', cursor);
    const behind = end ? [end.created as number, encodeValue('id', end.place)] : [];
    const rows = await this.connection.run(
      statements.created(createdIndex(statements), { ...shape, goesOn: end !== undefined }),
      [...values, ...behind, limit + 1],
    );
    return this.#cursorPage(statements, rows, limit, (row) => ({
      created: Number(row[statements.columns.names.length + 1]),
      place: placeIn(statements, row),
    }));
  }

  async countCreated<R extends object>(type: RecordType<R>, range: TimeRange = {}): Promise<number> {
    const statements = this.statements(type);
    const { shape, values } = encodeBounds('integer', range);
    return this.#number(statements.countCreated(createdIndex(statements), shape), values);
  }

  async scan<R extends object>(
    type: RecordType<R>,
    { limit, cursor }: { readonly limit: number; readonly cursor?: Cursor | undefined },
  ): Promise<CursorPage<R>> {
    const statements = this.statements(type);
    const end = cursor === undefined ? undefined : decodeCursor(statements.stored, 'scan', cursor);
    const { shape, values } = encodeBounds('id', end ? { after: end.place } : {});
    const order = { index: placeIndex, leadCount: 0 };
    const rows = await this.connection.run(statements.page(order, shape), [...values, limit + 1]);
    return this.#cursorPage(statements, rows, limit, (row) => ({ place: placeIn(statements, row) }));
  }

  async text<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    key: NoInfer<Pick<R, K>>,
    name: NoInfer<T>,
  ): Promise<string | undefined> {
    const statements = this.statements(type);
    const values = encodeFields(statements, type.key, keyOf(type.key, key as AnyRecord));
    const [row] = await this.connection.run(statements.selectText(), [...values, name]);
    return row?.[0] as string | undefined;
  }

  async #number(statement: string, values: readonly SqlValue[]): Promise<number> {
    const [row] = await this.connection.run(statement, values);
    return Number(row?.[0]);
  }

  /** A page of rows of which one more than the limit was asked for. */
  #cursorPage<R>(
    { columns, stored }: TypeStatements,
    rows: readonly SqlRow[],
    limit: number,
    endOf: (row: SqlRow) => PageEnd,
  ): CursorPage<R> {
    const items = rows.slice(0, limit).map((row) => columns.decode(row) as R);
    const last = rows[limit - 1];
    return rows.length > limit && last ? { items, next: encodeCursor(stored, endOf(last)) } : { items };
  }
}

/** The order of the primary key, in which all records lie. */
const placeIndex: SqlIndex = {
  name: 'place',
  columns: [placeColumn],
  isUnique: true,
  where: [],
  present: [],
};

function indexOf({ stored }: TypeStatements, name: string): SqlIndex {
  const found = stored.table.indices.find((index) => index.name === name);
  if (!found) throw new TypeError(`${stored.table.name} has no index called ${name}`);
  return found;
}

/** A listing of all records has no index of its own, where it is the order of the primary key. */
function listingIndex(statements: TypeStatements, listing: string): SqlIndex {
  const { table } = statements.stored;
  const name = `${table.name}_${snakeCase(listing)}`;
  return table.indices.find((index) => index.name === name) ?? placeIndex;
}

function createdIndex(statements: TypeStatements): SqlIndex {
  return indexOf(statements, `${statements.stored.table.name}_created`);
}

/** Of what kind the column is by which a field is looked for. */
function searchKind({ stored }: TypeStatements, field: string): ColumnKind {
  const kind = stored.type.fields[field]?.replace('?', '');
  return kind === 'uri' ? 'digest' : (kind as ColumnKind);
}

/** Values as the columns have them by which these fields are looked for. */
export function encodeFields(
  statements: TypeStatements,
  fields: readonly string[],
  values: readonly unknown[],
): SqlValue[] {
  return values.map((value, at) => encodeValue(searchKind(statements, fields[at] as string), value));
}

type Bounds = { readonly [B in 'after' | 'before' | 'from' | 'through']?: string | number | undefined } & {
  readonly reverse?: boolean;
};

function encodeBounds(kind: ColumnKind, bounds: Bounds): { shape: PageShape; values: SqlValue[] } {
  const { after, before, from, through, reverse = false } = bounds;
  const lower = after ?? from;
  const upper = before ?? through;
  return {
    shape: {
      lower: lower === undefined ? undefined : after === undefined ? '>=' : '>',
      upper: upper === undefined ? undefined : before === undefined ? '<=' : '<',
      reverse,
    },
    values: [lower, upper].filter((bound) => bound !== undefined).map((bound) => encodeValue(kind, bound)),
  };
}

/** Behind the columns of a record comes its place. */
function placeIn({ columns }: TypeStatements, row: SqlRow) {
  return decodePlace(row[columns.names.length]);
}
