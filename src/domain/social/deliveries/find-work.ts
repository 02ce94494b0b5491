// What there is to do: the hosts whose turn it is, and when the next one's comes.
import type { Mark } from '#databases/social/record-engine';
import type { Deliveries } from '#domain/social/deliveries/deliveries';
import { listingDelayMs } from '#support/limits';

export interface HostTurn {
  readonly host: string;
  /** The times of the host's turns that this one stands for, in milliseconds since the Unix epoch. */
  readonly dueAt: readonly number[];
}

export interface Work {
  readonly turns: readonly HostTurn[];
  /** When to look again: when the next turn comes that has not come yet. */
  readonly nextTurnAt: number | undefined;
  readonly hasFanOut: boolean;
  /** Everything that was committed up to here has been looked at. */
  readonly mark: Mark;
}

/**
 * Reads the turns that have come: about `limit` that were put off and are due, and as many immediate ones behind
 * `afterHost` in the order of names, from where it goes round, so that every host has its turn however many there are.
 */
export async function findWork(
  { social, clock }: Deliveries,
  limit: number,
  afterHost: string | undefined,
): Promise<Work> {
  const now = clock.now();
  const mark = await social.mark();
  return social.read(async ({ deliveries }) => {
    const [again, immediate, nextAt, fanOut] = await Promise.all([
      deliveries.dueTurns(now, limit),
      deliveries.immediateTurns(limit, afterHost),
      deliveries.nextTurnAt(now),
      deliveries.oldestFanOut(),
    ]);
    const rest = limit - immediate.length;
    const around = rest > 0 && afterHost !== undefined ? await deliveries.immediateTurns(rest) : [];
    const hosts = new Map<string, Set<number>>();
    for (const { host, dueAt } of [...again, ...immediate, ...around]) {
      const times = hosts.get(host);
      if (times) times.add(dueAt);
      else hosts.set(host, new Set([dueAt]));
    }
    const turns = [...hosts].map(([host, times]) => ({ host, dueAt: [...times] }));
    // A fan-out may not be listed yet when its transaction wakes us.
    const lookAgainAt =
      social.promises.listings === 'delayed' ? now + listingDelayMs : Number.POSITIVE_INFINITY;
    const nextTurnAt = Math.min(nextAt ?? Number.POSITIVE_INFINITY, lookAgainAt);
    return {
      turns,
      nextTurnAt: Number.isFinite(nextTurnAt) ? nextTurnAt : undefined,
      hasFanOut: fanOut !== undefined,
      mark,
    };
  });
}
