// The lease on a queue of the social database: however many processes share the database, one at a time carries out what
// is queued there, and a holder that was overtaken writes nothing any more.
import type { Mark } from '#databases/social/record-engine';
import type { Lease, SocialDatabase } from '#databases/social/social-database';
import type { Clock } from '#support/clock';
import type { Logger } from '#support/logging';
import { type Random, randomToken } from '#support/random';

export { type Lease, LeaseLostError } from '#databases/social/social-database';

/** What carrying out any queue takes. */
export interface WorkParts {
  readonly social: SocialDatabase;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Takes the lease on `work` for `holder`: undefined while another has it. */
export function acquireWork(
  { social, clock, random }: WorkParts,
  { work, holder, durationMs }: { work: string; holder: string; durationMs: number },
): Promise<Lease | undefined> {
  return social.acquireLease({
    work,
    holder,
    fence: randomToken(random, 16),
    nowMs: clock.now(),
    durationMs,
  });
}

/** Throws `LeaseLostError` where another has taken over. */
export function renewWork({ social, clock }: WorkParts, lease: Lease, durationMs: number): Promise<Lease> {
  return social.renewLease(lease, { nowMs: clock.now(), durationMs });
}

export function releaseWork({ social }: WorkParts, lease: Lease): Promise<void> {
  return social.releaseLease(lease);
}

/** Resolves when something has been queued behind `mark`, or `signal` is aborted. */
export function untilWork({ social }: WorkParts, mark: Mark, signal: AbortSignal): Promise<void> {
  return social.untilQueued(mark, signal);
}

export type { Mark } from '#databases/social/record-engine';
