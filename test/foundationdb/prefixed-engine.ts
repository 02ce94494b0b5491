// An engine that keeps all of its keys under one prefix of another, so that tests have a cluster's store to themselves.
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
import type { Awaitable } from '#support/awaitable';

/** `dispose` is called in the place of the wrapped engine's own. */
export function prefixEngine(engine: Engine, prefix: Buffer, dispose: () => Promise<void>): Engine {
  return {
    commitMayBeUnknown: engine.commitMayBeUnknown,
    failed: engine.failed,
    begin: () => new PrefixedTransaction(engine.begin(), prefix),
    [Symbol.asyncDispose]: dispose,
  };
}

class PrefixedSnapshot implements Snapshot {
  readonly #reads: Snapshot;
  protected readonly prefix: Buffer;

  constructor(reads: Snapshot, prefix: Buffer) {
    this.#reads = reads;
    this.prefix = prefix;
  }

  protected key(key: Buffer): Buffer {
    return Buffer.concat([this.prefix, key]);
  }

  protected range({ begin, end }: KeyRange): KeyRange {
    return { begin: this.key(begin), end: this.key(end) };
  }

  get(key: Buffer): Awaitable<Buffer | undefined> {
    return this.#reads.get(this.key(key));
  }

  async getRange(range: KeyRange, options?: RangeOptions): Promise<Page> {
    const { entries, more } = await this.#reads.getRange(this.range(range), options);
    return {
      entries: entries.map(({ key, value }) => ({ key: key.subarray(this.prefix.length), value })),
      more,
    };
  }

  position(): Awaitable<Position> {
    return this.#reads.position();
  }
}

class PrefixedTransaction extends PrefixedSnapshot implements EngineTransaction {
  readonly snapshot: Snapshot;
  readonly #transaction: EngineTransaction;

  constructor(transaction: EngineTransaction, prefix: Buffer) {
    super(transaction, prefix);
    this.#transaction = transaction;
    this.snapshot = new PrefixedSnapshot(transaction.snapshot, prefix);
  }

  commit(): Promise<CommitStamp> {
    return this.#transaction.commit();
  }

  cancel(): void {
    this.#transaction.cancel();
  }

  durable(): Promise<void> {
    return this.#transaction.durable();
  }

  set(key: Buffer, value: Buffer): void {
    this.#transaction.set(this.key(key), value);
  }

  clear(key: Buffer): void {
    this.#transaction.clear(this.key(key));
  }

  clearRange(range: KeyRange): void {
    this.#transaction.clearRange(this.range(range));
  }

  add(key: Buffer, operand: Buffer): void {
    this.#transaction.add(this.key(key), operand);
  }

  max(key: Buffer, operand: Buffer): void {
    this.#transaction.max(this.key(key), operand);
  }

  setStampedKey(key: Buffer, offset: number, value: Buffer): void {
    this.#transaction.setStampedKey(this.key(key), this.prefix.length + offset, value);
  }

  setStampedValue(key: Buffer, value: Buffer, offset: number): void {
    this.#transaction.setStampedValue(this.key(key), value, offset);
  }

  addReadConflict(range: KeyRange): void {
    this.#transaction.addReadConflict(this.range(range));
  }

  addWriteConflict(range: KeyRange): void {
    this.#transaction.addWriteConflict(this.range(range));
  }

  watch(key: Buffer): Watch {
    return this.#transaction.watch(this.key(key));
  }

  nextOrder(): number {
    return this.#transaction.nextOrder();
  }
}
