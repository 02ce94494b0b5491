import { describe, expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import type { Place } from '#databases/social/record-access';
import type { LikeRecord } from '#databases/social/records/likes';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import type { Uri } from '#protocol/activitypub/uris';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';

const uri = (text: string) => text as Uri;
const post = uri('https://here.example/users/alice/posts/1');
const note = uri('https://there.example/notes/1');

function like(object: Uri, actor: string, more: Partial<LikeRecord> = {}): LikeRecord {
  return {
    object,
    actor: uri(`https://there.example/users/${actor}`),
    activity: uri(`https://there.example/likes/${actor}`),
    createdAt: 1,
    ...more,
  };
}

async function withDatabase(test: (database: SocialDatabase) => Promise<void>): Promise<void> {
  await using store = makeStore(openMemoryEngine());
  const database = openSocialDatabase(await openStoreEngine(store));
  await test(database);
  expect(await Array.fromAsync(database.check())).toEqual([]);
}

describe.each(['like', 'boost'] as const)('a %s', (kind) => {
  const of = (database: SocialDatabase) => ({
    add: (record: LikeRecord) =>
      database.write(({ reactions }) =>
        kind === 'like' ? reactions.addLike(record) : reactions.addBoost(record),
      ),
    remove: ({ object, actor }: LikeRecord) =>
      database.write(({ reactions }) =>
        kind === 'like' ? reactions.removeLike(object, actor) : reactions.removeBoost(object, actor),
      ),
    get: ({ object, actor }: LikeRecord) =>
      database.read(({ reactions }) =>
        kind === 'like' ? reactions.like(object, actor) : reactions.boost(object, actor),
      ),
    total: (object: Uri) =>
      database.read(({ reactions }) =>
        kind === 'like' ? reactions.likesTotal(object) : reactions.boostsTotal(object),
      ),
    list: (direction: 'of' | 'by' | 'received', value: string, cursor?: Place) =>
      database.read(async ({ reactions }) => {
        const page = { limit: 2, cursor };
        if (direction === 'of') {
          return kind === 'like' ? reactions.likesOf(uri(value), page) : reactions.boostsOf(uri(value), page);
        }
        if (direction === 'by') {
          return kind === 'like' ? reactions.likesBy(value, page) : reactions.boostsBy(value, page);
        }
        return kind === 'like' ? reactions.likesReceived(value, page) : reactions.boostsReceived(value, page);
      }),
  });

  it('is one of each actor and object, however often it is said, and counted once', () =>
    withDatabase(async (database) => {
      const { add, remove, get, total } = of(database);
      const first = like(post, 'bob', { owner: 'alice' });
      expect(await add(first)).toBe(true);
      expect(await add({ ...first, activity: uri('https://there.example/likes/again') })).toBe(false);
      expect(await get(first)).toEqual(first);
      expect(await add(like(post, 'carol'))).toBe(true);
      expect(await add(like(note, 'bob'))).toBe(true);
      expect([await total(post), await total(note)]).toEqual([2, 1]);
      expect(await remove(first)).toEqual(first);
      expect(await remove(first)).toBeUndefined();
      expect([await total(post), await total(note)]).toEqual([1, 1]);
      expect(await get(first)).toBeUndefined();
    }));

  it('is listed of its object, by its account and for its owner, newest first, page by page', () =>
    withDatabase(async (database) => {
      const { add, list } = of(database);
      for (const actor of ['bob', 'carol', 'dora']) await add(like(post, actor, { owner: 'alice' }));
      await add(like(note, 'alice', { account: 'alice' }));
      const first = await list('of', post);
      expect(first.items.map(({ actor }) => actor.split('/').at(-1))).toEqual(['dora', 'carol']);
      const second = await list('of', post, first.next);
      expect(second.items.map(({ actor }) => actor.split('/').at(-1))).toEqual(['bob']);
      expect(second.next).toBeUndefined();
      expect((await list('by', 'alice')).items.map(({ object }) => object)).toEqual([note]);
      expect((await list('by', 'bob')).items).toEqual([]);
      expect((await list('received', 'alice')).items).toHaveLength(2);
      expect((await list('received', 'bob')).items).toEqual([]);
    }));
});

describe('likes and boosts', () => {
  it('are different things', () =>
    withDatabase(async (database) => {
      const said = like(post, 'bob');
      await database.write(({ reactions }) => reactions.addLike(said));
      await database.read(async ({ reactions }) => {
        expect(await reactions.boost(said.object, said.actor)).toBeUndefined();
        expect(await reactions.boostsTotal(post)).toBe(0);
      });
      const removed = database.write(({ reactions }) => reactions.removeBoost(said.object, said.actor));
      expect(await removed).toBeUndefined();
      expect(await database.read(({ reactions }) => reactions.likesTotal(post))).toBe(1);
    }));
});
