// One attempt at a transaction on a FoundationDB cluster: our contract in terms of the package's raw transactions.
import type {
  CommitStamp,
  EngineTransaction,
  KeyRange,
  Page,
  Position,
  RangeOptions,
  Snapshot,
  Watch,
} from '#store/contract';
import {
  type BindingTransaction,
  type KeySelector,
  mutation,
  streamingMode,
} from '#store/engines/foundationdb/binding';
import { StoreError, storeErrors } from '#store/errors';
import { readStamp, stampBytes } from '#store/versionstamp';

const rowsMax = 2 ** 31 - 1;
const ordersMax = 0x1_0000;

/** The package's errors carry FoundationDB's numbers; everything else passes as it is. */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return error;
  return new StoreError(error.code, `FoundationDB: ${error.message}`, { cause: error });
}

async function mapErrors<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw toStoreError(error);
  }
}

/** The first key at or behind `key`. */
function firstAtOrAfter(key: Buffer): KeySelector {
  return { key, orEqual: false, offset: 1 };
}

/** From API version 520 on, a stamped key or operand ends in the stamp's offset: four bytes, little-endian. */
function withOffset(bytes: Buffer, offset: number): Buffer {
  const suffixed = Buffer.allocUnsafe(bytes.length + 4);
  bytes.copy(suffixed);
  suffixed.writeUInt32LE(offset, bytes.length);
  return suffixed;
}

/** The client drops empty ranges: a transaction that writes nothing else commits without a stamp of its own. */
function isEmpty({ begin, end }: KeyRange): boolean {
  return begin.equals(end);
}

/** Reads one page: with a limit exactly as many as there are up to it, without one about 80 kB. */
async function readPage(raw: BindingTransaction, range: KeyRange, options: RangeOptions): Promise<Page> {
  const { limit, reverse = false } = options;
  const { results, more } = await mapErrors(
    raw.getRangeNative(
      firstAtOrAfter(range.begin),
      firstAtOrAfter(range.end),
      limit === undefined ? 0 : Math.min(limit, rowsMax),
      0,
      limit === undefined ? streamingMode.wantAll : streamingMode.exact,
      1,
      reverse,
    ),
  );
  return { entries: results.map(([key, value]) => ({ key, value })), more };
}

class FoundationdbSnapshot implements Snapshot {
  readonly #raw: BindingTransaction;

  constructor(raw: BindingTransaction) {
    this.#raw = raw;
  }

  get(key: Buffer): Promise<Buffer | undefined> {
    return mapErrors(this.#raw.get(key));
  }

  getRange(range: KeyRange, options: RangeOptions = {}): Promise<Page> {
    return readPage(this.#raw, range, options);
  }

  /** All commits of the version that is read are seen, so the bytes of order within its batch are ones. */
  async position(): Promise<Position> {
    const version = await mapErrors(this.#raw.getReadVersion());
    return `${version.toString('hex')}ffffffff` as Position;
  }
}

export class FoundationdbTransaction extends FoundationdbSnapshot implements EngineTransaction {
  readonly snapshot: Snapshot;
  readonly #raw: BindingTransaction;
  readonly #rawSnapshot: BindingTransaction;
  readonly #watches: Set<Watch>;
  readonly #abandonments: (() => void)[] = [];
  #hasWrites = false;
  #hasVersion = false;
  #nextOrder = 0;

  /** `watches` is the engine's set of those that are waiting, to be cancelled when it closes. */
  constructor(raw: BindingTransaction, watches: Set<Watch>) {
    super(raw);
    this.#raw = raw;
    this.#watches = watches;
    this.#rawSnapshot = raw.snapshot();
    this.snapshot = new FoundationdbSnapshot(this.#rawSnapshot);
  }

  /**
   * The client of 7.1 lets a page that was read backward conflict with all of its range, even where the limit ended
   * it (repaired in 7.2, apple/foundationdb 4f308b34fc). So such a page is read without a check, and what it covers
   * is declared.
   */
  override async getRange(range: KeyRange, options: RangeOptions = {}): Promise<Page> {
    if (!options.reverse) return super.getRange(range, options);
    const page = await readPage(this.#rawSnapshot, range, options);
    const last = page.more ? page.entries.at(-1) : undefined;
    this.#hasVersion = true;
    this.addReadConflict({ begin: last?.key ?? range.begin, end: range.end });
    return page;
  }

  async commit(): Promise<CommitStamp> {
    try {
      const stamp = await (this.#hasWrites ? this.#commitWrites() : this.#commitReads());
      this.#abandonments.length = 0;
      return stamp;
    } catch (error) {
      this.#abandonWatches();
      throw error;
    }
  }

  /** A read-only commit has no stamp of its own on a cluster; it answers with the version that it read. */
  async #commitReads(): Promise<CommitStamp> {
    const position = await this.position();
    await mapErrors(this.#raw.rawCommit());
    return position.slice(0, stampBytes * 2) as CommitStamp;
  }

  async #commitWrites(): Promise<CommitStamp> {
    const { promise } = this.#raw.getVersionstamp();
    // When the commit fails so does the stamp, and nobody is listening to it then.
    promise.catch(() => undefined);
    await mapErrors(this.#raw.rawCommit());
    try {
      return readStamp(await promise);
    } catch (error) {
      throw new StoreError(storeErrors.commitUnknownResult, 'a commit came back without its stamp', {
        cause: error,
      });
    }
  }

  cancel(): void {
    this.#raw.rawCancel();
    this.#abandonWatches();
  }

  /** A cluster shows nothing before it is durable. */
  durable(): Promise<void> {
    return Promise.resolve();
  }

  set(key: Buffer, value: Buffer): void {
    this.#mutate(() => this.#raw.set(key, value));
  }

  clear(key: Buffer): void {
    this.#mutate(() => this.#raw.clear(key));
  }

  clearRange(range: KeyRange): void {
    if (isEmpty(range)) return;
    this.#mutate(() => this.#raw.clearRange(range.begin, range.end));
  }

  add(key: Buffer, operand: Buffer): void {
    this.#mutate(() => this.#raw.atomicOpNative(mutation.add, key, operand));
  }

  max(key: Buffer, operand: Buffer): void {
    this.#mutate(() => this.#raw.atomicOpNative(mutation.max, key, operand));
  }

  setStampedKey(key: Buffer, offset: number, value: Buffer): void {
    this.#mutate(() =>
      this.#raw.atomicOpNative(mutation.setVersionstampedKey, withOffset(key, offset), value),
    );
  }

  setStampedValue(key: Buffer, value: Buffer, offset: number): void {
    this.#mutate(() =>
      this.#raw.atomicOpNative(mutation.setVersionstampedValue, key, withOffset(value, offset)),
    );
  }

  /** As if it had been read: at a version that is taken now, not with the commit. */
  addReadConflict(range: KeyRange): void {
    if (!this.#hasVersion) {
      this.#hasVersion = true;
      this.#raw.getReadVersion().catch(() => undefined);
    }
    this.#call(() => this.#raw.addReadConflictRange(range.begin, range.end));
  }

  addWriteConflict(range: KeyRange): void {
    if (isEmpty(range)) return;
    this.#mutate(() => this.#raw.addWriteConflictRange(range.begin, range.end));
  }

  watch(key: Buffer): Watch {
    const raw = this.#call(() => this.#raw.watch(key, { throwAllErrors: true }));
    const { promise: changed, resolve, reject } = Promise.withResolvers<void>();
    const watch = { changed, cancel: () => raw.cancel() };
    mapErrors(raw.promise).then(() => resolve(), reject);
    const forget = () => this.#watches.delete(watch);
    changed.then(forget, forget);
    this.#watches.add(watch);
    this.#abandonments.push(() => {
      reject(
        new StoreError(storeErrors.transactionCancelled, 'the transaction of this watch did not commit'),
      );
      raw.cancel();
    });
    return watch;
  }

  /** The client rejects the watches of a transaction that ended otherwise only when that is collected as garbage. */
  #abandonWatches(): void {
    for (const abandon of this.#abandonments.splice(0)) abandon();
  }

  nextOrder(): number {
    if (this.#nextOrder >= ordersMax) {
      throw new StoreError(
        storeErrors.clientInvalidOperation,
        `a transaction orders at most ${ordersMax} rows`,
      );
    }
    return this.#nextOrder++;
  }

  #mutate(action: () => void): void {
    this.#hasWrites = true;
    this.#call(action);
  }

  #call<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw toStoreError(error);
    }
  }
}
