import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostsAbove } from '#databases/social/block-reader';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import type { BlockRecord } from '#databases/social/records/blocks';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import type { Uri } from '#protocol/activitypub/uris';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';

const bob = 'https://social.there.example/users/bob' as Uri;

function block(target: string, more: Partial<BlockRecord> = {}): BlockRecord {
  return {
    account: 'alice',
    side: 'ours',
    target,
    isHost: !target.startsWith('https:'),
    createdAt: 1,
    ...more,
  };
}

async function withDatabase(test: (database: SocialDatabase) => Promise<void>): Promise<void> {
  await using store = makeStore(openMemoryEngine());
  await test(openSocialDatabase(await openStoreEngine(store)));
}

describe('the hosts above a host', () => {
  it('are itself and every domain that it is below', () => {
    expect(hostsAbove('a.b.example')).toEqual(['a.b.example', 'b.example', 'example']);
    expect(hostsAbove('example')).toEqual(['example']);
  });

  it('are none but itself for addresses of the Internet Protocol', () => {
    expect(hostsAbove('192.0.2.1')).toEqual(['192.0.2.1']);
    expect(hostsAbove('[2001:db8::1]')).toEqual(['[2001:db8::1]']);
  });

  it('begin with itself, each behind a dot of the one before', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
        const above = hostsAbove(labels.join('.'));
        expect(above).toHaveLength(labels.length);
        for (const [index, host] of above.slice(1).entries())
          expect(above[index]?.endsWith(`.${host}`)).toBe(true);
      }),
    );
  });
});

describe('a block', () => {
  it('is against an actor, its host, and every host above that, and against no neighbour', () =>
    withDatabase(async (database) => {
      const against = (actor: Uri) => database.read(({ blocks }) => blocks.against('alice', actor));
      for (const target of [bob, 'social.there.example', 'there.example', 'example']) {
        expect(await against(bob)).toBeUndefined();
        await database.write(({ blocks }) => blocks.add(block(target)));
        expect(await against(bob)).toEqual(block(target));
        await database.write(({ blocks }) => blocks.remove('alice', 'ours', target));
      }
      for (const target of [
        'https://social.there.example/users/bobby',
        'other.there.example',
        'here.example',
        'l.there.example',
        'e.example',
      ]) {
        await database.write(({ blocks }) => blocks.add(block(target)));
      }
      expect(await against(bob)).toBeUndefined();
    }));

  it('of a host is of whatever port and whatever case its actors come from', () =>
    withDatabase(async (database) => {
      await database.write(({ blocks }) => blocks.add(block('there.example')));
      for (const actor of ['https://there.example:8443/bob', 'https://THERE.example/bob']) {
        const found = await database.read(({ blocks }) => blocks.against('alice', actor as Uri));
        expect(found?.target).toBe('there.example');
      }
    }));

  it('is of one account, and of one side', () =>
    withDatabase(async (database) => {
      await database.write(async ({ blocks }) => {
        expect(await blocks.add(block(bob, { account: 'carol' }))).toBe(true);
        expect(await blocks.add(block(bob, { side: 'theirs' }))).toBe(true);
      });
      await database.read(async ({ blocks }) => {
        expect(await blocks.against('alice', bob)).toBeUndefined();
        expect(await blocks.against('carol', bob)).toEqual(block(bob, { account: 'carol' }));
        expect(await blocks.isBlockedBy('alice', bob)).toBe(true);
        expect(await blocks.isBlockedBy('carol', bob)).toBe(false);
      });
    }));

  it('that is there already changes nothing, and is removed once', () =>
    withDatabase(async (database) => {
      const first = block(bob, { activity: 'https://here.example/1' as Uri });
      expect(await database.write(({ blocks }) => blocks.add(first))).toBe(true);
      expect(await database.write(({ blocks }) => blocks.add(block(bob, { createdAt: 9 })))).toBe(false);
      const remove = () => database.write(({ blocks }) => blocks.remove('alice', 'ours', bob));
      expect(await remove()).toEqual(first);
      expect(await remove()).toBeUndefined();
    }));

  it('is listed by account and by target, each side for itself, newest first', () =>
    withDatabase(async (database) => {
      for (const target of [bob, 'there.example']) {
        await database.write(({ blocks }) => blocks.add(block(target)));
      }
      await database.write(({ blocks }) => blocks.add(block(bob, { account: 'carol' })));
      await database.write(({ blocks }) => blocks.add(block(bob, { side: 'theirs' })));
      await database.read(async ({ blocks }) => {
        const ours = await blocks.ofAccount('alice', 'ours', { limit: 5 });
        expect(ours.items.map(({ target }) => target)).toEqual(['there.example', bob]);
        expect((await blocks.ofAccount('alice', 'theirs', { limit: 5 })).items).toHaveLength(1);
        const of = await blocks.ofTarget(bob, 'ours', { limit: 5 });
        expect(of.items.map(({ account }) => account)).toEqual(['carol', 'alice']);
        expect((await blocks.ofTarget(bob, 'theirs', { limit: 5 })).items).toHaveLength(1);
      });
    }));
});
