// Many writers, one flush: transactions run one after another, each of them a savepoint within one transaction of SQLite
// that is committed when nobody waits any more, or after a few milliseconds. Nobody hears of an outcome before that commit.
import type { SqlConnection } from '#databases/social/engines/sql/sql-database';
import {
  SqliteBusyError,
  SqliteConstraintError,
  unavailable,
} from '#databases/social/engines/sqlite/sqlite-errors';
import type { SqlitePort } from '#databases/social/engines/sqlite/sqlite-thread-port';
import { runIn, TransactionConnection } from '#databases/social/engines/sqlite/transaction-connection';
import type { Awaitable } from '#support/awaitable';
import type { Clock } from '#support/clock';
import {
  groupCommitMembersMax,
  groupCommitMs,
  recordAttemptsMax,
  sqliteBusyAttemptsMax,
} from '#support/limits';

type Body = (connection: SqlConnection) => Awaitable<unknown>;

interface Job {
  readonly body: Body;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** How a member of a group has ended, as it is told once the group is durable. */
type Outcome = () => void;

const connection = 0;

export class GroupCommit {
  readonly #name: string;
  readonly #port: SqlitePort;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #waiting: Job[] = [];
  #lastTransaction = 0;
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(name: string, port: SqlitePort, clock: Pick<Clock, 'now'>) {
    this.#name = name;
    this.#port = port;
    this.#clock = clock;
  }

  write<T>(body: (connection: SqlConnection) => Awaitable<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(unavailable(this.#name, 'it has been closed'));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ body, resolve: (value) => resolve(value as T), reject });
    this.#working ??= this.#work();
    return promise;
  }

  /** Resolves once all that was asked for before has an outcome; nothing more is taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) await this.#group();
    this.#working = undefined;
  }

  async #group(): Promise<void> {
    const end = this.#clock.now() + groupCommitMs;
    const { losses } = this.#port;
    const members: { job: Job; outcome: Outcome }[] = [];
    do {
      const job = this.#waiting.shift() as Job;
      members.push({ job, outcome: await this.#member(job) });
    } while (this.#waiting.length > 0 && members.length < groupCommitMembersMax && this.#clock.now() < end);
    try {
      await this.#port.call({ op: 'commit' });
      // What a thread had of the group has died with it, and another has committed the rest.
      if (this.#port.losses !== losses) throw unavailable(this.#name, 'its thread has ended');
    } catch (error) {
      // Also a refusal may rest on what others of the group have written.
      const reason = error instanceof SqliteBusyError ? unavailable(this.#name, error.message) : error;
      for (const { job } of members) job.reject(reason);
      return;
    }
    for (const { outcome } of members) outcome();
  }

  async #member(job: Job): Promise<Outcome> {
    for (let busy = 0, refused = 0; ; ) {
      try {
        const value = await this.#attempt(job.body);
        return () => job.resolve(value);
      } catch (error) {
        // Waiting for other processes has its own limit: each attempt has waited in the thread.
        if (error instanceof SqliteBusyError && ++busy < sqliteBusyAttemptsMax) continue;
        if (error instanceof SqliteConstraintError && ++refused < recordAttemptsMax) continue;
        const isBusy = error instanceof SqliteBusyError;
        const reason = isBusy ? unavailable(this.#name, 'other processes keep it to themselves') : error;
        return () => job.reject(reason);
      }
    }
  }

  #attempt(body: Body): Promise<unknown> {
    const numbers = { transaction: ++this.#lastTransaction, connection };
    return runIn(new TransactionConnection(this.#port, numbers), body);
  }
}
