// When those who wait must be answered. Many wait and nearly all are woken by something else first, so they share timers:
// one for every tenth of a second in which a wait ends.
import type { Clock } from '#support/clock';

export class Deadlines implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  readonly #waiting = new Map<number, Set<() => void>>();
  readonly #timers = new Set<Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Has `wake` called at `atMs` (milliseconds since the Unix epoch) or within a tenth of a second; answers what takes that back. */
  at(atMs: number, wake: () => void): () => void {
    const tick = Math.ceil(atMs / tickMs);
    let waiting = this.#waiting.get(tick);
    if (!waiting) {
      this.#waiting.set(tick, (waiting = new Set()));
      const timer = this.#run(tick, waiting).finally(() => this.#timers.delete(timer));
      this.#timers.add(timer);
    }
    waiting.add(wake);
    return () => waiting.delete(wake);
  }

  async #run(tick: number, waiting: Set<() => void>): Promise<void> {
    await this.#clock.sleep(Math.max(0, tick * tickMs - this.#clock.now()), this.#closing.signal);
    this.#waiting.delete(tick);
    for (const wake of waiting) wake();
  }

  /** Wakes everybody. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#timers);
  }
}

const tickMs = 100;
