import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { changeLogKeptMs, changeLogTrimMs } from '#support/limits';
import { silentLogger } from '#support/logging';
import { simulateClock } from '#support/simulated-clock';
import { startLogTrimmer } from '#workers/log-trimmer';

it('trims what was there some minutes ago, and goes on when a log fails', async () => {
  const clock = simulateClock();
  const started = clock.now();
  const trimmed: number[] = [];
  const log = {
    name: 'rooms',
    // The position is the time, so that what is trimmed says how old it was.
    position: async () => clock.now(),
    trim: async (through: number) => {
      trimmed.push(through);
      if (trimmed.length === 1) throw new Error('the store is away');
    },
  };
  const trimmer = startLogTrimmer([log], { clock, logger: silentLogger });
  const rounds = changeLogKeptMs / changeLogTrimMs;
  for (let round = 0; round < rounds; round++) {
    await setImmediate();
    expect(trimmed).toEqual([]);
    clock.advance(changeLogTrimMs);
  }
  await setImmediate();
  expect(trimmed).toEqual([started]);
  clock.advance(changeLogTrimMs);
  await setImmediate();
  expect(trimmed).toEqual([started, started + changeLogTrimMs]);
  await trimmer[Symbol.asyncDispose]();
  clock.advance(10 * changeLogTrimMs);
  await setImmediate();
  expect(trimmed).toHaveLength(2);
});
