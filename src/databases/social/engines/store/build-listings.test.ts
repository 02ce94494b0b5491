import { describe, expect, it } from 'vitest';
import { buildListings } from '#databases/social/engines/store/build-listings';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import { storedTypes } from '#databases/social/engines/store/record-tables';
import type { RecordEngine } from '#databases/social/record-engine';
import { deliveries } from '#databases/social/records/deliveries';
import { followers } from '#databases/social/records/followers';
import { following } from '#databases/social/records/following';
import { posts } from '#databases/social/records/posts';
import type { Uri } from '#protocol/activitypub/uris';
import type { Store } from '#store/contract';
import { openMemoryEngine } from '#store/engines/memory';
import { prefixRange } from '#store/key-range';
import { nameKey, type Table } from '#store/keyspace';
import { makeStore } from '#store/store';

/** More than one page of those that are built at once. */
const followersCount = 210;

const uri = (text: string) => text as Uri;

/** A store with records of some types, whose rows are all as this version writes them. */
async function filledStore(): Promise<Store> {
  const store = makeStore(openMemoryEngine());
  await using engine = await openStoreEngine(store);
  for (let start = 0; start < followersCount; start += 105) {
    await engine.write(async ({ records }) => {
      for (let index = start; index < start + 105; index++) {
        await records.put(followers, {
          account: index % 2 ? 'alice' : 'bob',
          actor: uri(`https://there.example/${index}`),
          state: index % 3 ? 'accepted' : 'pending',
          follows: [],
          since: index % 7,
        });
      }
    });
  }
  await engine.write(async ({ records }) => {
    for (const id of ['1', '2', '3']) {
      const state = id === '2' ? 'deleted' : 'published';
      await records.put(
        posts,
        { account: 'alice', id, state, visibility: 'public', publishedAt: 1 },
        { json: '{}' },
      );
    }
    await records.put(deliveries, {
      activity: uri('https://here.example/1'),
      inbox: uri('https://there.example/inbox'),
      account: 'alice',
      host: 'there.example',
      state: 'pending',
      dueAt: 0,
      createdAt: 1,
      attempts: 0,
      history: [],
    });
  });
  return store;
}

type AnyTable = Table<readonly unknown[], unknown>;

/** Makes of it what an older version left: without these tables, nor the note that they are complete. */
async function forget(store: Store, forgotten: (table: string) => boolean): Promise<void> {
  await using engine = await openStoreEngine(store);
  const tables = Object.entries(engine.tables as { readonly [name: string]: AnyTable });
  await store.transact((transaction) => {
    for (const [name, table] of tables) {
      if (name === 'built' || forgotten(name)) transaction.clearRange(table.range());
    }
  });
}

/** Every row of the records, by its name. */
async function rowsOf(store: Store): Promise<Record<string, string>> {
  await using engine = await openStoreEngine(store);
  const rows: [string, string][] = [];
  await store.read(async (snapshot) => {
    for (let begin = Buffer.alloc(0); ; ) {
      const page = await snapshot.getRange({ begin, end: Buffer.of(0xfe) });
      for (const { key, value } of page.entries) {
        const name = nameKey(engine.tables, key);
        if (name !== undefined) rows.push([name, value.toString('base64')]);
      }
      const last = page.entries.at(-1);
      if (!page.more || !last) return;
      begin = Buffer.concat([last.key, Buffer.of(0)]);
    }
  });
  return Object.fromEntries(rows);
}

const isListing = (table: string) =>
  /\.(created|by\w+|outbox|pending|all|reports)(\.total|\.totals)?$/.test(table);

describe('a store of an older version', () => {
  it.each([
    ['all listings', isListing],
    ['one listing', (table: string) => table.startsWith('followers.byAccount')],
    ['the order by time', (table: string) => /\.created(\.total)?$/.test(table)],
  ])('that lacks %s gets every row and count that it would have, when it is opened', async (_what, lacks) => {
    await using store = await filledStore();
    const before = await rowsOf(store);
    expect(Object.keys(before).length).toBeGreaterThan(followersCount * 4);
    await forget(store, (table) => isListing(table) && lacks(table));
    await using engine = await openStoreEngine(store);
    expect(await Array.fromAsync(engine.check())).toEqual([]);
    expect(await rowsOf(store)).toEqual(before);
    const lead = { account: 'bob', state: 'accepted' } as const;
    expect(await engine.read((records) => records.count(followers, 'byAccount', lead))).toBe(70);
    expect(await engine.read((records) => records.countCreated(followers))).toBe(followersCount);
  });

  it('is completed wherever the building of it stopped', async () => {
    await using store = await filledStore();
    const before = await rowsOf(store);
    for (let commits = 0, isWhole = false; !isWhole; commits += 3) {
      await forget(store, isListing);
      const opened = await openStoreEngine(diesAfter(store, commits)).catch((error: unknown) => error);
      isWhole = !(opened instanceof Death);
      await using engine = await openStoreEngine(store);
      expect(await Array.fromAsync(engine.check())).toEqual([]);
      // As many commits as types, and more for those with several pages.
      if (isWhole) expect(commits).toBeGreaterThan(20);
    }
    expect(await rowsOf(store)).toEqual(before);
  });

  it('loses what older versions kept and this one does not', async () => {
    await using store = await filledStore();
    await forget(store, isListing);
    const former = async () => Object.keys(await rowsOf(store)).filter((name) => name.startsWith('former'));
    await using engine = await openStoreEngine(store);
    const tables = engine.tables as { readonly [name: string]: AnyTable };
    const clearBuilt = () => store.transact((transaction) => transaction.clearRange(tables.built!.range()));
    const key = tables.formerLeases!.key([]);
    await store.transact((transaction) => transaction.set(Buffer.concat([key, Buffer.of(1, 2, 0)]), key));
    await clearBuilt();
    // A crash after the first commits leaves it to the next who opens the store.
    await openStoreEngine(diesAfter(store, 6)).catch(() => undefined);
    await using again = await openStoreEngine(store);
    expect(await Array.fromAsync(again.check())).toEqual([]);
    const page = await store.read((snapshot) => snapshot.getRange(prefixRange(key)));
    expect(page.entries).toEqual([]);
    expect(await former()).toEqual([]);
  });

  it('that lacks a unique set finds records by it, when it is opened', async () => {
    await using store = await filledStore();
    const follow = uri('https://here.example/follow');
    const record = {
      account: 'alice',
      actor: uri('https://there.example/1'),
      state: 'accepted',
      follow,
    } as const;
    await using former = await openStoreEngine(store);
    await former.write(({ records }) => records.put(following, { ...record, since: 1 }));
    await forget(store, (table) => table === 'following.byFollow');
    const types = [...storedTypes(former.tables).values()].map((stored) => ({
      ...stored,
      type: { ...stored.type, unique: {} },
      unique: new Map(),
    }));
    await buildListings(store, former.tables as Parameters<typeof buildListings>[1], types);
    const find = (by: RecordEngine) => by.read((records) => records.find(following, 'byFollow', { follow }));
    expect(await find(former)).toBeUndefined();
    await using engine = await openStoreEngine(store);
    expect(await find(engine)).toMatchObject(record);
    expect(await Array.fromAsync(engine.check())).toEqual([]);
  });

  it('is looked through once', async () => {
    await using store = await filledStore();
    let commits = 0;
    const counting: Store = {
      ...bound(store),
      transact: (body, options) => {
        commits++;
        return store.transact(body, options);
      },
    };
    await using engine = await openStoreEngine(counting);
    expect(commits).toBe(0);
    expect(await Array.fromAsync(engine.check())).toEqual([]);
  });
});

class Death extends Error {}

/** The store as a process has it that dies after so many commits. */
function diesAfter(store: Store, commits: number): Store {
  let left = commits;
  return {
    ...bound(store),
    async transact(body, options) {
      if (left-- <= 0) throw new Death();
      return store.transact(body, options);
    },
  };
}

function bound(store: Store): Store {
  return {
    ...store,
    read: (body) => store.read(body),
    transact: (body, options) => store.transact(body, options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
