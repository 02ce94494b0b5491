// Conditions on the rows of our tables, with parameters where values go.

import { type RawBuilder, sql } from 'kysely';
import type { SqlValue } from '#databases/social/engines/sql/sql-database';
import type { SqlIndex } from '#databases/social/engines/sql/sql-tables';

/** Stands where a parameter goes. */
export const parameter: SqlValue = 0;

export type Condition = RawBuilder<boolean>;

export function compare(columns: readonly string[], operator: '>' | '>=' | '<' | '<='): Condition {
  const left = sql.join(columns.map((column) => sql.ref(column)));
  const right = sql.join(columns.map(() => parameter));
  return sql<boolean>`(${left}) ${sql.raw(operator)} (${right})`;
}

export function equals(columns: readonly string[]): Condition[] {
  return columns.map((column) => sql<boolean>`${sql.ref(column)} = ${parameter}`);
}

export function equal(columns: readonly string[]): Condition {
  return all(equals(columns));
}

export function all(conditions: readonly Condition[]): Condition {
  return conditions.length === 0
    ? sql<boolean>`1 = 1`
    : sql<boolean>`${sql.join([...conditions], sql` and `)}`;
}

/** What limits an index, as it limits those who use it: planners match it by its text, so that its values are no parameters. */
export function declared({ where, present, columns }: SqlIndex, leadCount: number): Condition[] {
  const lead = columns.slice(0, leadCount);
  return [
    ...where.map(([column, value]) => sql<boolean>`${sql.ref(column)} = ${sql.lit(value)}`),
    // A value that is compared is present.
    ...present
      .filter((column) => !lead.includes(column))
      .map((column) => sql<boolean>`${sql.ref(column)} is not null`),
  ];
}

/** The rows that an index holds, for its declaration. */
export function indexCondition(index: SqlIndex): Condition | undefined {
  const conditions = declared(index, 0);
  return conditions.length === 0 ? undefined : all(conditions);
}
