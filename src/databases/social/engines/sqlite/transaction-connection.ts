// A transaction under way in a thread, as those see it who run statements in it.
import type { SqlConnection, SqlRow, SqlValue } from '#databases/social/engines/sql/sql-database';
import type { SqlitePort } from '#databases/social/engines/sqlite/sqlite-thread-port';
import type { Awaitable } from '#support/awaitable';

export interface TransactionNumbers {
  readonly transaction: number;
  readonly connection: number;
}

/** Begins with its first statement; a transaction without one costs nothing. */
export class TransactionConnection implements SqlConnection {
  readonly #port: SqlitePort;
  readonly #numbers: TransactionNumbers;
  #hasBegun = false;
  #hasEnded = false;
  #failure: unknown;

  constructor(port: SqlitePort, numbers: TransactionNumbers) {
    this.#port = port;
    this.#numbers = numbers;
  }

  async run(sql: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    if (this.#hasEnded) throw new TypeError('a transaction was used beyond its end');
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    try {
      return await this.#port.call({ op: 'run', ...this.#numbers, isFirst, sql, parameters });
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  /**
   * Keeps or drops what was done, before all that is asked for later. Throws what a statement has failed with, whatever the
   * body has made of it; whether it could be ended the end of its group tells.
   */
  end(op: 'keep' | 'drop'): void {
    this.#hasEnded = true;
    const failure = this.#failure;
    if (this.#hasBegun) {
      this.#port.call({ op: failure === undefined ? op : 'drop', ...this.#numbers }).catch(() => undefined);
    }
    if (failure !== undefined) throw failure;
  }
}

/** Runs a body in a transaction and ends it. */
export async function runIn<T>(
  transaction: TransactionConnection,
  body: (connection: SqlConnection) => Awaitable<T>,
): Promise<T> {
  let value: T;
  try {
    value = await body(transaction);
  } catch (error) {
    transaction.end('drop');
    throw error;
  }
  transaction.end('keep');
  return value;
}
