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
  #lastTransaction = 0;

  constructor(name: string, port: SqlitePort, connectionsMax: number) {
    this.#name = name;
    this.#port = port;
    this.#idle = Array.from({ length: connectionsMax }, (_, number) => connectionsMax - 1 - number);
  }

  async read<T>(body: (connection: SqlConnection) => Awaitable<T>): Promise<T> {
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
