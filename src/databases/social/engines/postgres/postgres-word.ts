// Word between the processes on one PostgreSQL that there is work: LISTEN and NOTIFY. It may get lost, with a connection or a
// process, and is no more than a reason to look sooner than those who wait do anyway.
// https://www.postgresql.org/docs/current/sql-notify.html
import pg from 'pg';
import type { Clock } from '#support/clock';
import { postgresPauseMsMax, recordPollMs } from '#support/limits';
import type { Random } from '#support/random';

const channel = 'hearth_records';

export interface PostgresWordParts {
  readonly pool: pg.Pool;
  readonly options: pg.ClientConfig;
  readonly clock: Clock;
  readonly random: Random;
}

export class PostgresWord implements AsyncDisposable {
  readonly #parts: PostgresWordParts;
  /** Tells our own word from that of others: who waits here has been woken already. */
  readonly #sender: string;
  readonly #ending = new AbortController();
  #isDue = false;
  #sending: Promise<void> | undefined;
  #listening: Promise<void> | undefined;

  constructor(parts: PostgresWordParts) {
    this.#parts = parts;
    this.#sender = parts.random.bytes(8).toString('hex');
  }

  /**
   * Sends word, soon. It is sent behind the commit and not with it: the server lets transactions with word commit only one
   * after another, each with a flush of its own. However many writers there are, there is one word under way at a time.
   */
  send(): void {
    this.#isDue = true;
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      // Where it gets lost, the others find the work when they look.
      await this.#parts.pool
        .query(`select pg_notify('${channel}', $1)`, [this.#sender])
        .catch(() => undefined);
    }
    this.#sending = undefined;
  }

  /** Listens from now on, on a connection of its own, that is made again whenever it is lost. */
  listen(heard: () => void): void {
    this.#listening ??= this.#listen(heard);
  }

  async #listen(heard: () => void): Promise<void> {
    const { clock, options } = this.#parts;
    const { signal } = this.#ending;
    for (let pauseMs = postgresPauseMsMax; !signal.aborted; ) {
      const client = new pg.Client(options);
      const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
      const end = () => {
        client.end().catch(() => undefined);
        lose();
      };
      client.once('end', lose);
      // What is wrong with it also ends it.
      client.on('error', () => undefined);
      client.on('notification', ({ payload }) => {
        if (payload !== this.#sender) heard();
      });
      signal.addEventListener('abort', end);
      try {
        await Promise.race([client.connect(), lost]);
        await Promise.race([client.query(`listen ${channel}`), lost]);
        pauseMs = postgresPauseMsMax;
        // Something may have come before.
        heard();
        await lost;
      } catch {
        pauseMs = Math.min(2 * pauseMs, recordPollMs);
      }
      signal.removeEventListener('abort', end);
      end();
      await clock.sleep(pauseMs, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending;
    this.#ending.abort();
    await this.#listening;
  }
}
