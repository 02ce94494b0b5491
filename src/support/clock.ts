// Time as a part that is passed in, so that whole servers can run in a test under one clock.
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `durationMs`, or at once when `signal` is aborted (it never rejects). */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(durationMs, signal) {
    await delay(durationMs, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
