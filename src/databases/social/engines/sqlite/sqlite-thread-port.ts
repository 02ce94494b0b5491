// The main thread's end of a thread that holds connections to a file of SQLite. The thread starts with the first request,
// and anew after one that has died.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqlRow } from '#databases/social/engines/sql/sql-database';
import { sqliteError, unavailable } from '#databases/social/engines/sqlite/sqlite-errors';
import type {
  SqliteAnswer,
  SqliteCall,
  SqliteRequest,
  SqliteThreadData,
} from '#databases/social/engines/sqlite/sqlite-messages';

interface Waiting {
  resolve(rows: readonly SqlRow[]): void;
  reject(reason: Error): void;
}

export interface SqlitePort {
  /** Requests are carried out in the order of the calls. */
  call(request: SqliteRequest): Promise<readonly SqlRow[]>;
}

export class SqliteThreadPort implements SqlitePort, AsyncDisposable {
  readonly #name: string;
  readonly #data: SqliteThreadData;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #lastId = 0;
  #isDisposed = false;

  constructor(name: string, data: SqliteThreadData) {
    this.#name = name;
    this.#data = data;
  }

  call(request: SqliteRequest): Promise<readonly SqlRow[]> {
    if (this.#isDisposed) return Promise.reject(unavailable(this.#name, 'it has been closed'));
    return this.#send(request);
  }

  #send(request: SqliteRequest): Promise<readonly SqlRow[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly SqlRow[]>();
    this.#thread ??= this.#start();
    const id = ++this.#lastId;
    // The process lives on for requests that are under way, not for an idle thread.
    if (this.#waiting.size === 0) this.#thread.ref();
    this.#waiting.set(id, { resolve, reject });
    this.#thread.postMessage({ id, request } satisfies SqliteCall);
    return promise;
  }

  #start(): Worker {
    // The sources run as they are, and compiled: the thread's file has the ending that this one has.
    const file = new URL(`./sqlite-thread${extname(import.meta.url)}`, import.meta.url);
    const thread = new Worker(file, { workerData: this.#data });
    let why = 'its thread has ended';
    thread.on('message', (answer: SqliteAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) thread.unref();
      if ('rows' in answer) waiting?.resolve(answer.rows);
      else waiting?.reject(sqliteError(this.#name, answer.failure));
    });
    thread.on('error', ({ message }: Error) => {
      why = message;
    });
    thread.on('exit', () => {
      this.#thread = undefined;
      const lost = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { reject } of lost) reject(unavailable(this.#name, why));
    });
    return thread;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const thread = this.#thread;
    if (!thread) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    // Behind all that was asked before; a thread that dies of it has ended, too.
    await this.#send({ op: 'close' }).catch(() => undefined);
    await ended;
  }
}
