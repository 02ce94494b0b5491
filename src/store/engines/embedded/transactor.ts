// The optimistic transactor that the embedded engines share: it hands out read versions, judges commits, gives them
// their version, and keeps history, flush queue, snapshots and watches in step. Everything but the flush happens
// synchronously, so the order of commits is the order of calls.
import type { Engine, EngineTransaction } from '#store/contract';
import type { Backing } from '#store/engines/embedded/backing';
import { FlushQueue } from '#store/engines/embedded/flush-queue';
import { History } from '#store/engines/embedded/history';
import { OwnWrites } from '#store/engines/embedded/own-writes';
import type { ByteStringRange } from '#store/engines/embedded/range-set';
import { type Snapshot, Snapshots } from '#store/engines/embedded/snapshots';
import { EmbeddedTransaction } from '#store/engines/embedded/transaction';
import { differs, type PendingWatch, Watches } from '#store/engines/embedded/watches';
import { StoreError, storeErrors } from '#store/errors';
import type { Clock } from '#support/clock';

export interface TransactorOptions {
  /** Without one everything is kept in memory and a commit is acknowledged at once. */
  readonly backing?: Backing;
  readonly clock: Clock;
}

/** What a transaction hands in to be judged. */
export interface CommitRequest {
  readonly version: number;
  readonly keysRead: readonly string[];
  readonly rangesRead: readonly ByteStringRange[];
  readonly writes: OwnWrites | undefined;
  readonly writeConflicts: readonly ByteStringRange[];
}

/** Buffers that are handed in are kept, and those handed out may be kept: neither side changes them afterwards. */
export class Transactor implements Engine {
  readonly commitMayBeUnknown = false;
  readonly history: History;
  readonly clock: Clock;
  readonly #backing: Backing | undefined;
  readonly #queue: FlushQueue | undefined;
  readonly #snapshots: Snapshots;
  readonly #watches = new Watches();
  readonly #failing = new AbortController();
  #committed: number;
  /** Why nothing more is taken. */
  #refusal: StoreError | undefined;

  constructor({ backing, clock }: TransactorOptions) {
    this.clock = clock;
    this.#backing = backing;
    this.#committed = backing?.version ?? 0;
    this.history = new History({ keepsNewest: backing === undefined });
    this.#snapshots = new Snapshots(this.#committed, backing?.view(), clock);
    this.#queue = backing && this.#openQueue(backing);
  }

  #openQueue(backing: Backing): FlushQueue {
    return new FlushQueue({
      backing,
      onFlushed: (version) => {
        this.#snapshots.advance(version, backing.view());
        this.history.prune(this.#snapshots.oldestVersion);
      },
      onFailed: (reason) => {
        this.#refusal ??= reason;
        this.#watches.rejectAll(reason);
        this.#failing.abort(reason);
      },
    });
  }

  get failed(): AbortSignal {
    return this.#failing.signal;
  }

  /** The version of the last commit, flushed or not. */
  get committedVersion(): number {
    return this.#committed;
  }

  begin(): EngineTransaction {
    this.assertUsable();
    return new EmbeddedTransaction(this);
  }

  assertUsable(): void {
    if (this.#refusal) throw this.#refusal;
  }

  /** What a transaction that starts to read now reads from; `release` gives it back. */
  acquireSnapshot(): Snapshot {
    return this.#snapshots.acquire();
  }

  releaseSnapshot(snapshot: Snapshot): void {
    if (this.#snapshots.release(snapshot)) this.history.prune(this.#snapshots.oldestVersion);
  }

  /** The committed value of a key as a reader at `version` sees it. */
  read(key: string, bytes: Buffer, snapshot: Snapshot, version: number): Buffer | undefined {
    const revision = this.history.find(key, version);
    if (revision !== undefined) return revision.value;
    if (snapshot.view === undefined || this.history.wasCleared(key, snapshot.version, version))
      return undefined;
    return snapshot.view.get(bytes);
  }

  /** Judges and enters a commit; its version, which is durable when `durable` says so. Throws 1020 on a conflict. */
  commit(request: CommitRequest): number {
    this.assertUsable();
    if (request.version < this.#committed && this.#conflicts(request)) {
      throw new StoreError(
        storeErrors.notCommitted,
        'Another transaction has changed what this one has read',
      );
    }
    const version = this.#committed + 1;
    const writes = request.writes ?? new OwnWrites();
    const commit = writes.finish(version, (key, bytes) => this.#newest(key, bytes));
    this.#committed = version;
    this.history.record(commit, request.writeConflicts);
    if (this.#queue) {
      this.#queue.add(commit);
    } else {
      this.#snapshots.advance(version, undefined);
      this.history.prune(this.#snapshots.oldestVersion);
    }
    this.#trigger(this.#watches.triggeredBy(commit, ({ key, bytes }) => this.#newest(key, bytes)));
    return version;
  }

  /** Resolves once everything up to `version` is on disk. */
  durable(version: number): Promise<void> {
    return this.#queue ? this.#queue.durable(version) : Promise.resolve();
  }

  /** Arms the watches of a transaction that has committed; what differs from what it saw is told at once. */
  arm(watches: readonly PendingWatch[]): void {
    for (const watch of watches) {
      if (differs(watch.expected, this.#newest(watch.key, watch.bytes))) this.#trigger([watch]);
      else this.#watches.arm(watch);
    }
  }

  #trigger(watches: readonly PendingWatch[]): void {
    if (watches.length === 0) return;
    this.durable(this.#committed).then(
      () => {
        for (const watch of watches) watch.resolve();
      },
      (reason) => {
        for (const watch of watches) watch.reject(reason);
      },
    );
  }

  #conflicts({ version, keysRead, rangesRead }: CommitRequest): boolean {
    return (
      keysRead.some((key) => this.history.keyChangedSince(key, version)) ||
      rangesRead.some(({ begin, end }) => this.history.rangeChangedSince(begin, end, version))
    );
  }

  #newest(key: string, bytes: Buffer): Buffer | undefined {
    return this.read(key, bytes, this.#snapshots.current, this.#committed);
  }

  /** Writes what was committed, then refuses open transactions and lets go of everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new StoreError(storeErrors.transactionCancelled, 'The store is closed');
    if (this.#refusal?.code === closed.code) return;
    this.#refusal ??= closed;
    await this.#queue?.drain();
    this.#watches.rejectAll(closed);
    this.#snapshots.close();
    await this.#backing?.close();
  }
}
