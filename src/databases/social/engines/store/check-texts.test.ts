import { expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import { notes } from '#databases/social/records/notes';
import type { Origin, Uri } from '#protocol/activitypub/uris';
import { openMemoryEngine } from '#store/engines/memory';
import type { Table } from '#store/keyspace';
import { makeStore } from '#store/store';
import { valueBytesMax } from '#support/limits';

it('texts without a record, and those that lack a piece, are found', async () => {
  await using store = makeStore(openMemoryEngine());
  await using engine = await openStoreEngine(store);
  const note = (uri: string) =>
    ({
      origin: 'https://there.example' as Origin,
      uri: uri as Uri,
      author: 'https://there.example/author' as Uri,
      state: 'present',
      storedAt: 1,
    }) as const;
  const [short, long, orphan] = ['short', 'long', 'orphan'].map(note);
  await engine.write(async ({ records }) => {
    await records.put(notes, short!, { json: '{}' });
    await records.put(notes, long!, { json: 'x'.repeat(2 * valueBytesMax + 1) });
  });
  expect(await Array.fromAsync(engine.check())).toEqual([]);
  const pieces = (engine.tables as { readonly 'notes.json': Table<readonly unknown[], Buffer> })[
    'notes.json'
  ];
  await store.transact((transaction) => {
    pieces.clear(transaction, [long!.origin, long!.uri, 1]);
    pieces.set(transaction, [orphan!.origin, orphan!.uri, 0], Buffer.from('{}'));
  });
  const found = await Array.fromAsync(engine.check());
  expect(found).toHaveLength(2);
  expect(found).toContainEqual(
    expect.objectContaining({ table: 'notes.json', expected: 'piece 1 before it' }),
  );
  expect(found).toContainEqual(
    expect.objectContaining({ table: 'notes.json', found: 'a text without a record' }),
  );
});
