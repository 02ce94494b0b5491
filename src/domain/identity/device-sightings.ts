// When and from where devices were last seen, coarsely: one write per device and five minutes, beside the request that
// brings it, which does not wait. Client-Server API, "Device Management": it "may be a few minutes out of date".
import { LRUCache } from 'lru-cache';
import type { AccountsDatabase } from '#databases/accounts/accounts-database';
import type { Caller } from '#domain/identity/caller-cache';
import type { Clock } from '#support/clock';
import { sightingIntervalMs, sightingsCachedMax } from '#support/limits';
import type { Logger } from '#support/logging';

export interface DeviceSightings extends AsyncDisposable {
  /** Notes that a device has called. */
  note(caller: Caller, address: string): void;
}

export function makeDeviceSightings(
  accounts: AccountsDatabase,
  clock: Clock,
  logger: Logger,
): DeviceSightings {
  const noted = new LRUCache<string, number>({ max: sightingsCachedMax });
  const underWay = new Set<Promise<unknown>>();

  async function write({ userId, deviceId }: Caller, address: string, at: number): Promise<void> {
    try {
      await accounts.write(
        async (writer) => {
          // The device may have been removed in the meantime: nothing must be left of it.
          if (await writer.device(userId, deviceId)) writer.setDeviceSeen(userId, deviceId, { at, address });
        },
        { idempotent: true },
      );
    } catch (error) {
      logger.warn({ error, userId }, 'could not note when a device was last seen');
    }
  }

  return {
    note(caller, address) {
      const now = clock.now();
      const key = `${caller.userId}\0${caller.deviceId}`;
      if (now - (noted.get(key) ?? Number.NEGATIVE_INFINITY) < sightingIntervalMs) return;
      noted.set(key, now);
      const writing: Promise<void> = write(caller, address, now).finally(() => underWay.delete(writing));
      underWay.add(writing);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(underWay);
    },
  };
}
