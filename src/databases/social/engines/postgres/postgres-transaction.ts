// One attempt at a transaction on a connection of the pool. Whatever fails in it fails the whole, whatever its body makes of
// the failure, since PostgreSQL takes nothing more after an error.
import { hash } from 'node:crypto';
import type { QueryConfig } from 'pg';
import {
  PostgresConflictError,
  PostgresConnectionError,
  postgresError,
} from '#databases/social/engines/postgres/postgres-errors';
import {
  incarnationQuery,
  numberQuery,
  type TransactionMark,
} from '#databases/social/engines/postgres/transaction-outcome';
import type { SqlConnection, SqlRow, SqlValue } from '#databases/social/engines/sql/sql-database';

/** Of a connection, all that a transaction needs; statements go out at once and are answered in their order. */
export interface PostgresClient {
  query(
    query: QueryConfig & { readonly rowMode?: 'array' },
  ): Promise<{ readonly command: string; readonly rows: readonly unknown[] }>;
}

export interface TransactionMode {
  /** What follows BEGIN. */
  readonly characteristics: string;
  /** Whether it asks for the number by which the server can be asked afterwards what became of it. */
  readonly isNumbered: boolean;
}

/**
 * What became of a commit: `unknown` where the connection was lost before the answer came, with what the transaction is
 * found again by (nothing, where it has written nothing or is not numbered).
 */
export type CommitOutcome = 'committed' | { readonly unknown: TransactionMark | undefined };

/**
 * Begins with its first statement, and waits for no answer that it does not need: BEGIN goes out with the first statement, and
 * the question for the number with the first that writes.
 */
export class PostgresTransaction implements SqlConnection {
  readonly #name: string;
  readonly #client: PostgresClient;
  readonly #mode: TransactionMode;
  #failure: Error | undefined;
  #hasBegun = false;
  #hasEnded = false;
  #mark: Promise<TransactionMark> | undefined;

  constructor(name: string, client: PostgresClient, mode: TransactionMode) {
    this.#name = name;
    this.#client = client;
    this.#mode = mode;
  }

  /** Whether the connection is better not used again. Conflicts leave it as it was. */
  get isBroken(): boolean {
    return this.#failure !== undefined && !(this.#failure instanceof PostgresConflictError);
  }

  async run(sql: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    if (this.#hasEnded) throw new TypeError('a transaction was used beyond its end');
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      // What it fails with, all that follows fails with.
      this.#send({ text: `begin ${this.#mode.characteristics}` }).catch(() => undefined);
    }
    const answer = this.#query(sql, parameters);
    if (this.#mode.isNumbered && this.#mark === undefined && !sql.startsWith('select')) {
      this.#mark = this.#askMark();
      this.#mark.catch(() => undefined);
    }
    return answer;
  }

  async #askMark(): Promise<TransactionMark> {
    // A crash ends all connections.
    let asked = incarnations.get(this.#client);
    if (asked === undefined) {
      asked = this.#query(incarnationQuery, []).then(([row]) => String(row?.[0]));
      incarnations.set(this.#client, asked);
      asked.catch(() => incarnations.delete(this.#client));
    }
    const [[row], incarnation] = await Promise.all([this.#query(numberQuery, []), asked]);
    return { number: String(row?.[0]), incarnation };
  }

  /** Throws what a statement has failed with; the transaction is then to be left. */
  async commit(): Promise<CommitOutcome> {
    this.#hasEnded = true;
    this.throwIfFailed();
    if (!this.#hasBegun) return 'committed';
    // It must be known before the answer to the commit can be lost.
    const mark = await this.#mark?.catch(() => undefined);
    try {
      if (this.#failure === undefined) {
        const { command } = await this.#send({ text: 'commit' });
        if (command === 'COMMIT') return 'committed';
        // A statement that nobody waited for has failed, and the server has taken back everything.
        throw this.#failure ?? new TypeError('a transaction ended before its commit');
      }
    } catch (error) {
      if (error instanceof PostgresConnectionError) return { unknown: mark };
      throw error;
    }
    throw this.#failure;
  }

  /**
   * Ends it where nobody waits for the answer, as that of reads, and of bodies that have thrown: whoever has the connection
   * next comes behind it, and where the connection is lost, so is the transaction.
   */
  leave(by: 'commit' | 'rollback'): void {
    this.#hasEnded = true;
    if (this.#hasBegun) this.#send({ text: by }).catch(() => undefined);
  }

  /** What a statement has failed with comes before what the body made of it. */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #query(text: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    const { rows } = await this.#send({ text, name: nameOf(text), values: [...values], rowMode: 'array' });
    return rows as readonly SqlRow[];
  }

  async #send(query: Parameters<PostgresClient['query']>[0]) {
    try {
      return await this.#client.query(query);
    } catch (error) {
      const understood = postgresError(this.#name, error);
      this.#failure ??= understood;
      throw understood;
    }
  }
}

/** Of which server each connection is, asked once. */
const incarnations = new WeakMap<PostgresClient, Promise<string>>();

const names = new Map<string, string>();

/** A statement is prepared once on each connection, under a name that only it has. There are as many as declarations give. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = hash('sha256', text, 'base64url');
    names.set(text, name);
  }
  return name;
}
