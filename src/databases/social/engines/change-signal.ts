// Waiting for changes where the back end does not say when there are any: what this process writes wakes at once, and what
// others write is found by looking again at times.
import type { Mark, RecordEngine } from '#databases/social/record-engine';
import type { Clock } from '#support/clock';
import { recordPollMs } from '#support/limits';

export interface ChangeSignal extends Pick<RecordEngine, 'mark' | 'untilChanged'> {
  /** To be called when a write that woke has been committed. */
  wake(): void;
}

export function openChangeSignal(clock: Clock): ChangeSignal {
  let wakes = 0;
  let waiting = Promise.withResolvers<void>();
  return {
    wake() {
      wakes++;
      waiting.resolve();
      waiting = Promise.withResolvers();
    },
    mark: async () => String(wakes) as Mark,
    async untilChanged(after, signal) {
      if (signal.aborted || after !== String(wakes)) return;
      const ending = new AbortController();
      try {
        await Promise.race([
          waiting.promise,
          clock.sleep(recordPollMs, AbortSignal.any([signal, ending.signal])),
        ]);
      } finally {
        ending.abort();
      }
    },
  };
}
