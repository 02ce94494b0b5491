// One attempt at a transaction on the embedded transactor: what it has read (for the conflict check), what it has
// written, and the version that it reads at, which it takes with its first read.

import type {
  CommitStamp,
  EngineTransaction,
  KeyRange,
  Page,
  Position,
  RangeOptions,
  Snapshot as StoreSnapshot,
  Watch,
} from '#store/contract';
import { addLittleEndian, maxLittleEndian } from '#store/engines/embedded/atomic-operations';
import { emptyPage } from '#store/engines/embedded/backing';
import { toByteString } from '#store/engines/embedded/byte-string';
import { commitStamp, firstStamp, packStamp, readerPosition } from '#store/engines/embedded/commit-stamp';
import { legalKey, legalRange } from '#store/engines/embedded/legal-keys';
import { OwnWrites } from '#store/engines/embedded/own-writes';
import { type RangeRequest, readRange } from '#store/engines/embedded/range-reader';
import type { ByteStringRange } from '#store/engines/embedded/range-set';
import type { Snapshot } from '#store/engines/embedded/snapshots';
import type { Transactor } from '#store/engines/embedded/transactor';
import { PendingWatch } from '#store/engines/embedded/watches';
import { StoreError, storeErrors } from '#store/errors';
import type { Awaitable } from '#support/awaitable';
import { transactionDurationMsMax } from '#support/limits';

const orderMax = 0xffff;

export class EmbeddedTransaction implements EngineTransaction {
  /** The same reads without a conflict check. */
  readonly snapshot: StoreSnapshot = {
    get: (bytes) => this.#get(bytes, false),
    getRange: (range, options) => this.#getRange(range, options, false),
    position: () => this.position(),
  };
  readonly #transactor: Transactor;
  #reading: Snapshot | undefined;
  #version = 0;
  #startedAtMs = 0;
  #state: 'open' | 'committed' | 'cancelled' | 'failed' = 'open';
  /** A read that was refused: the commit fails with it, as in FoundationDB's client. */
  #refusedRead: StoreError | undefined;
  #writes: OwnWrites | undefined;
  #order = 0;
  readonly #keysRead: string[] = [];
  readonly #rangesRead: ByteStringRange[] = [];
  readonly #writeConflicts: ByteStringRange[] = [];
  readonly #watches: PendingWatch[] = [];

  constructor(transactor: Transactor) {
    this.#transactor = transactor;
  }

  get(bytes: Buffer): Buffer | undefined {
    return this.#get(bytes, true);
  }

  getRange(range: KeyRange, options?: RangeOptions): Awaitable<Page> {
    return this.#getRange(range, options, true);
  }

  position(): Position {
    this.#read();
    return readerPosition(this.#version);
  }

  set(bytes: Buffer, value: Buffer): void {
    this.#write().set(legalKey(bytes), bytes, value);
  }

  clear(bytes: Buffer): void {
    this.#write().clear(legalKey(bytes), bytes);
  }

  clearRange(range: KeyRange): void {
    const { begin, end } = legalRange(range);
    this.#write().clearRange(begin, end);
  }

  add(bytes: Buffer, operand: Buffer): void {
    this.#write().apply(legalKey(bytes), bytes, addLittleEndian, operand);
  }

  max(bytes: Buffer, operand: Buffer): void {
    this.#write().apply(legalKey(bytes), bytes, maxLittleEndian, operand);
  }

  setStampedKey(template: Buffer, offset: number, value: Buffer): void {
    legalKey(template);
    const lowest = this.#reading ? packStamp(this.#version) : firstStamp;
    this.#write().setStampedKey(template, offset, value, lowest);
  }

  setStampedValue(bytes: Buffer, template: Buffer, offset: number): void {
    this.#write().setStampedValue(legalKey(bytes), bytes, template, offset);
  }

  addReadConflict(range: KeyRange): void {
    this.#read();
    this.#rangesRead.push(legalRange(range));
  }

  addWriteConflict(range: KeyRange): void {
    this.#assertOpen();
    this.#writeConflicts.push(legalRange(range));
  }

  watch(bytes: Buffer): Watch {
    const key = legalKey(bytes);
    this.#read();
    if (this.#writes?.keyIsUnreadable(key)) {
      const blind = new PendingWatch(key, bytes, undefined);
      blind.reject(unreadable());
      return blind;
    }
    const watch = new PendingWatch(key, bytes, this.#get(bytes, true));
    this.#watches.push(watch);
    return watch;
  }

  nextOrder(): number {
    if (this.#order > orderMax) {
      throw new StoreError(storeErrors.clientInvalidOperation, 'A transaction orders at most 65,536 rows');
    }
    return this.#order++;
  }

  async commit(): Promise<CommitStamp> {
    this.#assertOpen();
    let version: number;
    try {
      if (this.#refusedRead) throw this.#refusedRead;
      version = this.#judge();
    } catch (error) {
      this.#end('failed');
      for (const watch of this.#watches) watch.reject(asStoreError(error));
      throw error;
    }
    this.#end('committed');
    await this.#transactor.durable(version);
    return commitStamp(version);
  }

  cancel(): void {
    if (this.#state !== 'open') return;
    this.#end('cancelled');
    for (const watch of this.#watches) watch.reject(cancelled());
  }

  durable(): Promise<void> {
    return this.#transactor.durable(this.#version);
  }

  /** Commits; the version at which this transaction stands. */
  #judge(): number {
    const changesNothing = this.#writes === undefined && this.#writeConflicts.length === 0;
    // What was read at one version needs no check when nothing is written on the strength of it.
    if (changesNothing || this.#reading) this.#read();
    if (this.#reading && this.#transactor.clock.now() - this.#startedAtMs > transactionDurationMsMax) {
      throw tooOld();
    }
    const version = changesNothing
      ? this.#version
      : this.#transactor.commit({
          version: this.#version,
          keysRead: this.#keysRead,
          rangesRead: this.#rangesRead,
          writes: this.#writes,
          writeConflicts: this.#writeConflicts,
        });
    this.#transactor.arm(this.#watches);
    return version;
  }

  #end(state: 'committed' | 'cancelled' | 'failed'): void {
    this.#state = state;
    if (this.#reading) this.#transactor.releaseSnapshot(this.#reading);
  }

  #assertOpen(): void {
    // Errors are made where they are thrown: each takes a stack trace, which costs more than a small commit.
    if (this.#state === 'cancelled') throw cancelled();
    if (this.#state !== 'open') {
      throw new StoreError(storeErrors.usedDuringCommit, 'The transaction was used after its commit');
    }
    this.#transactor.assertUsable();
  }

  /** What to read from, at `#version`, which the first read takes. Throws 1007 when that version is gone. */
  #read(): Snapshot {
    this.#assertOpen();
    if (this.#reading === undefined) {
      this.#reading = this.#transactor.acquireSnapshot();
      this.#version = this.#transactor.committedVersion;
      this.#startedAtMs = this.#transactor.clock.now();
    } else if (this.#reading.isExpired) {
      throw tooOld();
    }
    return this.#reading;
  }

  #write(): OwnWrites {
    this.#assertOpen();
    return (this.#writes ??= new OwnWrites());
  }

  #get(bytes: Buffer, checked: boolean): Buffer | undefined {
    const key = legalKey(bytes);
    const reading = this.#read();
    if (this.#writes?.keyIsUnreadable(key)) throw (this.#refusedRead = unreadable());
    const own = this.#writes?.find(key);
    if (own !== undefined && own.complete === undefined) return own.value;
    if (checked) this.#keysRead.push(key);
    const stored = this.#transactor.read(key, bytes, reading, this.#version);
    return own?.complete ? own.complete(stored, firstStamp) : stored;
  }

  #getRange(range: KeyRange, options: RangeOptions = {}, checked: boolean): Awaitable<Page> {
    const { begin, end } = legalRange(range);
    const snapshot = this.#read();
    if (begin >= end || options.limit === 0) return emptyPage;
    if (this.#writes?.isUnreadable(begin, end)) throw (this.#refusedRead = unreadable());
    const request = { begin, end, limit: options.limit, reverse: options.reverse ?? false };
    const page = readRange(request, range, {
      own: this.#writes,
      history: this.#transactor.history,
      snapshot,
      version: this.#version,
      completedValue: (_key, bytes) => this.#get(bytes, false),
    });
    if (!(page instanceof Promise)) return this.#noteRange(request, page, checked);
    return page.then((arrived) => {
      this.#read();
      return this.#noteRange(request, arrived, checked);
    });
  }

  /** Only what the page covers was read: a write behind its last entry does not conflict. */
  #noteRange({ begin, end, reverse }: RangeRequest, page: Page, checked: boolean): Page {
    if (!checked) return page;
    const lastEntry = page.more ? page.entries.at(-1) : undefined;
    if (lastEntry === undefined) {
      this.#rangesRead.push({ begin, end });
      return page;
    }
    const last = toByteString(lastEntry.key);
    this.#rangesRead.push(reverse ? { begin: last, end } : { begin, end: `${last}\0` });
    return page;
  }
}

function cancelled(): StoreError {
  return new StoreError(storeErrors.transactionCancelled, 'The transaction was cancelled');
}

function tooOld(): StoreError {
  return new StoreError(storeErrors.transactionTooOld, 'The transaction is older than five seconds');
}

function unreadable(): StoreError {
  return new StoreError(
    storeErrors.accessedUnreadable,
    'A transaction cannot read what it has itself stamped: the stamp is not known yet',
  );
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(storeErrors.ioError, 'The transaction could not be committed', { cause: error });
}
