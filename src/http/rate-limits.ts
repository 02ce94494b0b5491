// Rate limits for every API in one place: the generic cell rate algorithm (one number per subject), in bounded memory.
// Client-Server API, "Rate limiting".
import { LRUCache } from 'lru-cache';
import type { Clock } from '#support/clock';
import { ProtocolError } from '#support/errors';

/** How often a subject may call operations of a class: steadily, and at once after a quiet time. */
interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Rates are per user where a user is known and per client address otherwise. They leave room for a busy client and a
 * household behind one address, and stop guessing (login, registration) and flooding.
 */
export const rateClasses = {
  /** Attempts to sign in, by client address. */
  login: { perSecond: 0.5, burst: 20 },
  /** Attempts to sign in to one account, from wherever. */
  loginToAccount: { perSecond: 0.1, burst: 10 },
  registration: { perSecond: 0.2, burst: 10 },
  /** Events sent by one user. */
  send: { perSecond: 20, burst: 200 },
  /** Other changes by one user: rooms, memberships, profile, settings. */
  write: { perSecond: 10, burst: 100 },
  read: { perSecond: 50, burst: 500 },
  sync: { perSecond: 20, burst: 100 },
  /** What the public may read without signing in: documents, profiles, discovery. */
  discovery: { perSecond: 50, burst: 500 },
  /** Activities posted to our inboxes, by address. */
  inbox: { perSecond: 50, burst: 1_000 },
  /** Requests of other Matrix servers. */
  federation: { perSecond: 100, burst: 2_000 },
} as const satisfies Record<string, Rate>;

export type RateClass = keyof typeof rateClasses;

/** So many subjects are remembered per class; beyond that the ones that were quiet longest are forgotten. */
export const rateSubjectsMax = 10_000;

export interface RateLimits {
  /**
   * Counts one call.
   * @throws ProtocolError limitExceeded with `retry_after_ms` when the subject must wait
   */
  admit(rateClass: RateClass, subject: string): void;
}

/** Limits that let everything pass, for `rate_limits = "off"`. */
export const noRateLimits: RateLimits = { admit() {} };

/** The limits of `rateClasses` under the given clock. */
export function makeRateLimits(clock: Clock, classes: Record<RateClass, Rate> = rateClasses): RateLimits {
  // Per class and subject: the time at which the subject's bucket would be full again (its theoretical arrival time).
  const arrivals = new Map<RateClass, LRUCache<string, number>>();
  return {
    admit(rateClass, subject) {
      const { perSecond, burst } = classes[rateClass];
      let bySubject = arrivals.get(rateClass);
      if (!bySubject) arrivals.set(rateClass, (bySubject = new LRUCache({ max: rateSubjectsMax })));
      const now = clock.now();
      const intervalMs = 1_000 / perSecond;
      const arrival = Math.max(bySubject.get(subject) ?? now, now);
      const waitMs = Math.ceil(arrival + intervalMs - burst * intervalMs - now);
      if (waitMs > 0) {
        throw new ProtocolError(
          'limitExceeded',
          `Too many requests: wait ${waitMs} ms before the next one.`,
          {
            retry_after_ms: waitMs,
          },
        );
      }
      bySubject.set(subject, arrival + intervalMs);
    },
  };
}
