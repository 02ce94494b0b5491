// Carries out a plan on an engine and writes down what every transaction read and how it ended.
import type { Engine, EngineTransaction, Watch } from '#store/contract';
import { StoreError, storeErrors } from '#store/errors';
import { type Action, type Step, stampedPrefix } from './plan.ts';

/** What a read gave: a value, a page, or the refusal to read what the transaction has stamped itself. */
export type Result =
  | { readonly kind: 'value'; readonly value: Buffer | undefined }
  | { readonly kind: 'page'; readonly entries: [string, Buffer][]; readonly more: boolean }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'none' };

export interface Act {
  readonly action: Action;
  readonly result: Result;
}

export interface WatchRecord {
  /** The watch was asked for after so many acts. */
  readonly acts: number;
  readonly key: string;
  readonly watch: Watch;
  state: 'quiet' | 'changed' | 'rejected';
}

export interface Attempt {
  readonly acts: Act[];
  readonly watches: WatchRecord[];
  /** The stamp part of its reading position; none for one that never read. */
  readAt: string | undefined;
  /** The newest stamp that had been acknowledged before its first read, and before its commit. */
  acknowledgedBeforeRead: string;
  acknowledgedBeforeCommit: string;
  outcome: 'open' | 'committed' | 'conflict' | 'cancelled' | 'refused';
  stamp: string | undefined;
}

const reads: ReadonlySet<Action['kind']> = new Set(['get', 'range', 'watch', 'readConflict']);

export class PlanRun {
  readonly attempts: Attempt[] = [];
  readonly #engine: Engine;
  readonly #prefix: Buffer;
  readonly #open = new Map<number, { transaction: EngineTransaction; attempt: Attempt }>();
  #commits: Promise<void>[] = [];
  #acknowledged = '';

  constructor(engine: Engine, prefix: Buffer) {
    this.#engine = engine;
    this.#prefix = prefix;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'act') await this.#act(step.slot, step.action);
      else if (step.kind === 'commit') this.#commit(step.slot);
      else if (step.kind === 'cancel') this.#cancel(step.slot);
      else await this.#settle();
    }
    for (const slot of [...this.#open.keys()]) this.#commit(slot);
    await this.#settle();
  }

  /** Everything under the prefix, read by a transaction of its own. */
  async readAll(engine = this.#engine): Promise<[string, Buffer][]> {
    const transaction = engine.begin();
    const page = await this.#readPage(transaction, { begin: '', end: '\xff' }, 100_000, false);
    transaction.cancel();
    return page.kind === 'page' ? page.entries : [];
  }

  #key(text: string): Buffer {
    return Buffer.concat([this.#prefix, Buffer.from(text, 'latin1')]);
  }

  #range({ begin, end }: { begin: string; end: string }): { begin: Buffer; end: Buffer } {
    return { begin: this.#key(begin), end: this.#key(end) };
  }

  async #act(slot: number, action: Action): Promise<void> {
    const { transaction, attempt } = this.#open.get(slot) ?? this.#begin(slot);
    if (reads.has(action.kind) && attempt.readAt === undefined) {
      attempt.acknowledgedBeforeRead = this.#acknowledged;
      attempt.readAt = (await transaction.position()).slice(0, 20);
    }
    attempt.acts.push({ action, result: await this.#perform(transaction, attempt, action) });
  }

  #begin(slot: number): { transaction: EngineTransaction; attempt: Attempt } {
    const attempt: Attempt = {
      acts: [],
      watches: [],
      readAt: undefined,
      acknowledgedBeforeRead: '',
      acknowledgedBeforeCommit: '',
      outcome: 'open',
      stamp: undefined,
    };
    const opened = { transaction: this.#engine.begin(), attempt };
    this.attempts.push(attempt);
    this.#open.set(slot, opened);
    return opened;
  }

  async #perform(transaction: EngineTransaction, attempt: Attempt, action: Action): Promise<Result> {
    try {
      return await this.#performUnchecked(transaction, attempt, action);
    } catch (error) {
      if (error instanceof StoreError && error.code === storeErrors.accessedUnreadable) {
        return { kind: 'unreadable' };
      }
      throw error;
    }
  }

  async #performUnchecked(transaction: EngineTransaction, attempt: Attempt, action: Action): Promise<Result> {
    switch (action.kind) {
      case 'get': {
        const reader = action.snapshot ? transaction.snapshot : transaction;
        return { kind: 'value', value: await reader.get(this.#key(action.key)) };
      }
      case 'range': {
        const reader = action.snapshot ? transaction.snapshot : transaction;
        return await this.#readPage(reader, action.range, action.limit, action.reverse);
      }
      case 'set':
        transaction.set(this.#key(action.key), action.value);
        break;
      case 'clear':
        transaction.clear(this.#key(action.key));
        break;
      case 'clearRange':
        transaction.clearRange(this.#range(action.range));
        break;
      case 'add':
      case 'max':
        transaction[action.kind](this.#key(action.key), action.operand);
        break;
      case 'stampedKey': {
        const template = this.#key(`${stampedPrefix}${'_'.repeat(10)}${action.suffix}`);
        transaction.setStampedKey(template, this.#key(stampedPrefix).length, action.value);
        break;
      }
      case 'stampedValue':
        transaction.setStampedValue(this.#key(action.key), Buffer.alloc(10), 0);
        break;
      case 'readConflict':
        transaction.addReadConflict(this.#range(action.range));
        break;
      case 'writeConflict':
        transaction.addWriteConflict(this.#range(action.range));
        break;
      case 'watch':
        this.#watch(transaction, attempt, action.key);
        break;
    }
    return { kind: 'none' };
  }

  async #readPage(
    reader: Pick<EngineTransaction, 'getRange'>,
    range: { begin: string; end: string },
    limit: number | undefined,
    reverse: boolean,
  ): Promise<Result> {
    const options = limit === undefined ? { reverse } : { limit, reverse };
    const { entries, more } = await reader.getRange(this.#range(range), options);
    const named = entries.map(({ key, value }): [string, Buffer] => [
      key.subarray(this.#prefix.length).toString('latin1'),
      value,
    ]);
    return { kind: 'page', entries: named, more };
  }

  #watch(transaction: EngineTransaction, attempt: Attempt, key: string): void {
    const watch = transaction.watch(this.#key(key));
    const record: WatchRecord = { acts: attempt.acts.length, key, watch, state: 'quiet' };
    watch.changed.then(
      () => {
        record.state = 'changed';
      },
      () => {
        record.state = 'rejected';
      },
    );
    attempt.watches.push(record);
  }

  #commit(slot: number): void {
    const opened = this.#open.get(slot);
    if (!opened) return;
    this.#open.delete(slot);
    const { transaction, attempt } = opened;
    attempt.acknowledgedBeforeCommit = this.#acknowledged;
    this.#commits.push(
      transaction.commit().then(
        (stamp) => {
          attempt.outcome = 'committed';
          attempt.stamp = stamp;
          if (stamp > this.#acknowledged) this.#acknowledged = stamp;
        },
        (error: unknown) => {
          if (!(error instanceof StoreError)) throw error;
          if (error.code === storeErrors.notCommitted) attempt.outcome = 'conflict';
          else if (error.code === storeErrors.accessedUnreadable) attempt.outcome = 'refused';
          else throw error;
        },
      ),
    );
  }

  #cancel(slot: number): void {
    const opened = this.#open.get(slot);
    if (!opened) return;
    this.#open.delete(slot);
    opened.transaction.cancel();
    opened.attempt.outcome = 'cancelled';
  }

  async #settle(): Promise<void> {
    const commits = this.#commits;
    this.#commits = [];
    await Promise.all(commits);
  }
}
