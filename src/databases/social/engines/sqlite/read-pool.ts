// Reads of a file of SQLite: each is a transaction on a connection of its own, so that it sees one snapshot while others
// read and write. The connections share a thread.
import type { SqlConnection } from '#databases/social/engines/sql/sql-database';
import { SqliteBusyError, unavailable } from '#databases/social/engines/sqlite/sqlite-errors';
import type { SqlitePort } from '#databases/social/engines/sqlite/sqlite-thread-port';
import { runIn, TransactionConnection } from '#databases/social/engines/sqlite/transaction-connection';
import type { Awaitable } from '#support/awaitable';

export class ReadPool {
  readonly #name: string;
  readonly #port: SqlitePort;
  readonly #idle: number[];
  readonly #waiting: ((connection: number) => void)[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #lastTransaction = 0;
  #isClosed = false;

  constructor(name: string, port: SqlitePort, connectionsMax: number) {
    this.#name = name;
    this.#port = port;
    this.#idle = Array.from({ length: connectionsMax }, (_, number) => connectionsMax - 1 - number);
  }

  async read<T>(body: (connection: SqlConnection) => Awaitable<T>): Promise<T> {
    if (this.#isClosed) throw unavailable(this.#name, 'it has been closed');
    const reading = this.#read(body);
    this.#underWay.add(reading);
    try {
      return await reading;
    } finally {
      this.#underWay.delete(reading);
    }
  }

  /** Resolves once all that was asked for before has been answered; nothing more is taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
  }

  async #read<T>(body: (connection: SqlConnection) => Awaitable<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.#untilIdle());
    const transaction = new TransactionConnection(this.#port, {
      transaction: ++this.#lastTransaction,
      connection,
    });
    try {
      return await runIn(transaction, body);
    } catch (error) {
      throw error instanceof SqliteBusyError ? unavailable(this.#name, error.message) : error;
    } finally {
      this.#release(connection);
    }
  }

  #untilIdle(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#waiting.push(resolve);
    return promise;
  }

  #release(connection: number): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#idle.push(connection);
  }
}
