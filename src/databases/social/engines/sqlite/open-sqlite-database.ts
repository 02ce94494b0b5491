// A file of SQLite as a database for social records: one thread writes, another reads, and neither blocks this one.
import type { SqlDatabase } from '#databases/social/engines/sql/sql-database';
import { GroupCommit } from '#databases/social/engines/sqlite/group-commit';
import { ReadPool } from '#databases/social/engines/sqlite/read-pool';
import { sqliteDialect } from '#databases/social/engines/sqlite/sqlite-dialect';
import { SqliteThreadPort } from '#databases/social/engines/sqlite/sqlite-thread-port';
import type { Clock } from '#support/clock';
import { sqliteBusyMs, sqliteReadersMax } from '#support/limits';

/** The file is made where there is none; nothing is opened before it is needed. Several processes may have it open. */
export function openSqliteDatabase(file: string, clock: Pick<Clock, 'now'>): SqlDatabase {
  const name = `sqlite:${file}`;
  const writing = new SqliteThreadPort(name, { file, role: 'write', busyMs: sqliteBusyMs });
  const reading = new SqliteThreadPort(name, { file, role: 'read', busyMs: sqliteBusyMs });
  const group = new GroupCommit(name, writing, clock);
  const pool = new ReadPool(name, reading, sqliteReadersMax);
  return {
    name,
    dialect: sqliteDialect,
    read: (body) => pool.read(body),
    write: (body) => group.write(body),
    // Who writes has the file to itself.
    migrate: (body) => group.write(body),
    async [Symbol.asyncDispose]() {
      await Promise.all([pool.close(), group.close()]);
      // The last connection that closes folds the log into the file: it must be the one that may write.
      await reading[Symbol.asyncDispose]();
      await writing[Symbol.asyncDispose]();
    },
  };
}
