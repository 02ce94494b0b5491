import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEngine } from '#store/open';
import { makeStore } from '#store/store';

test('opens the engines of one machine by their URI', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-open-'));
  try {
    for (const uri of ['memory:', `level:${join(folder, 'store')}`]) {
      await using store = makeStore(await openEngine(uri));
      await store.transact((transaction) => transaction.set(Buffer.from('a'), Buffer.from(uri)));
      expect(await store.read((reader) => reader.get(Buffer.from('a')))).toEqual(Buffer.from(uri));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['memory:somewhere', 'takes no path'],
  ['level:', 'lacks the path'],
  ['foundationdb:', 'lacks the path'],
  ['sqlite:x', 'memory:, level:PATH or foundationdb:CLUSTERFILE'],
  ['/var/lib/hearth', 'names no engine'],
  ['foundationdb:/nowhere/fdb.cluster', 'cluster file /nowhere/fdb.cluster cannot be read'],
])('%s is refused: %s', async (uri, message) => {
  await expect(openEngine(uri)).rejects.toThrow(message);
});
