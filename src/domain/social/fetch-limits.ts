// How often we let strangers make us fetch: a signature names a key, and anybody can name any key; a boost names any note.
// Bounds by key and by host keep a flood of them from becoming a flood of fetches.
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
  /**
   * Counts a fetch that may wait: answers with how long, in milliseconds, after which it goes ahead without being counted
   * again. Undefined where that would be longer than `waitMsMax`, and nothing is counted.
   */
  reserve(subject: string, waitMsMax: number): number | undefined;
}

/** The generic cell rate algorithm: one number for each subject, of which `subjectsMax` are remembered. */
export function makeFetchLimits(clock: Clock, { burst, intervalMs }: Rate, subjectsMax: number): FetchLimits {
  // When the subject's allowance would be whole again.
  const arrivals = new LRUCache<string, number>({ max: subjectsMax });
  const look = (subject: string) => {
    const now = clock.now();
    const arrival = Math.max(arrivals.get(subject) ?? now, now);
    return {
      waitMs: Math.max(arrival + intervalMs - burst * intervalMs - now, 0),
      next: arrival + intervalMs,
    };
  };
  return {
    admit(subject) {
      const { waitMs, next } = look(subject);
      if (waitMs === 0) arrivals.set(subject, next);
      return waitMs;
    },
    reserve(subject, waitMsMax) {
      const { waitMs, next } = look(subject);
      if (waitMs > waitMsMax) return undefined;
      arrivals.set(subject, next);
      return waitMs;
    },
  };
}
