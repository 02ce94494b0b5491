// What is built on the store, on a real cluster: directories, chunks, and commits whose outcome gets lost.
import { expect, test } from 'vitest';
import { readChunks, writeChunks } from '#store/chunks';
import { listDirectories, openDirectory } from '#store/directory';
import { makeFaultyEngine } from '#store/engines/faulty';
import { clearOldRequests } from '#store/requests';
import { makeStore } from '#store/store';
import { packTuple } from '#store/tuple';
import { readStamp } from '#store/versionstamp';
import { systemClock } from '#support/clock';
import { valueBytesMax } from '#support/limits';
import { seededRandom, systemRandom } from '#support/random';
import { openClusterEngine, openClusterStore } from './cluster.ts';

test('concurrent creators of a directory agree', async () => {
  await using store = await openClusterStore();
  const names = Array.from({ length: 40 }, (_, index) => `directory ${index % 20}`);
  const prefixes = await Promise.all(names.map((name) => openDirectory(store, ['many', name])));
  expect(new Set(prefixes.map((prefix) => prefix.toString('hex'))).size).toBe(20);
  expect(await listDirectories(store)).toHaveLength(21);
});

test('values of several rows come back whole', async () => {
  await using store = await openClusterStore();
  const value = seededRandom('chunks').bytes(valueBytesMax * 20 + 17);
  const prefix = packTuple(['chunks']);
  await store.transact((transaction) => writeChunks(transaction, prefix, value));
  const read = await store.read((reader) => readChunks(reader, prefix));
  expect(read?.equals(value)).toBe(true);
});

test('each transaction takes effect exactly once while outcomes get lost', async () => {
  const engine = makeFaultyEngine(await openClusterEngine(), {
    clock: systemClock,
    random: systemRandom,
    chances: { conflict: 0.05, unknownApplied: 0.2, unknownNotApplied: 0.1, unknownAppliedLater: 0.1 },
  });
  await using store = makeStore(engine);
  const prefix = Buffer.from('row');
  const calls = Array.from({ length: 60 }, async (_, call) => {
    const { stamp } = await store.transact((transaction) => {
      const key = Buffer.concat([prefix, Buffer.alloc(12)]);
      key.writeUInt16BE(transaction.nextOrder(), prefix.length + 10);
      transaction.setStampedKey(key, prefix.length, Buffer.from(String(call)));
    });
    return `${stamp} ${call}`;
  });
  const answers = (await Promise.all(calls)).sort();
  const page = await store.read((reader) =>
    reader.getRange({ begin: prefix, end: Buffer.from('rox') }, { limit: 1_000 }),
  );
  const rows = page.entries.map(({ key, value }) => `${readStamp(key, prefix.length)} ${value}`);
  expect(rows.sort()).toEqual(answers);
  await clearOldRequests(store, systemClock);
});

test('a watch tells of a change, and closing ends one that waits', async () => {
  const key = Buffer.from('watched');
  const store = await openClusterStore();
  const watchOnce = async () => (await store.transact((transaction) => transaction.watch(key))).value;
  const first = await watchOnce();
  await store.transact((transaction) => transaction.set(key, Buffer.from('1')));
  await first.changed;
  const second = await watchOnce();
  const outcome = expect(second.changed).rejects.toThrow();
  second.cancel();
  await outcome;
  await store[Symbol.asyncDispose]();
});
