// What every database is made of: a store, a directory of its own in it, declared tables, a log of changes, and the two
// ways in: `read(reader => …)` and `write(writer => …)`. The type says whether you may write.
import {
  type Change,
  type ChangeLogTables,
  changeLogDeclarations,
  logChange,
  readChanges,
  readLogFloor,
  trimLog,
} from '#store/change-log';
import type { Position, Snapshot, Store, Transaction, TransactOptions, Watch } from '#store/contract';
import { openDirectory } from '#store/directory';
import { bindTables, type Tables } from '#store/keyspace';
import { endOf } from '#store/versionstamp';
import type { Awaitable } from '#support/awaitable';

/** A transaction of a database, which also notes whose streams it moves. */
export interface Writing {
  readonly transaction: Transaction;
  /** Subjects whose streams this transaction moves; the log names them all. */
  readonly changed: Set<string>;
}

/** How often a long read starts over before it settles for what moved under it. */
const steadyRunsMax = 4;

export interface Written<T> {
  readonly value: T;
  /** Everything that this write stored lies at or before it. */
  readonly position: Position;
}

export class Database<D extends { readonly [name: string]: unknown }> {
  readonly tables: Tables<D & typeof changeLogDeclarations>;
  readonly #store: Store;
  readonly #log: ChangeLogTables;

  private constructor(store: Store, tables: Tables<D & typeof changeLogDeclarations>) {
    this.#store = store;
    this.tables = tables;
    this.#log = tables as unknown as ChangeLogTables;
  }

  /** Opens the database called `name` (its directory) in a store, creating the directory on first use. */
  static async open<D extends { readonly [name: string]: unknown }>(
    store: Store,
    name: string,
    declarations: D,
  ): Promise<Database<D>> {
    const prefix = await openDirectory(store, ['hearth', name]);
    return new Database<D>(store, bindTables({ ...declarations, ...changeLogDeclarations }, prefix));
  }

  read<T>(body: (snapshot: Snapshot) => Awaitable<T>): Promise<T> {
    return this.#store.read(body);
  }

  async write<T>(body: (writing: Writing) => Awaitable<T>, options?: TransactOptions): Promise<Written<T>> {
    const { value, stamp } = await this.#store.transact(async (transaction) => {
      const changed = new Set<string>();
      const answer = await body({ transaction, changed });
      if (changed.size > 0) logChange(this.#log, transaction, changed);
      return answer;
    }, options);
    return { value, position: endOf(stamp) };
  }

  /** The log behind a position, at one snapshot: its changes and the position that it is complete up to. */
  readChanges(after: Position): Promise<{ changes: Change[]; through: Position }> {
    return this.#store.read(async (snapshot) => {
      const { changes, more } = await readChanges(this.#log, snapshot, after);
      const last = changes.at(-1);
      return { changes, through: more && last ? last.at : await snapshot.position() };
    });
  }

  /**
   * Reads for longer than a transaction may last: each read has a snapshot of its own, and the whole is done again
   * while writes came in between. `steady` says whether the last run saw none.
   */
  async readAtLength<T>(body: (snapshot: Snapshot) => Promise<T>): Promise<{ value: T; steady: boolean }> {
    const store = this.#store;
    const pagewise: Snapshot = {
      get: (key) => store.read((snapshot) => snapshot.get(key)),
      getRange: (range, options) => store.read((snapshot) => snapshot.getRange(range, options)),
      position: () => store.read((snapshot) => snapshot.position()),
    };
    for (let run = 1; ; run++) {
      const before = (await this.#log.logHead.get(pagewise, []))?.at;
      const value = await body(pagewise);
      const steady = (await this.#log.logHead.get(pagewise, []))?.at === before;
      if (steady || run === steadyRunsMax) return { value, steady };
    }
  }

  readLogFloor(): Promise<Position> {
    return this.#store.read((snapshot) => readLogFloor(this.#log, snapshot));
  }

  trimLog(through: Position): Promise<void> {
    return trimLog(this.#log, this.#store, through);
  }

  /**
   * Resolves when the log has a row behind `after` (at once if it has one already), or when `signal` is aborted.
   */
  async untilChanged(after: Position, signal: AbortSignal): Promise<void> {
    const watch = await this.#watchLog(after, signal);
    if (!watch) return;
    const stop = (): void => watch.cancel();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) watch.cancel();
    try {
      await watch.changed;
    } catch {
      // A watch that was lost (a cluster gives them up at times) wakes like one that fired: its owner looks again.
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** A watch on the log, unless it has a row behind `after` already or nobody waits any more. */
  async #watchLog(after: Position, signal: AbortSignal): Promise<Watch | undefined> {
    if (signal.aborted) return undefined;
    try {
      const { value } = await this.#store.transact(
        async (transaction) => {
          const head = await this.#log.logHead.get(transaction, []);
          return head && (head.at as Position) > after
            ? undefined
            : transaction.watch(this.#log.logHead.key([]));
        },
        { idempotent: true, signal },
      );
      return value;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }
}
