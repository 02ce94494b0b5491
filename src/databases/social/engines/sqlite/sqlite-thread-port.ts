// The main thread's end of a thread that holds connections to a file of SQLite. The thread starts with the first request,
// and anew after one that has died.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqlRow } from '#databases/social/engines/sql/sql-database';
import { sqliteError, unavailable } from '#databases/social/engines/sqlite/sqlite-errors';
import type {
  SqliteAnswer,
  SqliteCalls,
  SqliteRequest,
} from '#databases/social/engines/sqlite/sqlite-messages';
import type { SqliteThreadData } from '#databases/social/engines/sqlite/sqlite-thread';

interface Waiting {
  resolve(rows: readonly SqlRow[]): void;
  reject(reason: Error): void;
}

export interface SqlitePort {
  /** How many threads have died, with all that they had not committed. */
  readonly losses: number;
  /** Requests are carried out in the order of the calls. */
  call(request: SqliteRequest): Promise<readonly SqlRow[]>;
}

export class SqliteThreadPort implements SqlitePort, AsyncDisposable {
  readonly #name: string;
  readonly #data: SqliteThreadData;
  readonly #waiting = new Map<number, Waiting>();
  #unsent: SqliteCalls[number][] = [];
  #thread: Worker | undefined;
  #lastId = 0;
  #losses = 0;
  #isDisposed = false;

  constructor(name: string, data: SqliteThreadData) {
    this.#name = name;
    this.#data = data;
  }

  get losses(): number {
    return this.#losses;
  }

  call(request: SqliteRequest): Promise<readonly SqlRow[]> {
    if (this.#isDisposed) return Promise.reject(unavailable(this.#name, 'it has been closed'));
    return this.#send(request);
  }

  #send(request: SqliteRequest): Promise<readonly SqlRow[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly SqlRow[]>();
    const id = ++this.#lastId;
    this.#waiting.set(id, { resolve, reject });
    // What the same turn asks for goes along.
    if (this.#unsent.length === 0) queueMicrotask(() => this.#flush());
    this.#unsent.push({ id, request });
    return promise;
  }

  #flush(): void {
    const calls = this.#unsent;
    this.#unsent = [];
    try {
      this.#thread ??= this.#start();
      this.#thread.postMessage(calls satisfies SqliteCalls);
      // The process lives on for requests that are under way, not for an idle thread.
      this.#thread.ref();
    } catch (error) {
      // No value of SQL, or no thread to be had.
      for (const { id } of calls) {
        this.#waiting.get(id)?.reject(error as Error);
        this.#waiting.delete(id);
      }
    }
  }

  #start(): Worker {
    // The sources run as they are, and compiled: the thread's file has the ending that this one has.
    const file = new URL(`./sqlite-thread${extname(import.meta.url)}`, import.meta.url);
    const thread = new Worker(file, { workerData: this.#data });
    let why = 'its thread has ended';
    thread.on('message', (answers: readonly SqliteAnswer[]) => {
      for (const answer of answers) {
        const waiting = this.#waiting.get(answer.id);
        this.#waiting.delete(answer.id);
        if ('rows' in answer) waiting?.resolve(answer.rows);
        else waiting?.reject(sqliteError(this.#name, answer.failure));
      }
      // Its end is waited for.
      if (this.#waiting.size === 0 && !this.#isDisposed) thread.unref();
    });
    thread.on('error', ({ message }: Error) => {
      why = message;
    });
    thread.on('exit', () => {
      this.#thread = undefined;
      this.#losses++;
      const lost = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { reject } of lost) reject(unavailable(this.#name, why));
    });
    return thread;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    if (!this.#thread && this.#unsent.length === 0) return;
    // Behind all that was asked before; a thread that dies of it has ended, too.
    await this.#send({ op: 'close' }).catch(() => undefined);
    const thread = this.#thread;
    if (thread) await new Promise((resolve) => thread.once('exit', resolve));
  }
}
