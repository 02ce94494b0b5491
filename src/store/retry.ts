// When a failed attempt at a transaction is made again: after how long, and until when.

import { StoreError, storeErrors } from '#store/errors';
import type { Clock } from '#support/clock';
import type { Random } from '#support/random';

export const retryAttemptsMax = 1_000;
export const retryDurationMsMax = 60_000;
/** The first pause is at most this long; each further one at most twice as long as the one before, up to the ceiling. */
export const firstPauseMsMax = 2;
export const pauseMsMax = 250;

/** The pauses of one call; `lives` is aborted when the store closes, `signal` by the caller. */
export class Retry {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #signals: readonly AbortSignal[];
  readonly #startedMs: number;
  #attempts = 1;

  constructor(clock: Clock, random: Random, signals: readonly (AbortSignal | undefined)[]) {
    this.#clock = clock;
    this.#random = random;
    this.#signals = signals.filter((signal) => signal !== undefined);
    this.#startedMs = clock.now();
  }

  /** Throws the reason of the first signal that was aborted. */
  throwIfAborted(): void {
    for (const signal of this.#signals) signal.throwIfAborted();
  }

  /**
   * Waits a random time before the next attempt (uniform from zero to the exponential bound, so that those who met
   * do not meet again). When no further attempt is due, throws the last attempt's error if its outcome is unknown:
   * nothing else is true of it; otherwise the signal's reason or 1031.
   */
  async pause(last: StoreError, outcomeUnknown: boolean): Promise<void> {
    const elapsedMs = this.#clock.now() - this.#startedMs;
    if (this.#attempts >= retryAttemptsMax || elapsedMs >= retryDurationMsMax) {
      if (outcomeUnknown) throw last;
      throw new StoreError(
        storeErrors.transactionTimedOut,
        `gave up after ${this.#attempts} attempts in ${elapsedMs} ms; the last one failed with: ${last.message}`,
        { cause: last },
      );
    }
    const boundMs = Math.min(pauseMsMax, firstPauseMsMax * 2 ** Math.min(this.#attempts - 1, 16));
    this.#attempts++;
    const durationMs = Math.floor((this.#random.bytes(4).readUInt32BE() / 2 ** 32) * (boundMs + 1));
    if (durationMs > 0) await this.#clock.sleep(durationMs, this.#signal());
    try {
      this.throwIfAborted();
    } catch (reason) {
      throw outcomeUnknown ? last : reason;
    }
  }

  #signal(): AbortSignal | undefined {
    return this.#signals.length > 1 ? AbortSignal.any([...this.#signals]) : this.#signals[0];
  }
}
