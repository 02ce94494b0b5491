// What a body is handed: an engine's transaction behind FoundationDB's limits, so that what an embedded engine takes a
// cluster takes too. Source: FoundationDB documentation, "Known limitations" and "Error codes".

import type {
  EngineTransaction,
  KeyRange,
  Page,
  Position,
  RangeOptions,
  Snapshot,
  Transaction,
  Watch,
} from '#store/contract';
import { StoreError, storeErrors } from '#store/errors';
import { stampBytes } from '#store/versionstamp';
import type { Awaitable } from '#support/awaitable';
import type { Clock } from '#support/clock';
import { keyBytesMax, transactionBytesMax, transactionDurationMsMax, valueBytesMax } from '#support/limits';

/** A stamped key or value travels with four bytes that name the offset, and the limit counts them. */
const offsetSuffixBytes = 4;
/** What FoundationDB's client counts for each mutation and each conflict range beside its bytes. */
const mutationOverheadBytes = 48;
const conflictOverheadBytes = 32;
const firstSystemByte = 0xff;

function checkKey(key: Buffer, bytesMax = keyBytesMax): void {
  if (key.length > bytesMax) {
    throw new StoreError(
      storeErrors.keyTooLarge,
      `a key has at most ${bytesMax} bytes here, not ${key.length}`,
    );
  }
  if (key[0] === firstSystemByte) {
    throw new StoreError(storeErrors.keyOutsideLegalRange, 'keys from 0xFF on belong to the system');
  }
}

/** A range may end at 0xFF, where the user's keys end, and one byte behind the longest key. */
function checkRange(range: KeyRange): void {
  const { begin, end } = range;
  if (begin.length > keyBytesMax + 1 || end.length > keyBytesMax + 1) {
    throw new StoreError(
      storeErrors.keyTooLarge,
      `a range's ends have at most ${keyBytesMax + 1} bytes, not ${Math.max(begin.length, end.length)}`,
    );
  }
  if (Buffer.compare(begin, end) > 0) {
    throw new StoreError(storeErrors.invertedRange, 'a range begins behind its end');
  }
  if (end[0] === firstSystemByte && end.length > 1) {
    throw new StoreError(storeErrors.keyOutsideLegalRange, 'a range ends at 0xFF at the latest');
  }
}

function checkValue(value: Buffer, bytesMax = valueBytesMax): void {
  if (value.length > bytesMax) {
    throw new StoreError(
      storeErrors.valueTooLarge,
      `a value has at most ${bytesMax} bytes here, not ${value.length}`,
    );
  }
}

function checkLimit(options: RangeOptions | undefined): void {
  const limit = options?.limit;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new StoreError(storeErrors.clientInvalidOperation, `a range's limit is at least 1, not ${limit}`);
  }
}

function checkStampOffset(bytes: Buffer, offset: number): void {
  if (!Number.isInteger(offset) || offset < 0 || offset + stampBytes > bytes.length) {
    throw new StoreError(
      storeErrors.clientInvalidOperation,
      `a stamp of ${stampBytes} bytes does not fit at offset ${offset} of ${bytes.length} bytes`,
    );
  }
}

/** The reads of a body; after `end()` every use throws 2017, after five seconds 1007. */
export class GuardedSnapshot implements Snapshot {
  readonly #reads: Snapshot;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  #ended = false;

  constructor(reads: Snapshot, clock: Clock) {
    this.#reads = reads;
    this.#clock = clock;
    this.#deadlineMs = clock.now() + transactionDurationMsMax;
  }

  get(key: Buffer): Awaitable<Buffer | undefined> {
    this.checkUsable();
    checkKey(key);
    return this.#reads.get(key);
  }

  getRange(range: KeyRange, options?: RangeOptions): Awaitable<Page> {
    this.checkUsable();
    checkRange(range);
    checkLimit(options);
    return this.#reads.getRange(range, options);
  }

  position(): Awaitable<Position> {
    this.checkUsable();
    return this.#reads.position();
  }

  end(): void {
    this.#ended = true;
  }

  checkUsable(): void {
    if (this.#ended) {
      throw new StoreError(
        storeErrors.usedDuringCommit,
        'a transaction was used after its body had ended: await every read before returning',
      );
    }
    this.checkAge();
  }

  checkAge(): void {
    if (this.#clock.now() > this.#deadlineMs) {
      throw new StoreError(
        storeErrors.transactionTooOld,
        `a transaction lives at most ${transactionDurationMsMax} ms`,
      );
    }
  }
}

/** A body's transaction: it knows what the body has written, and how much. */
export class GuardedTransaction extends GuardedSnapshot implements Transaction {
  readonly #transaction: EngineTransaction;
  readonly #clock: Clock;
  #snapshot: GuardedSnapshot | undefined;
  #sizeBytes = 0;
  /** True once there is something that only a commit brings about: a mutation or a write conflict. */
  hasWrites = false;
  /** True once the body has asked for a watch, which a commit arms. */
  hasWatches = false;

  constructor(transaction: EngineTransaction, clock: Clock) {
    super(transaction, clock);
    this.#transaction = transaction;
    this.#clock = clock;
  }

  get snapshot(): Snapshot {
    this.#snapshot ??= new GuardedSnapshot(this.#transaction.snapshot, this.#clock);
    return this.#snapshot;
  }

  override end(): void {
    super.end();
    this.#snapshot?.end();
  }

  /** What has to hold before an engine is asked to commit. */
  checkCommit(): void {
    this.checkAge();
    if (this.#sizeBytes > transactionBytesMax) {
      throw new StoreError(
        storeErrors.transactionTooLarge,
        `a transaction has at most ${transactionBytesMax} bytes of writes and conflicts, not ${this.#sizeBytes}`,
      );
    }
  }

  override get(key: Buffer): Awaitable<Buffer | undefined> {
    this.#countConflict(key, key);
    return super.get(key);
  }

  override getRange(range: KeyRange, options?: RangeOptions): Awaitable<Page> {
    this.#countConflict(range.begin, range.end);
    return super.getRange(range, options);
  }

  set(key: Buffer, value: Buffer): void {
    checkKey(key);
    checkValue(value);
    this.#countMutation(key, value);
    this.#transaction.set(key, value);
  }

  clear(key: Buffer): void {
    checkKey(key);
    this.#countMutation(key, key);
    this.#transaction.clear(key);
  }

  clearRange(range: KeyRange): void {
    checkRange(range);
    this.#countMutation(range.begin, range.end);
    this.#transaction.clearRange(range);
  }

  add(key: Buffer, operand: Buffer): void {
    checkKey(key);
    checkValue(operand);
    this.#countMutation(key, operand);
    this.#transaction.add(key, operand);
  }

  max(key: Buffer, operand: Buffer): void {
    checkKey(key);
    checkValue(operand);
    this.#countMutation(key, operand);
    this.#transaction.max(key, operand);
  }

  setStampedKey(key: Buffer, offset: number, value: Buffer): void {
    checkKey(key, keyBytesMax - offsetSuffixBytes);
    checkValue(value);
    checkStampOffset(key, offset);
    this.#countMutation(key, value);
    this.#transaction.setStampedKey(key, offset, value);
  }

  setStampedValue(key: Buffer, value: Buffer, offset: number): void {
    checkKey(key);
    checkValue(value, valueBytesMax - offsetSuffixBytes);
    checkStampOffset(value, offset);
    this.#countMutation(key, value);
    this.#transaction.setStampedValue(key, value, offset);
  }

  addReadConflict(range: KeyRange): void {
    this.checkUsable();
    checkRange(range);
    this.#countConflict(range.begin, range.end);
    this.#transaction.addReadConflict(range);
  }

  addWriteConflict(range: KeyRange): void {
    this.checkUsable();
    checkRange(range);
    this.hasWrites = true;
    this.#countConflict(range.begin, range.end);
    this.#transaction.addWriteConflict(range);
  }

  watch(key: Buffer): Watch {
    this.checkUsable();
    checkKey(key);
    this.hasWatches = true;
    const watch = this.#transaction.watch(key);
    // An attempt that does not commit rejects its watches, and nobody need be listening to that.
    watch.changed.catch(() => undefined);
    return watch;
  }

  nextOrder(): number {
    this.checkUsable();
    return this.#transaction.nextOrder();
  }

  #countConflict(begin: Buffer, end: Buffer): void {
    this.#sizeBytes += conflictOverheadBytes + begin.length + end.length;
  }

  /** A mutation counts with the write conflict that comes with it. */
  #countMutation(key: Buffer, operand: Buffer): void {
    this.checkUsable();
    this.hasWrites = true;
    this.#sizeBytes +=
      mutationOverheadBytes + conflictOverheadBytes + key.length * 2 + key.length + operand.length;
  }
}
