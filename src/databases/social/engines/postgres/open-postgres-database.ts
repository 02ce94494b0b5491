// A PostgreSQL database for social records: serializable transactions over a pool of connections. What conflicts runs again;
// a commit whose answer was lost with the connection is asked after, so that everything takes effect exactly once.
import pg from 'pg';
import { postgresDialect } from '#databases/social/engines/postgres/postgres-dialect';
import {
  PostgresConflictError,
  PostgresConnectionError,
  postgresError,
  unavailable,
} from '#databases/social/engines/postgres/postgres-errors';
import { postgresOptions } from '#databases/social/engines/postgres/postgres-options';
import {
  type CommitOutcome,
  PostgresTransaction,
  type TransactionMode,
} from '#databases/social/engines/postgres/postgres-transaction';
import { PostgresWord } from '#databases/social/engines/postgres/postgres-word';
import {
  type TransactionMark,
  transactionOutcome,
} from '#databases/social/engines/postgres/transaction-outcome';
import type { SqlConnection, SqlDatabase } from '#databases/social/engines/sql/sql-database';
import type { WriteOptions } from '#databases/social/record-engine';
import type { Awaitable } from '#support/awaitable';
import type { Clock } from '#support/clock';
import {
  postgresAttemptsMax,
  postgresConnectionsMax,
  postgresOutcomeMs,
  postgresPatienceMs,
  postgresPauseMsMax,
} from '#support/limits';
import type { Logger } from '#support/logging';
import type { Random } from '#support/random';

type Body<T> = (connection: SqlConnection) => Awaitable<T>;

export interface PostgresParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** `pg_current_xact_id` came with version 13. */
const serverVersionMin = 130_000;
/** Held by whoever changes tables: "hearth" in ASCII. */
const migrationLock = 0x686561727468n;

const snapshot: TransactionMode = {
  characteristics: 'isolation level repeatable read read only',
  isNumbered: false,
};
const serializable: TransactionMode = {
  characteristics: 'isolation level serializable read write',
  isNumbered: true,
};
/** It sees what was committed while it waited for its lock. Running again, it makes what is missing. */
const migrating: TransactionMode = {
  characteristics: 'isolation level read committed read write',
  isNumbered: false,
};

/** Nothing is connected before it is needed. `uri` is `postgres://USER:PASSWORD@HOST/DATABASE`. */
export function openPostgresDatabase(uri: string, { clock, random, logger }: PostgresParts): SqlDatabase {
  const { protocol, host, pathname } = new URL(uri);
  const name = `${protocol}//${host}${pathname}`;
  const options = postgresOptions(uri);
  const pool = new pg.Pool({ ...options, max: postgresConnectionsMax, pipeline: true });
  // A connection that is lost while it is used fails its statements. One that idles is replaced by the next that is needed.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) =>
    logger.warn({ why: postgresError(name, error).message, database: name }, 'a connection was lost'),
  );
  const word = new PostgresWord({ pool, options, clock, random });
  return new PostgresDatabase(name, { pool, word, clock, random });
}

interface DatabaseParts {
  readonly pool: pg.Pool;
  readonly word: PostgresWord;
  readonly clock: Clock;
  readonly random: Random;
}

class PostgresDatabase implements SqlDatabase {
  readonly name: string;
  readonly dialect = postgresDialect;
  readonly word: PostgresWord;
  readonly #parts: DatabaseParts;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(name: string, parts: DatabaseParts) {
    this.name = name;
    this.word = parts.word;
    this.#parts = parts;
  }

  read<T>(body: Body<T>): Promise<T> {
    return this.#repeat(() => this.#attempt(snapshot, body));
  }

  async write<T>(body: Body<T>, { idempotent = false }: WriteOptions = {}): Promise<T> {
    const mode = idempotent ? { ...serializable, isNumbered: false } : serializable;
    return this.#repeat(() => this.#attempt(mode, body));
  }

  migrate<T>(body: Body<T>): Promise<T> {
    return this.#repeat(() =>
      this.#attempt(migrating, async (connection) => {
        const [row] = await connection.run("select current_setting('server_version_num')::int", []);
        if (Number(row?.[0]) < serverVersionMin) {
          throw new Error(`${this.name} runs a PostgreSQL that is older than version 13.`);
        }
        await connection.run('select pg_advisory_xact_lock($1)', [migrationLock]);
        return body(connection);
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.word[Symbol.asyncDispose]();
    await this.#parts.pool.end();
  }

  /** One attempt, which takes effect once or, where it throws, not at all. */
  async #attempt<T>(mode: TransactionMode, body: Body<T>): Promise<T> {
    const { value, outcome } = await this.#run(mode, body);
    // The connection is given back by now: asking needs one, and there may be many who ask.
    if (outcome !== 'committed') await this.#assertCommitted(outcome.unknown);
    return value;
  }

  async #run<T>(
    mode: TransactionMode,
    body: Body<T>,
  ): Promise<{ readonly value: T; readonly outcome: CommitOutcome }> {
    const client = await this.#connect();
    const transaction = new PostgresTransaction(this.name, client, mode);
    let wasLost = false;
    try {
      const value = await body(transaction);
      transaction.throwIfFailed();
      if (mode === snapshot) {
        // Whoever waits for the answer has it already.
        transaction.leave('commit');
        return { value, outcome: 'committed' };
      }
      const outcome = await transaction.commit();
      wasLost = outcome !== 'committed';
      return { value, outcome };
    } catch (error) {
      transaction.leave('rollback');
      transaction.throwIfFailed();
      throw error;
    } finally {
      client.release(wasLost || transaction.isBroken);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#parts.pool.connect();
    } catch (error) {
      throw postgresError(this.name, error);
    }
  }

  /**
   * Asks what became of a transaction whose commit was not answered. One without a mark may run again.
   * Throws `PostgresConnectionError` where it has not taken effect, ProtocolError unavailable where that cannot be learned.
   */
  async #assertCommitted(mark: TransactionMark | undefined): Promise<void> {
    const { clock } = this.#parts;
    const askedAt = clock.now();
    const ask = (known: TransactionMark) =>
      this.#repeat(
        () => this.#attempt(snapshot, (connection) => transactionOutcome(connection, known)),
        postgresOutcomeMs,
      );
    for (;;) {
      const outcome = mark === undefined ? 'aborted' : await ask(mark);
      if (outcome === 'committed') return;
      if (outcome === 'aborted') throw new PostgresConnectionError('it has lost the connection');
      if (clock.now() - askedAt > postgresOutcomeMs) {
        throw unavailable(this.name, 'what became of a write is not known');
      }
      // The server has not noticed yet that the connection is gone.
      await clock.sleep(postgresPauseMsMax);
    }
  }

  /**
   * Repeats what conflicted or lost its connection, after pauses that chance keeps apart. What has conflicted once goes on
   * one after another, so that it no longer conflicts with its own kind.
   */
  async #repeat<T>(attempt: () => Promise<T>, patienceMs = postgresPatienceMs): Promise<T> {
    const { clock, random } = this.#parts;
    let unansweredAt: number | undefined;
    let hasConflicted = false;
    for (let attempts = 1; ; attempts++) {
      try {
        return await (hasConflicted ? this.#inTurn(attempt) : attempt());
      } catch (error) {
        if (error instanceof PostgresConflictError) {
          hasConflicted = true;
          unansweredAt = undefined;
          if (attempts >= postgresAttemptsMax) throw unavailable(this.name, 'others always come first');
        } else if (error instanceof PostgresConnectionError) {
          unansweredAt ??= clock.now();
          if (clock.now() - unansweredAt >= patienceMs) throw unavailable(this.name, error.message);
        } else {
          throw error;
        }
        const boundMs = Math.min(postgresPauseMsMax, 2 ** Math.min(attempts, 16));
        await clock.sleep((random.bytes(4).readUInt32BE() / 2 ** 32) * boundMs);
      }
    }
  }

  #inTurn<T>(attempt: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(attempt);
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }
}
