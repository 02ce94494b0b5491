import { expect, test } from 'vitest';
import { findDirectory, listDirectories, openDirectory } from '#store/directory';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';

async function dump(store: ReturnType<typeof makeStore>): Promise<Record<string, string>> {
  const page = await store.read((reader) => reader.getRange({ begin: Buffer.of(0), end: Buffer.of(0xff) }));
  return Object.fromEntries(
    page.entries.map(({ key, value }) => [key.toString('latin1'), value.toString('latin1')]),
  );
}

test('a directory is created on first use and found again', async () => {
  await using store = makeStore(openMemoryEngine());
  expect(await store.read((reader) => findDirectory(reader, ['hearth', 'rooms']))).toBeUndefined();
  const rooms = await openDirectory(store, ['hearth', 'rooms']);
  const accounts = await openDirectory(store, ['hearth', 'accounts']);
  expect(rooms.equals(accounts)).toBe(false);
  expect(await openDirectory(store, ['hearth', 'rooms'])).toEqual(rooms);
  expect(await listDirectories(store)).toEqual([
    { path: ['hearth'], prefix: Buffer.of(0x14) },
    { path: ['hearth', 'accounts'], prefix: accounts },
    { path: ['hearth', 'rooms'], prefix: rooms },
  ]);
  await expect(openDirectory(store, [])).rejects.toThrow(RangeError);
});

// Worked out by hand from the layout that the language bindings of FoundationDB share: nodes under FE, the root's node
// named by that prefix, `version`, `layer`, subdirectories under 0, and the allocator's counters and recent numbers.
test('nodes have the bytes of the standard layer', async () => {
  await using store = makeStore(openMemoryEngine());
  await openDirectory(store, ['a', 'é']);
  const root = '\xfe\x01\xfe\x00';
  expect(await dump(store)).toEqual({
    [`${root}\x01version\x00`]: '\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
    [`${root}\x14\x02a\x00`]: '\x14',
    '\xfe\x01\x14\x00\x01layer\x00': '',
    '\xfe\x01\x14\x00\x14\x02\xc3\xa9\x00': '\x15\x01',
    '\xfe\x01\x15\x01\x00\x01layer\x00': '',
    [`${root}\x01hca\x00\x14\x14`]: '\x02\x00\x00\x00\x00\x00\x00\x00',
    [`${root}\x01hca\x00\x15\x01\x14`]: '',
    [`${root}\x01hca\x00\x15\x01\x15\x01`]: '',
  });
});

test('concurrent creators agree, and no prefix is given out twice or begins another', async () => {
  await using store = makeStore(openMemoryEngine());
  const names = Array.from({ length: 100 }, (_, index) => `directory ${index % 50}`);
  const prefixes: Buffer[] = [];
  for (let start = 0; start < names.length; start += 10) {
    const batch = names.slice(start, start + 10).flatMap((name) => [name, name]);
    prefixes.push(...(await Promise.all(batch.map((name) => openDirectory(store, ['many', name])))));
  }
  const different = new Set(prefixes.map((prefix) => prefix.toString('hex')));
  expect(different.size).toBe(50);
  for (const one of different) {
    for (const other of different) expect(one !== other && other.startsWith(one)).toBe(false);
  }
  expect(Math.max(...prefixes.map((prefix) => prefix.length))).toBeLessThanOrEqual(3);
});

test('a prefix with keys of others below it is passed over', async () => {
  await using store = makeStore(openMemoryEngine());
  await store.transact((transaction) => transaction.set(Buffer.from('1400', 'hex'), Buffer.of(1)));
  expect(await openDirectory(store, ['a'])).toEqual(Buffer.from('1501', 'hex'));
});

test('a newer layout is not touched', async () => {
  await using store = makeStore(openMemoryEngine());
  await store.transact((transaction) =>
    transaction.set(
      Buffer.from('\xfe\x01\xfe\x00\x01version\x00', 'latin1'),
      Buffer.from('020000000000000000000000', 'hex'),
    ),
  );
  await expect(openDirectory(store, ['a'])).rejects.toThrow('layout');
});
