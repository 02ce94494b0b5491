// Checks what we derive from records in SQL databases: the digest beside each URI, and that each text has its record. What
// else there is (indices, counts) the database derives itself.

import { sql } from 'kysely';
import type { SqlDatabase, SqlRow } from '#databases/social/engines/sql/sql-database';
import {
  placeColumn,
  type SqlColumn,
  type SqlType,
  sqlTypes,
} from '#databases/social/engines/sql/sql-tables';
import { decodePlace, encodeValue } from '#databases/social/engines/sql/sql-values';
import type { Difference } from '#support/difference';

const pageRowsMax = 500;

/** Each page is one read, so that it can run beside a server. Returns how many rows it has read. */
export async function* checkRows(database: SqlDatabase): AsyncGenerator<Difference, number> {
  let rowsRead = 0;
  for (const stored of sqlTypes.values()) {
    rowsRead += yield* checkDigests(database, stored);
    rowsRead += yield* checkTexts(database, stored);
  }
  return rowsRead;
}

async function* checkDigests(database: SqlDatabase, { table }: SqlType): AsyncGenerator<Difference, number> {
  const digests = table.columns.filter(({ kind }) => kind === 'digest');
  const sources = digests.map((digest) => sourceOf(table.columns, digest));
  const query = database.dialect.builder
    .selectFrom(table.name)
    .select(sql<string>`cast(${sql.ref(placeColumn)} as text)`.as('place_text'))
    .select([...sources, ...digests].map(({ name }) => name))
    .where(placeColumn, '>', 0)
    .orderBy(placeColumn)
    .limit(pageRowsMax)
    .compile().sql;
  let rowsRead = 0;
  for (let place = 0n; ; ) {
    const after = place;
    const rows = await database.read((connection) => connection.run(query, [after, pageRowsMax]));
    for (const row of rows) {
      for (const [at, digest] of digests.entries()) {
        const uri = row[1 + at];
        const found = hex(row[1 + digests.length + at]);
        const expected = uri === null ? undefined : hex(encodeValue('digest', uri));
        if (expected === found) continue;
        yield {
          table: `${table.name}.${digest.name}`,
          key: decodePlace(row[0]),
          ...(expected === undefined ? {} : { expected }),
          ...(found === undefined ? {} : { found }),
        };
      }
    }
    rowsRead += rows.length;
    if (rows.length < pageRowsMax) return rowsRead;
    place = BigInt(rows.at(-1)?.[0] as string);
  }
}

function sourceOf(columns: readonly SqlColumn[], digest: SqlColumn): SqlColumn {
  const source = columns.find(({ field, kind }) => field === digest.field && kind !== 'digest');
  if (!source) throw new TypeError(`${digest.name} is the digest of no column`);
  return source;
}

async function* checkTexts(
  database: SqlDatabase,
  { table, texts }: SqlType,
): AsyncGenerator<Difference, number> {
  if (!texts) return 0;
  const { builder } = database.dialect;
  const keyColumns = texts.primaryKey.slice(0, -1);
  const own = keyColumns.map(
    (name) => sql`${sql.ref(`${table.name}.${name}`)} = ${sql.ref(`${texts.name}.${name}`)}`,
  );
  const record = builder
    .selectFrom(table.name)
    .select(sql<number>`1`.as('one'))
    .where(sql<boolean>`${sql.join(own, sql` and `)}`);
  const orphans = builder
    .selectFrom(texts.name)
    .select([...texts.primaryKey])
    .where(sql<boolean>`not exists ${record}`)
    .compile().sql;
  const all = builder.selectFrom(texts.name).select(sql<string>`count(*)`.as('n')).compile().sql;
  const [found, counted] = await database.read((connection) =>
    Promise.all([connection.run(orphans, []), connection.run(all, [])]),
  );
  for (const row of found) yield { table: texts.name, key: readable(row), found: 'a text without a record' };
  return Number(counted[0]?.[0]);
}

function readable(row: SqlRow): string {
  return row.map((value) => hex(value) ?? '').join(', ');
}

/** Bytes as hexadecimal digits, everything else as text. */
function hex(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}
