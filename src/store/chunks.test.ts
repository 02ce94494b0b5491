import { expect, test } from 'vitest';
import { clearChunks, readChunks, writeChunks } from '#store/chunks';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { packTuple } from '#store/tuple';
import { valueBytesMax } from '#support/limits';
import { seededRandom } from '#support/random';

const prefix = packTuple(['overlay', 'one']);
const neighbours = [packTuple(['overlay', 'ona']), packTuple(['overlay', 'onf'])];

test.each([0, 1, valueBytesMax, valueBytesMax + 1, valueBytesMax * 3, valueBytesMax * 20 + 17])(
  '%i bytes come back as they were',
  async (length) => {
    await using store = makeStore(openMemoryEngine());
    const value = seededRandom('chunks').bytes(length);
    await store.transact((transaction) => {
      for (const neighbour of neighbours) writeChunks(transaction, neighbour, Buffer.from('neighbour'));
      writeChunks(transaction, prefix, value);
    });
    const read = await store.read((reader) => readChunks(reader, prefix));
    expect(read?.equals(value)).toBe(true);
  },
);

test('a shorter value leaves nothing of a longer one, and clearing leaves nothing', async () => {
  await using store = makeStore(openMemoryEngine());
  const read = () => store.read((reader) => readChunks(reader, prefix));
  expect(await read()).toBeUndefined();
  await store.transact((transaction) => writeChunks(transaction, prefix, Buffer.alloc(valueBytesMax * 2)));
  await store.transact((transaction) => writeChunks(transaction, prefix, Buffer.from('short')));
  expect(await read()).toEqual(Buffer.from('short'));
  await store.transact((transaction) => clearChunks(transaction, prefix));
  expect(await read()).toBeUndefined();
});

test('a missing piece is noticed', async () => {
  await using store = makeStore(openMemoryEngine());
  await store.transact((transaction) => writeChunks(transaction, prefix, Buffer.alloc(valueBytesMax * 3)));
  await store.transact((transaction) => transaction.clear(packTuple([1], prefix)));
  await expect(store.read((reader) => readChunks(reader, prefix))).rejects.toThrow('is missing');
});
