// A host's turn: its deliveries go out one after the other, in their order, and what comes of each is stored before the
// next one leaves. A crash in between sends the one that was under way again, and loses nothing.
import type { DeliveryReader } from '#databases/social/delivery-reader';
import type { DeliveryRecord } from '#databases/social/records/deliveries';
import type { FailingHostRecord } from '#databases/social/records/failing-hosts';
import type { SocialWriter } from '#databases/social/social-writer';
import type { Deliveries } from '#domain/social/deliveries/deliveries';
import type { HostTurn } from '#domain/social/deliveries/find-work';
import { giveUp, isExpired, nextStep } from '#domain/social/deliveries/next-step';
import type { OutcomeLane } from '#domain/social/deliveries/outcome-lane';
import type { DeliveryResult } from '#network/deliver-activity';
import { deliveriesPerTurnMax, listingDelayMs } from '#support/limits';

export interface Signals {
  /** Nothing new is begun once this is aborted. */
  readonly stopping: AbortSignal;
  /** What is under way is broken off. */
  readonly abort: AbortSignal;
}

/**
 * Delivers what is due to a host, at most `deliveriesPerTurnMax`, and sets its next turn. Throws `LeaseLostError` where
 * another process has taken over.
 */
export async function serveHost(
  deliveries: Deliveries,
  outcomes: OutcomeLane,
  turn: HostTurn,
  signals: Signals,
): Promise<void> {
  const { clock } = deliveries;
  const { due, failing } = await findDue(deliveries, outcomes, turn.host);
  let health = failing;
  for (const [index, delivery] of due.entries()) {
    if (signals.stopping.aborted) break;
    const result = await attempt(deliveries, delivery, signals.abort);
    // Broken off by us, which says nothing: it is as if it had not been tried.
    if (result.outcome === 'retry' && signals.abort.aborted) return;
    const now = clock.now();
    const step = nextStep(delivery, health, result, { now, chance: chanceOf(deliveries) });
    const { delivery: stored, failing: next } = step;
    // A host that fails gets nothing more: the first delivery after its pause is the probe of a half-open breaker.
    const isLast = index === due.length - 1 || (next !== undefined && next.retryAt > now);
    await outcomes.store(async (writer) => {
      // What is left is listed before anything of it is written.
      const left = isLast ? await leftBeside(writer, delivery) : [];
      await storeStep(writer, delivery, stored, health, next);
      if (isLast) await setNextTurn(deliveries, writer, turn, [stored, ...left], now);
    });
    if (isLast) return;
    health = next;
  }
  const now = clock.now();
  await outcomes.store(async (writer) => {
    await setNextTurn(deliveries, writer, turn, await writer.deliveries.pending(turn.host, 1), now);
  });
}

interface Due {
  readonly failing: FailingHostRecord | undefined;
  readonly due: readonly DeliveryRecord[];
}

/** One read, unless there is something to give up. */
async function findDue(deliveries: Deliveries, outcomes: OutcomeLane, host: string): Promise<Due> {
  const { social, clock } = deliveries;
  for (;;) {
    const now = clock.now();
    const { failing, due } = await social.read(async ({ deliveries: queue }) => ({
      failing: await queue.failingHost(host),
      due: await listDue(queue, host, now),
    }));
    const expired = due.filter((delivery) => isExpired(delivery, failing, now));
    if (expired.length > 0) await expire(deliveries, outcomes, expired);
    else if (failing && failing.retryAt > now) return { failing, due: [] };
    else return { failing, due: due.slice(0, deliveriesPerTurnMax) };
  }
}

/** What was put off and is due again, then what keeps its turn. */
async function listDue(queue: DeliveryReader, host: string, now: number): Promise<DeliveryRecord[]> {
  const pending = await queue.pending(host, deliveriesPerTurnMax);
  const inTurn = pending.filter(({ dueAt }) => dueAt === 0);
  // A page that is not full has all that waits for the host.
  const isAll = pending.length < deliveriesPerTurnMax;
  const again = isAll
    ? pending.filter(({ dueAt }) => dueAt > 0 && dueAt <= now)
    : await queue.dueAgain(host, now, deliveriesPerTurnMax);
  return [...again, ...inTurn];
}

/** Gives up what has been tried for long enough: a host that is dead for good must not keep its deliveries for ever. */
async function expire(
  { clock }: Deliveries,
  outcomes: OutcomeLane,
  expired: readonly DeliveryRecord[],
): Promise<void> {
  const now = clock.now();
  await outcomes.store(async (writer) => {
    for (const { activity, inbox } of expired) {
      const current = await writer.deliveries.get(activity, inbox);
      if (current?.state === 'pending') {
        await writer.deliveries.put(giveUp(current, now, 'given up: tried for too long'));
      }
    }
  });
}

async function attempt(
  { parcels, deliver, logger }: Deliveries,
  delivery: DeliveryRecord,
  signal: AbortSignal,
): Promise<DeliveryResult> {
  const parcel = await parcels.make(delivery);
  if (!parcel) {
    const reason = 'the activity or its account is gone';
    return { outcome: 'refused', reason, gone: false, health: 'unknown' };
  }
  try {
    return await deliver(parcel, signal);
  } catch (error) {
    logger.error({ error, inbox: delivery.inbox }, 'a delivery failed on our side');
    return { outcome: 'retry', reason: 'failed on our side', health: 'unknown' };
  }
}

async function storeStep(
  writer: SocialWriter,
  before: DeliveryRecord,
  after: DeliveryRecord,
  health: FailingHostRecord | undefined,
  next: FailingHostRecord | undefined,
): Promise<void> {
  const { activity, inbox } = before;
  const current = await writer.deliveries.get(activity, inbox);
  // Withdrawn meanwhile.
  if (current?.state !== 'pending') return;
  await writer.deliveries.put(after);
  if (next) await writer.deliveries.setFailingHost(next);
  else if (health) await writer.deliveries.clearFailingHost(before.host);
}

/** What is pending for a host beside one delivery: the first of it to come due. */
async function leftBeside(writer: SocialWriter, { host, activity, inbox }: DeliveryRecord) {
  const first = await writer.deliveries.pending(host, 2);
  return first.filter((other) => other.activity !== activity || other.inbox !== inbox);
}

/**
 * Takes the host's turns that have been served and sets the next one, if anything of what is left is pending. What is
 * queued meanwhile makes this conflict and run again, so that no delivery is left without a turn.
 */
async function setNextTurn(
  { social }: Deliveries,
  writer: SocialWriter,
  { host, dueAt }: HostTurn,
  left: readonly DeliveryRecord[],
  now: number,
): Promise<void> {
  const queue = writer.deliveries;
  const dueNext = left.filter(({ state }) => state === 'pending').map((delivery) => delivery.dueAt);
  const failing = await queue.failingHost(host);
  for (const time of dueAt) await queue.clearTurn({ host, dueAt: time });
  if (dueNext.length === 0) {
    // What has just been queued may not be listed yet: the host is looked at once more when it must be.
    if (social.promises.listings === 'delayed' && dueAt.includes(0)) {
      await queue.setTurn({ host, dueAt: now + listingDelayMs });
    }
    if (failing) await queue.clearFailingHost(host);
    return;
  }
  const time = Math.max(Math.min(...dueNext), failing?.retryAt ?? 0);
  await queue.setTurn({ host, dueAt: time > now ? time : 0 });
}

function chanceOf({ random }: Deliveries): number {
  return random.bytes(4).readUInt32BE() / 2 ** 32;
}
