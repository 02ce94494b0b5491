import { expect, test } from 'vitest';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { clearOldRequests } from '#store/requests';
import { makeStore } from '#store/store';
import { seededRandom } from '#support/random';

const dayMs = 86_400_000;

test('records lie under 0xFD and are cleared a day later', async () => {
  let nowMs = 1_700_000_000_000;
  const clock = { now: () => nowMs, sleep: async () => undefined };
  const random = seededRandom('requests');
  await using store = makeStore(makeFaultyEngine(openMemoryEngine(), { clock, random }), { clock, random });
  const count = async () => {
    const page = await store.read((reader) =>
      reader.getRange({ begin: Buffer.of(0xfd), end: Buffer.of(0xfe) }),
    );
    return page.entries.length;
  };
  const write = () => store.transact((transaction) => transaction.set(Buffer.from('a'), Buffer.from('1')));
  await write();
  nowMs += dayMs - 3_600_000;
  await write();
  expect(await count()).toBe(2);
  await clearOldRequests(store, clock);
  expect(await count()).toBe(2);
  nowMs += 2 * 3_600_000;
  await clearOldRequests(store, clock);
  expect(await count()).toBe(1);
});
