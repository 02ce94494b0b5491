// The social records in an SQL database: everything that one write changes is one of the database's own transactions.
import { openChangeSignal } from '#databases/social/engines/change-signal';
import { checkRows } from '#databases/social/engines/sql/check-rows';
import { checkTables, migrate } from '#databases/social/engines/sql/migrate';
import type { SqlDatabase } from '#databases/social/engines/sql/sql-database';
import { SqlRecordReader, type SqlStatements } from '#databases/social/engines/sql/sql-record-reader';
import { SqlRecordWriter } from '#databases/social/engines/sql/sql-record-writer';
import { sqlTypes } from '#databases/social/engines/sql/sql-tables';
import { TypeStatements } from '#databases/social/engines/sql/statements';
import { openTimeSortedIds } from '#databases/social/engines/time-sorted-ids';
import type { RecordEngine, RecordTables } from '#databases/social/record-engine';
import type { Awaitable } from '#support/awaitable';
import type { Clock } from '#support/clock';
import type { Random } from '#support/random';

export interface SqlEngineParts {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Opens the records in a database, whose tables are brought up to date first. The database is disposed of with the engine,
 * and also where this throws: an Error in one sentence.
 */
export async function openSqlEngine(
  database: SqlDatabase,
  { clock, random }: SqlEngineParts,
): Promise<RecordEngine> {
  await using opening = new AsyncDisposableStack();
  opening.use(database);
  await migrate(database);
  const statements: SqlStatements = new Map(
    [...sqlTypes].map(([name, stored]) => [name, new TypeStatements(stored, database.dialect.builder)]),
  );
  const nextId = openTimeSortedIds(clock, random);
  const changes = openChangeSignal(clock);
  const owned = opening.move();
  return {
    name: database.name,
    promises: {
      commit: 'atomic',
      isolation: 'serializable',
      listings: 'current',
      places: 'clock',
      keeps: true,
    },
    read: (body) => database.read((connection) => body(new SqlRecordReader(connection, statements))),
    async write(body, options) {
      let hasWoken = false;
      const value = await database.write((connection) => {
        hasWoken = false;
        const records = new SqlRecordWriter(connection, statements, nextId);
        return settled(records, () => body({ records, wake: () => (hasWoken = true) }));
      }, options);
      if (hasWoken) {
        changes.wake();
        database.word?.send();
      }
      return value;
    },
    mark() {
      // Who asks will wait.
      database.word?.listen(changes.wake);
      return changes.mark();
    },
    untilChanged: changes.untilChanged,
    check: () => checkRows(database),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What a statement that nobody waited for has failed with comes before what the body made of the failure. */
async function settled<T>(records: SqlRecordWriter, body: () => Awaitable<T>): Promise<T> {
  try {
    return await body();
  } finally {
    await records.settle();
  }
}

/** The tables of a database as such; the database is disposed of with them. */
export function openSqlTables(database: SqlDatabase): RecordTables {
  return {
    name: database.name,
    create: () => migrate(database),
    check: () => checkTables(database),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
