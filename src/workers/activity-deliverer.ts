// Carries out deliveries: one process holds the lease on the queue and serves many hosts at once, each in its own order.
// It wakes when something is queued, sleeps until the next delivery is due, and starts from the queue alone after a crash.
import { setImmediate } from 'node:timers/promises';
import type { Deliveries } from '#domain/social/deliveries/deliveries';
import { expandFanOut } from '#domain/social/deliveries/expand-fan-out';
import { findWork } from '#domain/social/deliveries/find-work';
import { type OutcomeLane, openOutcomeLane } from '#domain/social/deliveries/outcome-lane';
import { serveHost } from '#domain/social/deliveries/serve-host';
import type { Lease } from '#domain/social/work-lease';
import { deliveryHostsMax } from '#support/limits';
import { randomToken } from '#support/random';
import { type ShiftSignals, startLeaseHolder } from '#workers/lease-holder';
import { type Job, openRound } from '#workers/round';

/**
 * Starts delivering at once. Disposing ends what is under way within `shutdownGraceMs` and gives the lease back.
 * @param holder who it is, among all that share the queue; one of the same name that has died is not waited for
 */
export function startActivityDeliverer(
  deliveries: Deliveries,
  holder: string = randomToken(deliveries.random, 16),
): AsyncDisposable {
  return startLeaseHolder(deliveries, {
    work: 'deliveries',
    holder,
    open: (lease, signals) => openRound(deliveries, planOf(deliveries, lease, signals), signals),
  });
}

function planOf(deliveries: Deliveries, lease: Lease, signals: ShiftSignals) {
  const outcomes = openOutcomeLane(deliveries, lease);
  /** Hosts are served in a round, in the order of their names. */
  let lastHost: string | undefined;
  const expanding: Job = {
    key: 'fan-out',
    takesRoom: false,
    run: () => expand(deliveries, outcomes, signals.stopping),
  };
  return {
    roomMax: deliveryHostsMax,
    async find() {
      const { turns, nextTurnAt, hasFanOut, mark } = await findWork(
        deliveries,
        2 * deliveryHostsMax,
        lastHost,
      );
      const serving = turns.map(
        (turn): Job => ({
          key: `host ${turn.host}`,
          takesRoom: true,
          run: () => {
            lastHost = turn.host;
            return serveHost(deliveries, outcomes, turn, signals);
          },
        }),
      );
      return { jobs: hasFanOut ? [expanding, ...serving] : serving, nextAt: nextTurnAt, mark };
    },
  };
}

async function expand(deliveries: Deliveries, outcomes: OutcomeLane, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted && (await expandFanOut(deliveries, outcomes))) {
    // However many pages there are, everything else has its turn in between.
    await setImmediate();
  }
}
