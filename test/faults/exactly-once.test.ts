// Storms of lost outcomes, conflicts and delays over the memory engine: whatever happens, each call takes effect exactly
// once, and its answer and stamp are those of the attempt that did.
import { expect, test } from 'vitest';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { readStamp } from '#store/versionstamp';
import type { Clock } from '#support/clock';
import { seededRandom } from '#support/random';

const writers = 12;
const callsEach = 6;
const counterKey = Buffer.from('counter');
const rowPrefix = Buffer.from('row');

/** Real time, but no pause is longer than one turn of the event loop. */
const hastyClock: Clock = {
  now: () => Date.now(),
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
};

const seeds = Array.from({ length: 12 }, (_, index) => `storm ${index}`);

test.each(seeds)('%s', async (seed) => {
  const random = seededRandom(seed);
  const engine = makeFaultyEngine(openMemoryEngine(), {
    clock: hastyClock,
    random,
    chances: {
      conflict: 0.1,
      tooOld: 0.05,
      unknownApplied: 0.2,
      unknownNotApplied: 0.15,
      unknownAppliedLater: 0.15,
    },
    delayMsMax: 1,
  });
  await using store = makeStore(engine, { clock: hastyClock, random });

  const answers: { label: string; count: number; stamp: string }[] = [];
  const write = async (writer: number): Promise<void> => {
    for (let call = 0; call < callsEach; call++) {
      const label = `${writer}/${call}`;
      const { value, stamp } = await store.transact(async (transaction) => {
        const count = Number((await transaction.get(counterKey)) ?? 0) + 1;
        transaction.set(counterKey, Buffer.from(String(count)));
        transaction.setStampedKey(
          Buffer.concat([rowPrefix, Buffer.alloc(10)]),
          rowPrefix.length,
          Buffer.from(`${label} ${count}`),
        );
        return count;
      });
      answers.push({ label, count: value, stamp });
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));

  const rows = await store.read(async (reader) => {
    const page = await reader.getRange({ begin: rowPrefix, end: Buffer.from('rox') });
    expect(page.more).toBe(false);
    return page.entries;
  });
  const stored = rows.map(({ key, value }) => {
    const [label = '', count] = value.toString().split(' ');
    return { label, count: Number(count), stamp: readStamp(key, rowPrefix.length) as string };
  });
  answers.sort((one, other) => one.count - other.count);
  expect(stored).toEqual(answers);
  expect(stored.map(({ count }) => count)).toEqual(
    Array.from({ length: writers * callsEach }, (_, index) => index + 1),
  );
  expect(engine.struck.unknownApplied).toBeGreaterThan(0);
  expect(engine.struck.unknownAppliedLater).toBeGreaterThan(0);
});
