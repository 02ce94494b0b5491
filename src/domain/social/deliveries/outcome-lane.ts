// What comes of deliveries to many hosts is stored together: while one transaction is under way, outcomes gather for the
// next one. Each host waits for its own to be durable before it is sent anything more, so that a crash repeats at most one
// delivery to each; and no two transactions of the one deliverer ever get in each other's way.
import type { SocialWriter } from '#databases/social/social-writer';
import { type Lease, LeaseLostError, type WorkParts } from '#domain/social/work-lease';
import { deliveryOutcomesAtOnce } from '#support/limits';

export interface OutcomeLane {
  /**
   * Stores what the body writes, in one transaction with what others store at the same time. Bodies are pure.
   * @throws LeaseLostError; what the body throws, which concerns nobody else; what keeps the back end from storing it
   */
  store(body: Body): Promise<void>;
  /** The same in a transaction that it has to itself, for what concerns hosts whose outcomes may be waiting. */
  storeAlone(body: Body): Promise<void>;
}

type Body = (writer: SocialWriter) => Promise<void>;

interface Job {
  readonly isAlone: boolean;
  readonly body: Body;
  readonly settle: PromiseWithResolvers<void>;
}

export function openOutcomeLane(parts: Pick<WorkParts, 'social'>, lease: Lease): OutcomeLane {
  let waiting: Job[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const alone = waiting.findIndex(({ isAlone }) => isAlone);
      const together = alone < 0 ? waiting.length : Math.max(alone, 1);
      const batch = waiting.slice(0, Math.min(together, deliveryOutcomesAtOnce));
      waiting = waiting.slice(batch.length);
      await storeTogether(parts, lease, batch);
    }
    isRunning = false;
  }

  function add(body: Body, isAlone: boolean): Promise<void> {
    const settle = Promise.withResolvers<void>();
    waiting.push({ body, isAlone, settle });
    if (!isRunning) void run();
    return settle.promise;
  }

  return {
    store: (body) => add(body, false),
    storeAlone: (body) => add(body, true),
  };
}

async function storeTogether(
  parts: Pick<WorkParts, 'social'>,
  lease: Lease,
  batch: readonly Job[],
): Promise<void> {
  const first = await tryStore(parts, lease, batch);
  if (!first) return resolveAll(batch);
  // An outcome that cannot be written keeps no other from being so.
  const others = batch.filter((job) => job !== first.culprit);
  if (!first.culprit || others.length === 0 || first.error instanceof LeaseLostError) {
    return rejectAll(batch, first.error);
  }
  first.culprit.settle.reject(first.error);
  const second = await tryStore(parts, lease, others);
  if (second) rejectAll(others, second.error);
  else resolveAll(others);
}

interface Failure {
  readonly error: unknown;
  /** Whose body threw the error, where it was one of theirs. */
  readonly culprit: Job | undefined;
}

async function tryStore(
  { social }: Pick<WorkParts, 'social'>,
  lease: Lease,
  batch: readonly Job[],
): Promise<Failure | undefined> {
  let running: Job | undefined;
  try {
    await social.writeHolding(lease, async (writer) => {
      for (const job of batch) {
        running = job;
        await job.body(writer);
      }
      running = undefined;
    });
    return undefined;
  } catch (error) {
    return { error, culprit: running };
  }
}

function resolveAll(batch: readonly Job[]): void {
  for (const { settle } of batch) settle.resolve();
}

function rejectAll(batch: readonly Job[], error: unknown): void {
  for (const { settle } of batch) settle.reject(error);
}
