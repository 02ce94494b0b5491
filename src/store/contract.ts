// What an ordered, transactional store of bytes promises. The semantics are FoundationDB's, because on a cluster that
// is what it is; the engines for one machine are held to the same behaviour by the same tests (test/engines).
import type { Awaitable } from '#support/awaitable';

/**
 * The ten bytes that a commit is stamped with (8 of version, 2 of order within the batch), as 20 lower-case hex
 * digits: comparing two with `<` compares commits. Order is total per store.
 */
export type CommitStamp = string & { readonly __commitStamp: unique symbol };

/**
 * A place in a store's total order: a commit stamp and two bytes of order within the transaction, as 24 lower-case
 * hex digits, comparable with `<`. "Everything up to P" means every row whose stamp is <= P.
 */
export type Position = string & { readonly __position: unique symbol };

/** From `begin` (included) to `end` (left out), in the order of unsigned bytes. */
export interface KeyRange {
  readonly begin: Buffer;
  readonly end: Buffer;
}

export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
}

export interface RangeOptions {
  /** At most so many entries; without it a page holds as many as the engine finds fit (at least one). */
  readonly limit?: number;
  /** From the end of the range backward. */
  readonly reverse?: boolean;
}

/** A page of a range. `more` says that the range may go on behind the last entry (before it, in reverse). */
export interface Page {
  readonly entries: readonly KeyValue[];
  readonly more: boolean;
}

/** Reads at one version of the store. */
export interface Snapshot {
  get(key: Buffer): Awaitable<Buffer | undefined>;
  getRange(range: KeyRange, options?: RangeOptions): Awaitable<Page>;
  /**
   * The position of this reader: it sees every row stamped at or before it and none after. The two bytes of order
   * (and, on a cluster, of the batch) are all ones.
   */
  position(): Awaitable<Position>;
}

/** Told once when a key's value has changed since the transaction that made it, some time after that commits. */
export interface Watch {
  readonly changed: Promise<void>;
  cancel(): void;
}

/**
 * Reads see the transaction's own writes (except stamped ones: reading what this transaction itself has stamped is
 * error 1036). Every read is checked at commit for writes by others since this transaction's version.
 */
export interface Transaction extends Snapshot {
  /** The same reads without a conflict check: own writes are seen, writes by others since do not conflict. */
  readonly snapshot: Snapshot;
  set(key: Buffer, value: Buffer): void;
  clear(key: Buffer): void;
  clearRange(range: KeyRange): void;
  /** Adds a little-endian integer of the operand's width to the stored one (absent = 0), wrapping; never conflicts. */
  add(key: Buffer, operand: Buffer): void;
  /** Keeps the larger of the stored value (absent = empty) and the operand, as little-endian unsigned integers. */
  max(key: Buffer, operand: Buffer): void;
  /** Sets `key` with its ten bytes at `offset` replaced by the commit stamp. */
  setStampedKey(key: Buffer, offset: number, value: Buffer): void;
  /** Sets `key` to `value` with its ten bytes at `offset` replaced by the commit stamp. */
  setStampedValue(key: Buffer, value: Buffer, offset: number): void;
  /** Makes this transaction conflict with writes by others to the range, as if it had read it. */
  addReadConflict(range: KeyRange): void;
  /** Makes other readers of the range conflict with this transaction, as if it had written it. */
  addWriteConflict(range: KeyRange): void;
  /** The watch is armed when the transaction commits; a transaction that does not commit rejects `changed`. */
  watch(key: Buffer): Watch;
  /** The next unused two-byte order within this transaction (0, 1, 2, …); past 65,535 is an error. */
  nextOrder(): number;
}

/** What a transaction answered, and the stamp of its commit (for one that wrote nothing: of the version it read). */
export interface Committed<T> {
  readonly value: T;
  readonly stamp: CommitStamp;
}

export interface TransactOptions {
  /**
   * The body does nothing twice that it may not do twice, so after a commit of unknown outcome it may simply run
   * again. Without it the store writes a request record on engines that can lose an outcome, and reads it first.
   */
  readonly idempotent?: boolean;
  /** Ends the retries between attempts. */
  readonly signal?: AbortSignal;
}

/**
 * Strictly serializable. Bodies are pure: they may run several times (on conflict) and do nothing but read, write and
 * compute. An answer is given only once what it rests on is durable: `transact` after its own commit is flushed,
 * `read` after everything it saw is.
 */
export interface Store extends AsyncDisposable {
  /** As the engine's. */
  readonly failed: AbortSignal;
  transact<T>(
    body: (transaction: Transaction) => Awaitable<T>,
    options?: TransactOptions,
  ): Promise<Committed<T>>;
  read<T>(body: (snapshot: Snapshot) => Awaitable<T>): Promise<T>;
}

/** One attempt at a transaction, as an engine gives it; `commit` or `cancel` ends it. */
export interface EngineTransaction extends Transaction {
  /** Rejects with `StoreError`: 1020 conflict, 1021 outcome unknown, 1007 too old, 2101 too large, … */
  commit(): Promise<CommitStamp>;
  cancel(): void;
  /** Resolves once everything this transaction could have read is durable. */
  durable(): Promise<void>;
}

/** An engine knows single attempts only. Retries, limits and request records are the same for all: store.ts. */
export interface Engine extends AsyncDisposable {
  /** True where a commit's outcome can stay unknown (1021), as on a cluster. */
  readonly commitMayBeUnknown: boolean;
  /**
   * Aborted, with the `StoreError` as its reason, once nothing more can be read or committed until the store is opened
   * again: a write to disk has failed, so that what is in memory and what is on disk may differ. Never by closing.
   */
  readonly failed: AbortSignal;
  begin(): EngineTransaction;
}
