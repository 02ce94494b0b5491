// What an answer means for a delivery and for its host: when it is tried again, what goes ahead of it, when to give up.
// Pure. A host that fails is held back as a whole, so that its deliveries stay in order and cost one probe at a time; a
// delivery that is answered with errors again and again steps aside, so that it cannot hold up the others for ever.
import type { DeliveryAttempt, DeliveryRecord } from '#databases/social/records/deliveries';
import type { FailingHostRecord } from '#databases/social/records/failing-hosts';
import type { DeliveryResult } from '#network/deliver-activity';
import {
  deliveryAgeMsMax,
  deliveryAttemptsInTurnMax,
  deliveryErrorCharactersMax,
  deliveryHistoryMax,
  deliveryPauseMsMax,
  deliveryPauseMsMin,
} from '#support/limits';

export interface Step {
  readonly delivery: DeliveryRecord;
  /** The host as it stands now; undefined where it is in good health. */
  readonly failing: FailingHostRecord | undefined;
}

/** `chance` is a random number from 0 up to 1, `now` in milliseconds since the Unix epoch. */
export function nextStep(
  delivery: DeliveryRecord,
  failing: FailingHostRecord | undefined,
  result: DeliveryResult,
  { now, chance }: { now: number; chance: number },
): Step {
  const tried = withAttempt(delivery, result, now);
  const host = nextHealth(tried, failing, result, { now, chance });
  if (result.outcome === 'delivered') return { delivery: { ...tried, state: 'delivered' }, failing: host };
  if (result.outcome === 'refused' || isTooOld(delivery, now)) {
    return { delivery: { ...tried, state: 'failed' }, failing: host };
  }
  // Held back with its host it keeps its turn; otherwise it makes way.
  const isHeld = host !== undefined && host.retryAt > now;
  const keepsTurn = isHeld && (result.status === undefined || tried.attempts < deliveryAttemptsInTurnMax);
  const dueAt = keepsTurn ? delivery.dueAt : now + pauseMs(tried.attempts, chance);
  return { delivery: { ...tried, dueAt }, failing: host };
}

/** Given up without another attempt. */
export function giveUp(delivery: DeliveryRecord, now: number, error: string): DeliveryRecord {
  return { ...delivery, state: 'failed', history: remember(delivery.history, { at: now, error }) };
}

/** Too old to be tried again; one that was never tried gets its one attempt, unless its host fails. */
export function isExpired(
  delivery: DeliveryRecord,
  failing: FailingHostRecord | undefined,
  now: number,
): boolean {
  return isTooOld(delivery, now) && (delivery.attempts > 0 || isFailing(failing));
}

function isFailing(failing: FailingHostRecord | undefined): boolean {
  return failing !== undefined && failing.failures > 0;
}

function isTooOld({ createdAt }: DeliveryRecord, now: number): boolean {
  return now - createdAt >= deliveryAgeMsMax;
}

/**
 * From `deliveryPauseMsMin` up to twice that after the first failure, twice as long after each further one, and never
 * more than `deliveryPauseMsMax`. Half of each longest pause is left to chance, so that servers fall out of step.
 */
export function pauseMs(failures: number, chance: number): number {
  const longest = Math.min(2 * deliveryPauseMsMin * 2 ** Math.min(failures - 1, 32), deliveryPauseMsMax);
  return Math.round(longest / 2 + (longest / 2) * chance);
}

function nextHealth(
  { host }: DeliveryRecord,
  failing: FailingHostRecord | undefined,
  result: DeliveryResult,
  { now, chance }: { now: number; chance: number },
): FailingHostRecord | undefined {
  if (result.health === 'alive') return undefined;
  const asked = result.outcome === 'retry' ? result.retryAfterMs : undefined;
  if (result.health === 'failing') {
    const failures = (failing?.failures ?? 0) + 1;
    // The host knows best when it will be back, sooner or later than we would have guessed.
    return { host, failures, retryAt: now + (asked ?? pauseMs(failures, chance)) };
  }
  // Neither a sign of life nor of trouble; but a host that asks for a pause gets it.
  if (asked !== undefined) return { host, failures: failing?.failures ?? 0, retryAt: now + asked };
  if (!isFailing(failing) || !failing) return undefined;
  return { ...failing, retryAt: now + pauseMs(failing.failures, chance) };
}

function withAttempt(delivery: DeliveryRecord, result: DeliveryResult, at: number): DeliveryRecord {
  const attempt: DeliveryAttempt = {
    at,
    ...(result.status === undefined ? {} : { status: result.status }),
    ...(result.outcome === 'delivered' ? {} : { error: result.reason.slice(0, deliveryErrorCharactersMax) }),
  };
  return {
    ...delivery,
    attempts: delivery.attempts + 1,
    history: remember(delivery.history, attempt),
  };
}

function remember(history: readonly DeliveryAttempt[], attempt: DeliveryAttempt): DeliveryAttempt[] {
  return [...history.slice(1 - deliveryHistoryMax), attempt];
}
