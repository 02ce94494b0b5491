// How often we let strangers make us fetch: a signature names a key, and anybody can name any key. Bounds by key and by
// host keep a flood of signatures from becoming a flood of fetches.
import { LRUCache } from 'lru-cache';
import type { Clock } from '#support/clock';

interface Rate {
  /** So many at once after a quiet time. */
  readonly burst: number;
  /** One more after each of these. */
  readonly intervalMs: number;
}

export interface FetchLimits {
  /** Counts a fetch; answers with how long to wait, in milliseconds, and 0 where it may go ahead. */
  admit(subject: string): number;
}

/** The generic cell rate algorithm: one number for each subject, of which `subjectsMax` are remembered. */
export function makeFetchLimits(clock: Clock, { burst, intervalMs }: Rate, subjectsMax: number): FetchLimits {
  // When the subject's allowance would be whole again.
  const arrivals = new LRUCache<string, number>({ max: subjectsMax });
  return {
    admit(subject) {
      const now = clock.now();
      const arrival = Math.max(arrivals.get(subject) ?? now, now);
      const waitMs = arrival + intervalMs - burst * intervalMs - now;
      if (waitMs > 0) return waitMs;
      arrivals.set(subject, arrival + intervalMs);
      return 0;
    },
  };
}
