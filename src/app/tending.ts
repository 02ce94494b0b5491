// What a server does for its stores while it runs: each database's log of changes is trimmed, and on a cluster the
// records of old requests are cleared away.
import type { Stores } from '#app/stores';
import type { Position } from '#store/contract';
import { clearOldRequests } from '#store/requests';
import type { Clock } from '#support/clock';
import type { Logger } from '#support/logging';
import { startLogTrimmer } from '#workers/log-trimmer';

type DatabaseName = 'rooms' | 'accounts' | 'transitory' | 'social';

/** A database whose log can be trimmed. */
interface Logged {
  trimLog(through: Position): Promise<void>;
}

export interface TendingParts {
  readonly stores: Stores;
  readonly databases: Readonly<Partial<Record<DatabaseName, Logged>>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often the records of old requests are cleared: they lie there for days before they are old. */
const requestsClearedEveryMs = 6 * 60 * 60 * 1_000;

/** Starts the workers; `building` ends them. */
export function startTending(
  { stores, databases, clock, logger }: TendingParts,
  building: AsyncDisposableStack,
): void {
  const logs = Object.entries(databases).map(([name, database]) => ({
    name,
    position: () => stores[name as DatabaseName].read((snapshot) => snapshot.position()),
    trim: (through: Position) => database.trimLog(through),
  }));
  building.use(startLogTrimmer(logs, { clock, logger }));
  const ending = new AbortController();
  const clearing = clearRequestsNowAndThen(new Set(Object.values(stores)), { clock, logger }, ending.signal);
  building.defer(() => {
    ending.abort();
    return clearing;
  });
}

async function clearRequestsNowAndThen(
  stores: ReadonlySet<Stores[DatabaseName]>,
  { clock, logger }: Pick<TendingParts, 'clock' | 'logger'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(requestsClearedEveryMs, signal);
    if (signal.aborted) return;
    for (const store of stores) {
      await clearOldRequests(store, clock).catch((error: unknown) => {
        logger.warn({ error }, 'the records of old requests could not be cleared');
      });
    }
  }
}
