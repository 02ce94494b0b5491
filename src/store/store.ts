// A store over any engine: attempts are repeated with back-off, limits are FoundationDB's, a commit of unknown outcome
// takes effect exactly once, and no answer precedes the durability of what it rests on (architecture.md, "The store").

import type {
  CommitStamp,
  Committed,
  Engine,
  EngineTransaction,
  Snapshot,
  Store,
  Transaction,
  TransactOptions,
} from '#store/contract';
import { StoreError, storeErrors } from '#store/errors';
import { GuardedSnapshot, GuardedTransaction } from '#store/guarded-transaction';
import { newRequestKey, settleRequest, writeRequest } from '#store/requests';
import { Retry } from '#store/retry';
import { stampOf } from '#store/versionstamp';
import type { Awaitable } from '#support/awaitable';
import { type Clock, systemClock } from '#support/clock';
import { type Random, systemRandom } from '#support/random';

export interface StoreOptions {
  /** Times attempts and pauses between them; a test that never moves its clock makes retries wait for ever. */
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Opens a store that owns `engine` and disposes of it. */
export function makeStore(engine: Engine, options: StoreOptions = {}): Store {
  return new RetryingStore(engine, options);
}

/** How an attempt ended that has no answer; `value` is what the body had answered before its commit got lost. */
type Failure<T> =
  | { readonly kind: 'failed'; readonly error: StoreError }
  | { readonly kind: 'unknown'; readonly error: StoreError; readonly value: T };
type Attempt<T> = { readonly kind: 'committed'; readonly committed: Committed<T> } | Failure<T>;

/** Before a commit was asked for nothing can have been committed, so that an unknown outcome is one more retry. */
function mayTryAgain(error: unknown): error is StoreError {
  return (
    error instanceof StoreError &&
    (error.isRetryable || error.isOutcomeUnknown || error.code === storeErrors.transactionTimedOut)
  );
}

/** The error, where the commit may have taken place; one that was timed out may have reached the cluster. */
function asUnknown(error: StoreError): StoreError | undefined {
  if (error.isOutcomeUnknown) return error;
  if (error.code !== storeErrors.transactionTimedOut) return undefined;
  return new StoreError(storeErrors.commitUnknownResult, error.message, { cause: error });
}

class RetryingStore implements Store {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(engine: Engine, options: StoreOptions) {
    this.#engine = engine;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
  }

  get failed(): AbortSignal {
    return this.#engine.failed;
  }

  transact<T>(
    body: (transaction: Transaction) => Awaitable<T>,
    options: TransactOptions = {},
  ): Promise<Committed<T>> {
    return this.#track(this.#transact(body, options));
  }

  read<T>(body: (snapshot: Snapshot) => Awaitable<T>): Promise<T> {
    return this.#track(this.#read(body));
  }

  /** Ends retries, waits for the calls that are under way, then closes the engine. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(new StoreError(storeErrors.transactionCancelled, 'the store is closed'));
    }
    await Promise.allSettled(this.#underWay);
    await this.#engine[Symbol.asyncDispose]();
  }

  #track<T>(call: Promise<T>): Promise<T> {
    this.#underWay.add(call);
    const done = () => this.#underWay.delete(call);
    call.then(done, done);
    return call;
  }

  #begin(signal?: AbortSignal): Retry {
    const retry = new Retry(this.#clock, this.#random, [this.#closing.signal, signal]);
    retry.throwIfAborted();
    return retry;
  }

  async #transact<T>(
    body: (transaction: Transaction) => Awaitable<T>,
    options: TransactOptions,
  ): Promise<Committed<T>> {
    const retry = this.#begin(options.signal);
    const needsRecord = this.#engine.commitMayBeUnknown && !options.idempotent;
    for (;;) {
      const request = needsRecord ? newRequestKey(this.#clock, this.#random) : undefined;
      const attempt = await this.#attempt(body, request);
      if (attempt.kind === 'committed') return attempt.committed;
      if (attempt.kind === 'unknown' && request) {
        const stamp = await this.#settle(request, attempt.error, retry);
        if (stamp) return { value: attempt.value, stamp };
        await retry.pause(attempt.error, false);
      } else {
        await retry.pause(attempt.error, attempt.kind === 'unknown');
      }
    }
  }

  async #attempt<T>(
    body: (transaction: Transaction) => Awaitable<T>,
    request: Buffer | undefined,
  ): Promise<Attempt<T>> {
    const transaction = this.#engine.begin();
    const guarded = new GuardedTransaction(transaction, this.#clock);
    let value: T;
    try {
      value = await body(guarded);
      guarded.end();
      if (!guarded.hasWrites) {
        const stamp = stampOf(await transaction.position());
        await transaction.durable();
        if (!guarded.hasWatches) transaction.cancel();
        else await transaction.commit();
        return { kind: 'committed', committed: { value, stamp } };
      }
      guarded.checkCommit();
      if (request) await writeRequest(transaction, request);
    } catch (error) {
      guarded.end();
      return { kind: 'failed', error: await this.#refuse(transaction, error) };
    }
    try {
      const stamp = await transaction.commit();
      return { kind: 'committed', committed: { value, stamp } };
    } catch (error) {
      if (!mayTryAgain(error)) throw error;
      const unknown = asUnknown(error);
      return unknown ? { kind: 'unknown', error: unknown, value } : { kind: 'failed', error };
    }
  }

  /**
   * Ends an attempt that did not come to its commit: returns the error when another attempt may do better, throws it
   * otherwise. A refusal is an answer, too: it waits until what the body has read is durable.
   */
  async #refuse(transaction: EngineTransaction, error: unknown): Promise<StoreError> {
    try {
      if (mayTryAgain(error)) return error;
      await transaction.durable();
    } finally {
      transaction.cancel();
    }
    throw error;
  }

  /** Asks until it is known whether the request was committed; gives up with the error of unknown outcome only. */
  async #settle(request: Buffer, unknown: StoreError, retry: Retry): Promise<CommitStamp | undefined> {
    for (;;) {
      try {
        return await settleRequest(this.#engine, request);
      } catch (error) {
        if (!mayTryAgain(error)) {
          throw new StoreError(storeErrors.commitUnknownResult, unknown.message, { cause: error });
        }
        await retry.pause(unknown, true);
      }
    }
  }

  async #read<T>(body: (snapshot: Snapshot) => Awaitable<T>): Promise<T> {
    const retry = this.#begin();
    for (;;) {
      const transaction = this.#engine.begin();
      const guarded = new GuardedSnapshot(transaction.snapshot, this.#clock);
      try {
        const value = await body(guarded);
        guarded.end();
        await transaction.durable();
        transaction.cancel();
        return value;
      } catch (error) {
        guarded.end();
        await retry.pause(await this.#refuse(transaction, error), false);
      }
    }
  }
}
