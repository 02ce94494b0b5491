// One connection to a file of SQLite, within a thread of its own: statements are prepared once, and a transaction of SQLite
// holds a group of ours, each of them a savepoint.

import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqlRow, SqlValue } from '#databases/social/engines/sql/sql-database';

export interface SqliteOptions {
  readonly file: string;
  readonly role: 'write' | 'read';
  /** How long a statement waits for other processes before it fails. */
  readonly busyMs: number;
}

export class SqliteConnection {
  readonly #database: DatabaseSync;
  readonly #isWriter: boolean;
  readonly #statements = new Map<string, StatementSync>();
  /** The transaction under way, if any. */
  #current: number | undefined;
  /** What has ended the transaction of the whole group before its commit. */
  #groupFailure: unknown;

  constructor({ file, role, busyMs }: SqliteOptions) {
    this.#isWriter = role === 'write';
    if (this.#isWriter) makePrivate(file);
    this.#database = new DatabaseSync(file, {
      timeout: busyMs,
      readOnly: !this.#isWriter,
      enableForeignKeyConstraints: false,
    });
    if (!this.#isWriter) return;
    try {
      // A commit appends to one file and is then flushed: what is acknowledged survives a loss of power.
      const [mode] = this.#prepare('pragma journal_mode = wal').all() as unknown as readonly SqlRow[];
      if (mode?.[0] !== 'wal') throw new Error('the file system is not one for write-ahead logs');
      this.#database.exec('pragma synchronous = full');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  run(
    transaction: number,
    isFirst: boolean,
    sql: string,
    parameters: readonly SqlValue[],
  ): readonly SqlRow[] {
    if (this.#groupFailure !== undefined) throw this.#groupFailure;
    if (isFirst) this.#begin(transaction);
    if (transaction !== this.#current) throw new Error('the transaction of this statement has ended');
    try {
      return this.#prepare(sql).all(...parameters) as unknown as readonly SqlRow[];
    } catch (error) {
      // Some errors, a full disk above all, undo the whole transaction of SQLite: nothing of the group may go on.
      if (!this.#database.isTransaction) this.#groupFailure = error;
      throw error;
    }
  }

  #begin(transaction: number): void {
    // Whoever writes begins with the lock, so that nothing it has read can have changed when it writes.
    if (!this.#database.isTransaction) this.#database.exec(this.#isWriter ? 'begin immediate' : 'begin');
    if (this.#isWriter) this.#database.exec('savepoint member');
    this.#current = transaction;
  }

  /** Nobody waits for its answer: what fails here fails the whole group. */
  end(transaction: number, isKept: boolean): void {
    if (this.#groupFailure !== undefined || transaction !== this.#current) return;
    this.#current = undefined;
    if (!this.#isWriter) return;
    try {
      if (!isKept) this.#database.exec('rollback to member');
      this.#database.exec('release member');
    } catch (error) {
      this.#groupFailure = error;
    }
  }

  commit(): void {
    const failure = this.#groupFailure;
    this.#groupFailure = undefined;
    this.#current = undefined;
    try {
      if (failure !== undefined) throw failure;
      if (this.#database.isTransaction) this.#database.exec('commit');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Private keys will be in it; the log beside it gets the same permissions. What hinders its making SQLite reports. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'ax', 0o600));
  } catch {
    // It is there already, or cannot be opened below.
  }
}
