// The statements that records are read and written with, each compiled once: their texts depend on the declarations and on
// which bounds are given, never on values, which are parameters in the order in which they stand in the text.

import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely';
import {
  all,
  type Condition,
  compare,
  declared,
  equal,
  equals,
  parameter,
} from '#databases/social/engines/sql/conditions';
import type { AnySchema, SqlValue } from '#databases/social/engines/sql/sql-database';
import {
  placeColumn,
  type SqlIndex,
  type SqlTable,
  type SqlType,
  searchColumn,
  textColumn,
  textNameColumn,
} from '#databases/social/engines/sql/sql-tables';
import { RecordColumns } from '#databases/social/engines/sql/sql-values';

type Builder = Kysely<AnySchema>;

/** Which bounds a page has, on the first column that its rows are ordered by. */
export interface PageShape {
  readonly lower?: '>' | '>=' | undefined;
  readonly upper?: '<' | '<=' | undefined;
  readonly reverse: boolean;
}

/** What a page runs over: rows with the same values in `lead`, in the order of the rest of `order`. */
export interface PageOrder {
  readonly index: SqlIndex;
  readonly leadCount: number;
}

const placeText = sql<string>`cast(${sql.ref(placeColumn)} as text)`;

/** A record type with the statements on its tables. */
export class TypeStatements {
  readonly stored: SqlType;
  readonly columns: RecordColumns;
  readonly #builder: Builder;
  readonly #texts = new Map<string, string>();

  constructor(stored: SqlType, builder: Builder) {
    this.stored = stored;
    this.columns = new RecordColumns(stored);
    this.#builder = builder;
  }

  #once(name: string, build: (builder: Builder) => Compilable): string {
    let text = this.#texts.get(name);
    if (text === undefined) {
      text = build(this.#builder).compile().sql;
      this.#texts.set(name, text);
    }
    return text;
  }

  get #keyColumns(): readonly string[] {
    const { type } = this.stored;
    return type.key.map((field) => searchColumn(type, field));
  }

  get #textsTable(): SqlTable {
    const { texts, type } = this.stored;
    if (!texts) throw new TypeError(`${type.name} has no texts`);
    return texts;
  }

  /** Columns of the record under values of these columns. */
  select(name: string, columns: readonly string[]): string {
    return this.#once(`select ${name}`, (builder) =>
      builder
        .selectFrom(this.stored.table.name)
        .select([...this.columns.names])
        .where(equal(columns)),
    );
  }

  selectByKey(): string {
    return this.select('key', this.#keyColumns);
  }

  /** Columns of the record, then its place: values of the leading columns, then bounds, then the limit. */
  page({ index, leadCount }: PageOrder, { lower, upper, reverse }: PageShape): string {
    return this.#once(`page ${index.name} ${leadCount} ${lower} ${upper} ${reverse}`, (builder) => {
      const rest = index.columns.slice(leadCount);
      const conditions = [...declared(index, leadCount), ...equals(index.columns.slice(0, leadCount))];
      const [first] = rest;
      if (first !== undefined && lower) conditions.push(compare([first], lower));
      if (first !== undefined && upper) conditions.push(compare([first], upper));
      return this.#ordered(builder, conditions, rest, reverse);
    });
  }

  /** Columns of the record, its place, and the time at which it came to be: bounds of the time, where to go on, the limit. */
  created(index: SqlIndex, shape: PageShape & { readonly goesOn: boolean }): string {
    const { lower, upper, reverse, goesOn } = shape;
    return this.#once(`created ${lower} ${upper} ${reverse} ${goesOn}`, (builder) => {
      const conditions = this.#times(index, shape);
      if (goesOn) conditions.push(compare(index.columns, reverse ? '<' : '>'));
      return this.#ordered(builder, conditions, index.columns, reverse).select(index.columns[0] as string);
    });
  }

  countCreated(index: SqlIndex, shape: Omit<PageShape, 'reverse'>): string {
    return this.#once(`count created ${shape.lower} ${shape.upper}`, (builder) =>
      this.#count(builder, this.#times(index, shape)),
    );
  }

  count(index: SqlIndex): string {
    // The place, which comes last, is no part of the group.
    const columns = index.columns.slice(0, -1);
    return this.#once(`count ${index.name}`, (builder) =>
      this.#count(builder, [...declared(index, columns.length), ...equals(columns)]),
    );
  }

  #times({ columns }: SqlIndex, { lower, upper }: Omit<PageShape, 'reverse'>): Condition[] {
    const [time] = columns as readonly [string];
    return [...(lower ? [compare([time], lower)] : []), ...(upper ? [compare([time], upper)] : [])];
  }

  #count(builder: Builder, conditions: readonly Condition[]) {
    return builder
      .selectFrom(this.stored.table.name)
      .select(sql<string>`count(*)`.as('n'))
      .where(all(conditions));
  }

  #ordered(builder: Builder, conditions: readonly Condition[], order: readonly string[], reverse: boolean) {
    let query = builder
      .selectFrom(this.stored.table.name)
      .select([...this.columns.names, placeText.as('place_text')])
      .where(all(conditions))
      .limit(parameter as number);
    for (const column of order) query = query.orderBy(column, reverse ? 'desc' : 'asc');
    return query;
  }

  /** Stores a record whole, instead of the one with its key, whose place it keeps. Answers with the place. */
  upsert(): string {
    return this.#once('upsert', (builder) => {
      const { name, columns } = this.stored.table;
      const key = this.#keyColumns;
      const keyFields = this.stored.type.key;
      const changing = columns.filter(({ field }) => field !== undefined && !keyFields.includes(field));
      const updates = changing.map(
        (column) => [column.name, sql.ref<SqlValue>(`excluded.${column.name}`)] as const,
      );
      // A row that nothing changes is written all the same: who removes it at the same time conflicts.
      const kept = [[placeColumn, sql.ref<SqlValue>(`${name}.${placeColumn}`)] as const];
      return builder
        .insertInto(name)
        .values(Object.fromEntries(columns.map((column) => [column.name, parameter])))
        .onConflict((conflict) =>
          conflict.columns([...key]).doUpdateSet(Object.fromEntries(updates.length > 0 ? updates : kept)),
        )
        .returning(placeReturned(name).as('place_text'));
    });
  }

  /** Whether other records have these values: the values, then the key that does not count. */
  selectOthers(unique: string, columns: readonly string[]): string {
    return this.#once(`others ${unique}`, (builder) =>
      builder
        .selectFrom(this.stored.table.name)
        .select(sql<number>`1`.as('one'))
        .where(equal(columns))
        .where(sql<boolean>`not (${equal(this.#keyColumns)})`),
    );
  }

  /** Removes a record and answers with its columns. */
  remove(): string {
    return this.#once('remove', (builder) =>
      builder
        .deleteFrom(this.stored.table.name)
        .where(equal(this.#keyColumns))
        .returning([...this.columns.names]),
    );
  }

  /** Values: the key, then the text's name. */
  selectText(): string {
    return this.#once('select text', (builder) =>
      builder
        .selectFrom(this.#textsTable.name)
        .select(textColumn)
        .where(equal([...this.#keyColumns, textNameColumn])),
    );
  }

  /** Values: the key, the text's name, the text. */
  upsertText(): string {
    return this.#once('upsert text', (builder) => {
      const { name, columns, primaryKey } = this.#textsTable;
      return builder
        .insertInto(name)
        .values(Object.fromEntries(columns.map((column) => [column.name, parameter])))
        .onConflict((conflict) =>
          conflict
            .columns([...primaryKey])
            .doUpdateSet({ [textColumn]: sql.ref<SqlValue>(`excluded.${textColumn}`) }),
        );
    });
  }

  /** Values: the key, and where one text is meant its name. */
  removeTexts(which: 'all' | 'one'): string {
    return this.#once(`remove texts ${which}`, (builder) =>
      builder
        .deleteFrom(this.#textsTable.name)
        .where(equal([...this.#keyColumns, ...(which === 'one' ? [textNameColumn] : [])])),
    );
  }
}

/** The place of the row that was stored; in PostgreSQL the bare name would be that of either row. */
function placeReturned(table: string): RawBuilder<string> {
  return sql<string>`cast(${sql.ref(`${table}.${placeColumn}`)} as text)`;
}
