// Carries out deliveries: one process holds the lease on the queue and serves many hosts at once, each in its own order.
// It wakes when something is queued, sleeps until the next delivery is due, and starts from the queue alone after a crash.
import { setImmediate } from 'node:timers/promises';
import {
  acquireQueue,
  type Deliveries,
  type Lease,
  LeaseLostError,
  releaseQueue,
  renewQueue,
} from '#domain/social/deliveries/deliveries';
import { expandFanOut } from '#domain/social/deliveries/expand-fan-out';
import { findWork, type HostTurn, untilWork, type Work } from '#domain/social/deliveries/find-work';
import { serveHost } from '#domain/social/deliveries/serve-host';
import {
  delivererLeaseMs,
  delivererRenewalMs,
  delivererRestMs,
  deliveryHostsMax,
  shutdownGraceMs,
} from '#support/limits';
import { randomToken } from '#support/random';

/**
 * Starts delivering at once. Disposing ends what is under way within `shutdownGraceMs` and gives the lease back.
 * @param holder who it is, among all that share the queue; one of the same name that has died is not waited for
 */
export function startActivityDeliverer(
  deliveries: Deliveries,
  holder: string = randomToken(deliveries.random, 16),
): AsyncDisposable {
  const stopping = new AbortController();
  const abort = new AbortController();
  const running = run(deliveries, holder, stopping.signal, abort.signal);
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      const grace = new AbortController();
      void deliveries.clock.sleep(shutdownGraceMs, grace.signal).then(() => abort.abort());
      await running;
      grace.abort();
    },
  };
}

async function run(
  deliveries: Deliveries,
  holder: string,
  stopping: AbortSignal,
  abort: AbortSignal,
): Promise<void> {
  const { clock, logger } = deliveries;
  while (!stopping.aborted) {
    try {
      const lease = await acquireQueue(deliveries, holder, delivererLeaseMs);
      if (lease) await deliverWhileHeld(deliveries, lease, stopping, abort);
      else await clock.sleep(delivererRenewalMs, stopping);
    } catch (error) {
      logger.error({ error }, 'the deliverer of activities starts anew');
      await clock.sleep(delivererRenewalMs, stopping);
    }
  }
}

async function deliverWhileHeld(
  deliveries: Deliveries,
  lease: Lease,
  stopping: AbortSignal,
  abort: AbortSignal,
): Promise<void> {
  const lost = new AbortController();
  const shift = new Shift(deliveries, lease, {
    stopping: AbortSignal.any([stopping, lost.signal]),
    abort: AbortSignal.any([abort, lost.signal]),
    lose: () => lost.abort(),
  });
  const renewing = keepRenewing(deliveries, lease, shift);
  try {
    await shift.work();
  } finally {
    await shift.end();
    await renewing;
  }
  if (!lost.signal.aborted) await releaseQueue(deliveries, lease);
}

async function keepRenewing(deliveries: Deliveries, lease: Lease, shift: Shift): Promise<void> {
  const { clock } = deliveries;
  let expiresMs = lease.expiresMs;
  for (;;) {
    await clock.sleep(delivererRenewalMs, shift.ended);
    if (shift.ended.aborted) return;
    try {
      ({ expiresMs } = await renewQueue(deliveries, lease, delivererLeaseMs));
    } catch (error) {
      if (error instanceof LeaseLostError || clock.now() >= expiresMs) return shift.lose(error);
    }
  }
}

interface ShiftSignals {
  readonly stopping: AbortSignal;
  readonly abort: AbortSignal;
  lose(): void;
}

/** The time for which a lease is held. */
class Shift {
  readonly #deliveries: Deliveries;
  readonly #lease: Lease;
  readonly #signals: ShiftSignals;
  readonly #ended = new AbortController();
  readonly #serving = new Map<string, Promise<void>>();
  #expanding: Promise<void> | undefined;
  /** Hosts are served in a round, in the order of their names. */
  #lastHost: string | undefined;
  #wake: () => void = () => undefined;

  constructor(deliveries: Deliveries, lease: Lease, signals: ShiftSignals) {
    this.#deliveries = deliveries;
    this.#lease = lease;
    this.#signals = signals;
  }

  /** Aborted when the lease need no longer be renewed. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  lose(error: unknown): void {
    const { logger } = this.#deliveries;
    logger.warn({ error }, 'another process delivers activities now');
    this.#signals.lose();
  }

  async work(): Promise<void> {
    const { clock } = this.#deliveries;
    const { stopping } = this.#signals;
    while (!stopping.aborted) {
      const restedAt = clock.now() + delivererRestMs;
      const work = await findWork(this.#deliveries, 2 * deliveryHostsMax, this.#lastHost);
      const isFull = this.#begin(work);
      await this.#untilMore(work, isFull);
      if (restedAt > clock.now()) await clock.sleep(restedAt - clock.now(), stopping);
    }
  }

  /** Waits for what is under way. */
  async end(): Promise<void> {
    await Promise.all([...this.#serving.values(), this.#expanding]);
    this.#ended.abort();
  }

  /** Begins what can be begun; answers whether hosts had to be left for want of room. */
  #begin({ turns, hasFanOut }: Work): boolean {
    if (hasFanOut && !this.#expanding) {
      this.#expanding = this.#guard(() => this.#expand()).finally(() => {
        this.#expanding = undefined;
        this.#wake();
      });
    }
    for (const turn of turns) {
      if (this.#serving.has(turn.host)) continue;
      if (this.#serving.size >= deliveryHostsMax) return true;
      this.#lastHost = turn.host;
      this.#serving.set(
        turn.host,
        this.#guard(() => this.#serve(turn)).finally(() => {
          this.#serving.delete(turn.host);
          this.#wake();
        }),
      );
    }
    return false;
  }

  #serve(turn: HostTurn): Promise<void> {
    return serveHost(this.#deliveries, this.#lease, turn, this.#signals);
  }

  async #expand(): Promise<void> {
    while (!this.#signals.stopping.aborted && (await expandFanOut(this.#deliveries, this.#lease))) {
      // However many pages there are, everything else has its turn in between.
      await setImmediate();
    }
  }

  /** An error ends one piece of work, which comes up again after a pause, or the shift where the lease is lost. */
  async #guard(work: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#deliveries;
    try {
      await work();
    } catch (error) {
      if (error instanceof LeaseLostError) return this.lose(error);
      logger.error({ error }, 'delivering activities failed on our side');
      await clock.sleep(delivererRenewalMs, this.#signals.stopping);
    }
  }

  /** Resolves when there may be more to begin: something committed, a turn come, or room where there was none. */
  async #untilMore({ mark, nextTurnAt }: Work, isFull: boolean): Promise<void> {
    const { clock, logger } = this.#deliveries;
    const { stopping } = this.#signals;
    const done = new AbortController();
    const end = () => done.abort();
    stopping.addEventListener('abort', end);
    if (stopping.aborted) end();
    this.#wake = end;
    const waits = [aborted(done.signal)];
    if (!isFull) {
      waits.push(
        untilWork(this.#deliveries, mark, done.signal).catch(async (error: unknown) => {
          if (done.signal.aborted) return;
          logger.error({ error }, 'the deliverer of activities cannot watch its queue');
          await clock.sleep(delivererRenewalMs, done.signal);
        }),
      );
      if (nextTurnAt !== undefined) {
        waits.push(clock.sleep(Math.max(nextTurnAt - clock.now(), 0), done.signal));
      }
    }
    await Promise.race(waits);
    end();
    stopping.removeEventListener('abort', end);
  }
}

/** Resolves when the signal is aborted; to be used with signals that live no longer than what waits for them. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
