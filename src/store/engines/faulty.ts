// An engine that misbehaves as a cluster may: it wraps another and loses the outcome of commits, makes them conflict and
// delays everything, on demand or at random by seed. For tests; what survives it survives a cluster.
import type {
  CommitStamp,
  Engine,
  EngineTransaction,
  KeyRange,
  Page,
  Position,
  RangeOptions,
  Snapshot,
  Watch,
} from '#store/contract';
import { StoreError, storeErrors } from '#store/errors';
import type { Awaitable } from '#support/awaitable';
import type { Clock } from '#support/clock';
import type { Random } from '#support/random';

/** What may happen to a commit. */
export type Fault =
  /** It does not take place: 1020. */
  | 'conflict'
  /** It does not take place, the version that was read being too old: 1007. */
  | 'tooOld'
  /** It takes place, and nobody learns of it: 1021. */
  | 'unknownApplied'
  /** It does not take place, and nobody learns of it: 1021. */
  | 'unknownNotApplied'
  /** Nobody learns of it, and it is still under way: it may take place later: 1039. */
  | 'unknownAppliedLater';

export interface FaultOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How probable each fault is at each commit, from 0 to 1; their sum is at most 1. */
  readonly chances?: Partial<Record<Fault, number>>;
  /** Each read and each commit first waits a random time up to this. */
  readonly delayMsMax?: number;
  /** After how long a commit takes place that was left under way (5 ms). */
  readonly laterMs?: number;
}

export interface FaultyEngine extends Engine {
  /** What happens to the next commits, one fault each, before chance decides again. */
  failNext(...faults: readonly Fault[]): void;
  /** How often each fault has struck. */
  readonly struck: Readonly<Record<Fault, number>>;
}

/** Wraps `engine`, which it owns and disposes of. */
export function makeFaultyEngine(engine: Engine, options: FaultOptions): FaultyEngine {
  return new FaultyEngineOver(engine, options);
}

class FaultyEngineOver implements FaultyEngine {
  readonly commitMayBeUnknown = true;
  readonly struck = {
    conflict: 0,
    tooOld: 0,
    unknownApplied: 0,
    unknownNotApplied: 0,
    unknownAppliedLater: 0,
  };
  readonly #engine: Engine;
  readonly #options: FaultOptions;
  readonly #planned: Fault[] = [];
  readonly #later = new Set<Promise<unknown>>();

  constructor(engine: Engine, options: FaultOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  get failed(): AbortSignal {
    return this.#engine.failed;
  }

  begin(): EngineTransaction {
    return new FaultyTransaction(this.#engine.begin(), this);
  }

  failNext(...faults: readonly Fault[]): void {
    this.#planned.push(...faults);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#later);
    await this.#engine[Symbol.asyncDispose]();
  }

  /** A number from 0 up to 1. */
  #draw(): number {
    return this.#options.random.bytes(4).readUInt32BE() / 2 ** 32;
  }

  nextFault(): Fault | undefined {
    const fault = this.#planned.shift() ?? this.#faultByChance();
    if (fault) this.struck[fault]++;
    return fault;
  }

  #faultByChance(): Fault | undefined {
    let left = this.#draw();
    for (const [fault, chance] of Object.entries(this.#options.chances ?? {})) {
      if (left < chance) return fault as Fault;
      left -= chance;
    }
    return undefined;
  }

  /** Answers at once where there are no delays, as the wrapped engine does. */
  delayed<T>(action: () => Awaitable<T>): Awaitable<T> {
    const { delayMsMax = 0 } = this.#options;
    return delayMsMax > 0 ? this.#afterPause(delayMsMax, action) : action();
  }

  async #afterPause<T>(durationMsMax: number, action: () => Awaitable<T>): Promise<T> {
    await this.#options.clock.sleep(Math.floor(this.#draw() * (durationMsMax + 1)));
    return action();
  }

  /** Commits some time later; nobody hears how that went. */
  commitLater(transaction: EngineTransaction): void {
    const { clock, laterMs = 5 } = this.#options;
    const commit = clock
      .sleep(laterMs)
      .then(() => transaction.commit())
      .catch(() => undefined);
    this.#later.add(commit);
    commit.then(() => this.#later.delete(commit));
  }
}

class FaultySnapshot implements Snapshot {
  readonly #reads: Snapshot;
  readonly #faults: FaultyEngineOver;

  constructor(reads: Snapshot, faults: FaultyEngineOver) {
    this.#reads = reads;
    this.#faults = faults;
  }

  get(key: Buffer): Awaitable<Buffer | undefined> {
    return this.#faults.delayed(() => this.#reads.get(key));
  }

  getRange(range: KeyRange, options?: RangeOptions): Awaitable<Page> {
    return this.#faults.delayed(() => this.#reads.getRange(range, options));
  }

  position(): Awaitable<Position> {
    return this.#faults.delayed(() => this.#reads.position());
  }
}

class FaultyTransaction extends FaultySnapshot implements EngineTransaction {
  readonly snapshot: Snapshot;
  readonly #transaction: EngineTransaction;
  readonly #faults: FaultyEngineOver;

  constructor(transaction: EngineTransaction, faults: FaultyEngineOver) {
    super(transaction, faults);
    this.#transaction = transaction;
    this.#faults = faults;
    this.snapshot = new FaultySnapshot(transaction.snapshot, faults);
  }

  async commit(): Promise<CommitStamp> {
    const fault = this.#faults.nextFault();
    switch (fault) {
      case undefined:
        return this.#faults.delayed(() => this.#transaction.commit());
      case 'conflict':
        this.#transaction.cancel();
        throw new StoreError(storeErrors.notCommitted, 'a conflict was injected');
      case 'tooOld':
        this.#transaction.cancel();
        throw new StoreError(storeErrors.transactionTooOld, 'a transaction was declared too old');
      case 'unknownNotApplied':
        this.#transaction.cancel();
        break;
      case 'unknownApplied':
        // A real conflict stays hidden, too.
        await Promise.allSettled([this.#faults.delayed(() => this.#transaction.commit())]);
        break;
      case 'unknownAppliedLater':
        this.#faults.commitLater(this.#transaction);
        throw new StoreError(storeErrors.clusterVersionChanged, 'a commit was left under way');
    }
    throw new StoreError(storeErrors.commitUnknownResult, 'the outcome of a commit was lost');
  }

  cancel(): void {
    this.#transaction.cancel();
  }

  durable(): Promise<void> {
    return this.#transaction.durable();
  }

  set(key: Buffer, value: Buffer): void {
    this.#transaction.set(key, value);
  }

  clear(key: Buffer): void {
    this.#transaction.clear(key);
  }

  clearRange(range: KeyRange): void {
    this.#transaction.clearRange(range);
  }

  add(key: Buffer, operand: Buffer): void {
    this.#transaction.add(key, operand);
  }

  max(key: Buffer, operand: Buffer): void {
    this.#transaction.max(key, operand);
  }

  setStampedKey(key: Buffer, offset: number, value: Buffer): void {
    this.#transaction.setStampedKey(key, offset, value);
  }

  setStampedValue(key: Buffer, value: Buffer, offset: number): void {
    this.#transaction.setStampedValue(key, value, offset);
  }

  addReadConflict(range: KeyRange): void {
    this.#transaction.addReadConflict(range);
  }

  addWriteConflict(range: KeyRange): void {
    this.#transaction.addWriteConflict(range);
  }

  watch(key: Buffer): Watch {
    return this.#transaction.watch(key);
  }

  nextOrder(): number {
    return this.#transaction.nextOrder();
  }
}
