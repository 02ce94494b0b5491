import { expect, it } from 'vitest';
import { openChangeSignal } from '#databases/social/engines/change-signal';
import type { Clock } from '#support/clock';
import { recordPollMs } from '#support/limits';

/** A clock whose sleeps end when the test says so. */
function sleepingClock() {
  const sleeps: { durationMs: number; end: () => void }[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: (durationMs, signal) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal?.addEventListener('abort', () => resolve());
      sleeps.push({ durationMs, end: resolve });
      return promise;
    },
  };
  return { clock, sleeps };
}

it('wakes on a write of this process, also on one before the wait', async () => {
  const { clock, sleeps } = sleepingClock();
  const changes = openChangeSignal(clock);
  const { signal } = new AbortController();
  const mark = await changes.mark();
  const woken = changes.untilChanged(mark, signal);
  changes.wake();
  await woken;
  await changes.untilChanged(mark, signal);
  expect(sleeps).toHaveLength(1);
});

it('looks again after a while, and ends with its signal', async () => {
  const { clock, sleeps } = sleepingClock();
  const changes = openChangeSignal(clock);
  const stopping = new AbortController();
  const mark = await changes.mark();
  const polled = changes.untilChanged(mark, stopping.signal);
  expect(sleeps.map(({ durationMs }) => durationMs)).toEqual([recordPollMs]);
  sleeps[0]?.end();
  await polled;
  const stopped = changes.untilChanged(mark, stopping.signal);
  stopping.abort();
  await stopped;
  await changes.untilChanged(mark, stopping.signal);
  expect(sleeps).toHaveLength(2);
});
