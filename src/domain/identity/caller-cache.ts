// Who calls with which access token, remembered for a few seconds: this process forgets at once what it logs out
// itself, and what another process logs out when the time is up.
import { LRUCache } from 'lru-cache';
import type { UserId } from '#protocol/matrix/identifiers';
import type { Clock } from '#support/clock';
import { callerCachedMsMax, callersCachedMax } from '#support/limits';

/** A signed-in user, as an access token names them. */
export interface Caller {
  readonly userId: UserId;
  readonly localpart: string;
  readonly deviceId: string;
}

interface Remembered {
  readonly caller: Caller;
  readonly until: number;
}

export interface CallerCache {
  get(token: string): Caller | undefined;
  /** Changes whenever somebody is forgotten: what was read before must not be remembered afterwards. */
  readonly generation: number;
  /** Remembers what was read from the database when `generation` was the given one. */
  remember(token: string, caller: Caller, generation: number): void;
  /** Forgets one device of a user, or all of them. */
  forget(userId: UserId, deviceId?: string): void;
}

export function makeCallerCache(clock: Clock): CallerCache {
  const remembered = new LRUCache<string, Remembered>({ max: callersCachedMax });
  let generation = 0;
  return {
    get(token) {
      const found = remembered.get(token);
      return found && clock.now() < found.until ? found.caller : undefined;
    },
    get generation() {
      return generation;
    },
    remember(token, caller, read) {
      if (read === generation) remembered.set(token, { caller, until: clock.now() + callerCachedMsMax });
    },
    forget(userId, deviceId) {
      generation++;
      for (const [token, { caller }] of remembered.entries()) {
        if (caller.userId === userId && (deviceId === undefined || caller.deviceId === deviceId)) {
          remembered.delete(token);
        }
      }
    },
  };
}
