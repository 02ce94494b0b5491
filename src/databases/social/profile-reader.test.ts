import { describe, expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import type { AccountRecord } from '#databases/social/records/accounts';
import type { PostTagRecord } from '#databases/social/records/post-tags';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import type { Uri } from '#protocol/activitypub/uris';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';

const alice: AccountRecord = {
  name: 'alice',
  createdAt: 1,
  rsaPrivateKey: 'rsa',
  ed25519PrivateKey: 'ed25519',
  manuallyApprovesFollowers: false,
  discoverable: true,
};
const conflict = { name: 'ProtocolError', kind: 'conflict' };

async function withDatabase(test: (database: SocialDatabase) => Promise<void>): Promise<void> {
  await using store = makeStore(openMemoryEngine());
  const database = openSocialDatabase(await openStoreEngine(store));
  await database.write((writer) => writer.addAccount(alice));
  await test(database);
  expect(await Array.fromAsync(database.check())).toEqual([]);
}

describe('another name of an account', () => {
  const alias = { name: 'ali', account: 'alice', createdAt: 2 };

  it('is added once, listed, and removed once', () =>
    withDatabase(async (database) => {
      const add = () => database.write(({ profiles }) => profiles.addAlias(alias));
      expect([await add(), await add()]).toEqual([true, false]);
      await database.read(async ({ profiles }) => {
        expect(await profiles.alias('ali')).toEqual(alias);
        expect((await profiles.aliases('alice', { limit: 5 })).items).toEqual([alias]);
        expect((await profiles.aliases('bob', { limit: 5 })).items).toEqual([]);
      });
      const remove = () => database.write(({ profiles }) => profiles.removeAlias('ali'));
      expect([await remove(), await remove()]).toEqual([alias, undefined]);
      expect(await add()).toBe(true);
    }));

  it("is no account's name, its own included, and no other account's", () =>
    withDatabase(async (database) => {
      const add = (name: string, account: string) =>
        database.write(({ profiles }) => profiles.addAlias({ name, account, createdAt: 3 }));
      await expect(add('alice', 'bob')).rejects.toMatchObject(conflict);
      await expect(add('alice', 'alice')).rejects.toMatchObject(conflict);
      await add('ali', 'alice');
      await expect(add('ali', 'bob')).rejects.toMatchObject(conflict);
      expect((await database.read(({ profiles }) => profiles.alias('ali')))?.account).toBe('alice');
    }));

  it('goes to one of those who want it at the same time', () =>
    withDatabase(async (database) => {
      const wanted = ['bob', 'carol', 'dora'].map((account) =>
        database.write(({ profiles }) => profiles.addAlias({ name: 'best', account, createdAt: 4 })),
      );
      const outcomes = await Promise.allSettled(wanted);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(conflict);
      }
    }));
});

describe('properties', () => {
  const place = { account: 'alice', name: 'Place', value: 'Here', createdAt: 1 };

  it('are one value under each name, in the order in which they were first set', () =>
    withDatabase(async (database) => {
      const put = (name: string, value: string, account = 'alice') =>
        database.write(({ profiles }) => profiles.putProperty({ account, name, value, createdAt: 1 }));
      expect(await put('Place', 'Here')).toBe(true);
      expect(await put('Site', 'https://here.example')).toBe(true);
      expect(await put('Place', 'There')).toBe(false);
      expect(await put('Place', 'Elsewhere', 'bob')).toBe(true);
      await database.read(async ({ profiles }) => {
        expect(await profiles.property('alice', 'Place')).toEqual({ ...place, value: 'There' });
        // Names differ by their case.
        expect(await profiles.property('alice', 'place')).toBeUndefined();
        const page = await profiles.properties('alice', { limit: 5, oldestFirst: true });
        expect(page.items.map(({ name, value }) => [name, value])).toEqual([
          ['Place', 'There'],
          ['Site', 'https://here.example'],
        ]);
      });
      const remove = () => database.write(({ profiles }) => profiles.removeProperty('alice', 'Place'));
      expect((await remove())?.value).toBe('There');
      expect(await remove()).toBeUndefined();
      expect(await database.read(({ profiles }) => profiles.property('bob', 'Place'))).toBeDefined();
    }));
});

describe('an icon', () => {
  it('belongs to its account, outlives its changes, and can be taken away', () =>
    withDatabase(async (database) => {
      const icon = () => database.read(({ profiles }) => profiles.icon('alice'));
      expect(await icon()).toBeUndefined();
      const changed = { ...alice, iconMediaType: 'image/png', iconChangedAt: 5 };
      await database.write(({ profiles }) => profiles.putIcon(changed, 'AAAA'));
      expect(await icon()).toBe('AAAA');
      expect(await database.read((reader) => reader.account('alice'))).toEqual(changed);
      await database.write((writer) => writer.updateAccount({ ...changed, displayName: 'Alice' }));
      expect(await icon()).toBe('AAAA');
      await database.write(({ profiles }) => profiles.putIcon(alice, undefined));
      expect(await icon()).toBeUndefined();
    }));
});

describe('tags of posts', () => {
  const tag = (
    post: string,
    kind: 'Mention' | 'Hashtag',
    name: string,
    account = 'alice',
  ): PostTagRecord => ({
    account,
    post,
    kind,
    name,
    href: `https://here.example/${kind}/${name}` as Uri,
    createdAt: 1,
  });

  it('are found by post, by account, and by name of one kind', () =>
    withDatabase(async (database) => {
      const cats = [
        tag('1', 'Hashtag', 'cats'),
        tag('2', 'Hashtag', 'cats'),
        tag('1', 'Hashtag', 'cats', 'bob'),
      ];
      const mention = tag('1', 'Mention', 'cats');
      for (const each of [...cats, mention]) await database.write(({ profiles }) => profiles.putTag(each));
      // The same tag again is the same tag.
      await database.write(({ profiles }) => profiles.putTag(mention));
      const items = (read: 'post' | 'account' | 'name') =>
        database.read(async ({ profiles }) => {
          const page = { limit: 9, oldestFirst: true };
          const found =
            read === 'post'
              ? await profiles.tagsOfPost('alice', '1', page)
              : read === 'account'
                ? await profiles.tagsOfAccount('alice', page)
                : await profiles.tagged('Hashtag', 'cats', page);
          return found.items;
        });
      expect(await items('post')).toEqual([cats[0], mention]);
      expect(await items('account')).toEqual([cats[0], cats[1], mention]);
      expect(await items('name')).toEqual(cats);
      await database.write(({ profiles }) => profiles.removeTag(cats[0]!));
      expect(await items('post')).toEqual([mention]);
      expect(await items('name')).toEqual(cats.slice(1));
    }));
});
