// A clock whose time passes only when it is told to, for tests that live through days in a moment.
import type { Clock } from '#support/clock';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export interface SimulatedClock extends Clock {
  /** Lets time pass, waking sleepers in order. */
  advance(durationMs: number): void;
  /** Lets time pass until the next sleeper wakes; answers false where nobody sleeps. */
  advanceToNext(): boolean;
}

export function simulateClock(startMs = Date.UTC(2026, 0, 1)): SimulatedClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  const next = (): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) if (!first || sleeper.at < first.at) first = sleeper;
    return first;
  };
  const wakeThrough = (untilMs: number): void => {
    for (let first = next(); first && first.at <= untilMs; first = next()) {
      nowMs = Math.max(nowMs, first.at);
      first.wake();
    }
    nowMs = Math.max(nowMs, untilMs);
  };
  return {
    now: () => nowMs,
    sleep: (durationMs, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { at: nowMs + durationMs, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
        if (signal?.aborted) wake();
      }),
    advance: (durationMs) => wakeThrough(nowMs + durationMs),
    advanceToNext() {
      const first = next();
      if (first) wakeThrough(first.at);
      return first !== undefined;
    },
  };
}
