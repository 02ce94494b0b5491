// Trims the databases' logs of changes. What is older than some minutes nobody tails any more; those who do find the
// floor and look at the streams themselves. Logs have positions and no times, so the trimmer remembers where each log
// stood, and forgets with it: after a restart it takes as long again until it trims.
import type { Clock } from '#support/clock';
import { changeLogKeptMs, changeLogTrimMs } from '#support/limits';
import type { Logger } from '#support/logging';

/** A database's log of changes; `P` is its notion of a position. */
export interface TrimmedLog<P> {
  readonly name: string;
  position(): Promise<P>;
  /** Removes everything up to a position. */
  trim(through: P): Promise<void>;
}

/** Starts at once; disposing waits for the round that is under way. */
export function startLogTrimmer<P>(
  logs: readonly TrimmedLog<P>[],
  { clock, logger }: { clock: Clock; logger: Logger },
): AsyncDisposable {
  const stopping = new AbortController();
  const trimmers = logs.map((log) => makeTrimmer(log, clock));
  const running = (async () => {
    while (!stopping.signal.aborted) {
      for (const { name, trim } of trimmers) {
        await trim().catch((error: unknown) =>
          logger.error({ error, name }, 'a log of changes stays as it is'),
        );
      }
      await clock.sleep(changeLogTrimMs, stopping.signal);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

function makeTrimmer<P>({ name, position, trim }: TrimmedLog<P>, clock: Clock) {
  const remembered: { readonly at: number; readonly position: P }[] = [];
  return {
    name,
    async trim(): Promise<void> {
      const now = clock.now();
      remembered.push({ at: now, position: await position() });
      const kept = remembered.findIndex(({ at }) => at > now - changeLogKeptMs);
      const [through] = remembered.splice(0, kept).slice(-1);
      if (through) await trim(through.position);
    },
  };
}
