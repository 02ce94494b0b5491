import { describe, expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import type { Place } from '#databases/social/record-access';
import type { AccountRecord } from '#databases/social/records/accounts';
import type { FollowerRecord } from '#databases/social/records/followers';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import type { SocialReader } from '#databases/social/social-reader';
import type { Origin, Uri } from '#protocol/activitypub/uris';
import { openMemoryEngine } from '#store/engines/memory';
import { nameKey } from '#store/keyspace';
import { makeStore } from '#store/store';
import { directInboxesMax } from '#support/limits';

const uri = (text: string) => text as Uri;
const origin = 'https://there.example' as Origin;

const alice: AccountRecord = {
  name: 'alice',
  createdAt: 1,
  rsaPrivateKey: 'rsa',
  ed25519PrivateKey: 'ed25519',
  manuallyApprovesFollowers: false,
  discoverable: true,
};

function follower(name: string, host = 'there.example', more: Partial<FollowerRecord> = {}): FollowerRecord {
  return {
    account: 'alice',
    actor: uri(`https://${host}/users/${name}`),
    state: 'accepted',
    follows: [uri(`https://${host}/follows/${name}`)],
    inbox: uri(`https://${host}/users/${name}/inbox`),
    sharedInbox: uri(`https://${host}/inbox`),
    since: 1,
    ...more,
  };
}

async function withDatabase(test: (database: SocialDatabase) => Promise<void>): Promise<void> {
  await using store = makeStore(openMemoryEngine());
  const database = openSocialDatabase(await openStoreEngine(store));
  await database.write((writer) => writer.addAccount(alice));
  await test(database);
  expect(await differencesOf(database)).toEqual([]);
}

async function differencesOf(database: SocialDatabase) {
  return Array.fromAsync(database.check());
}

describe('accounts', () => {
  it('are made once, whoever else asks', () =>
    withDatabase(async (database) => {
      const again = await database.write((writer) => writer.addAccount({ ...alice, createdAt: 2 }));
      expect(again).toBe(false);
      await database.write((writer) => writer.addAccount({ ...alice, name: 'bob' }));
      await database.write((writer) => writer.updateAccount({ ...alice, displayName: 'Alice' }));
      const [found, page, total] = await database.read((reader) =>
        Promise.all([
          reader.account('alice'),
          reader.created('accounts', { limit: 1 }),
          reader.count('accounts'),
        ]),
      );
      expect(found).toEqual({ ...alice, displayName: 'Alice' });
      expect(page.items.map(({ name }) => name)).toEqual(['alice']);
      expect(total).toBe(2);
      const rest = await database.read((reader) =>
        reader.created('accounts', { limit: 1, cursor: page.next }),
      );
      expect(rest.items.map(({ name }) => name)).toEqual(['bob']);
      expect(rest.next).toBeUndefined();
    }));
});

describe('followers', () => {
  it('are counted exactly, however often one is stored', () =>
    withDatabase(async (database) => {
      const first = await database.write((writer) => writer.putFollower(follower('bob')));
      const second = await database.write((writer) =>
        writer.putFollower(
          follower('bob', 'there.example', { follows: [uri('https://there.example/follows/2')] }),
        ),
      );
      expect([first, second]).toEqual([true, false]);
      expect(await database.read((reader) => reader.followersTotal('alice'))).toBe(1);
      await Promise.all(
        Array.from({ length: 20 }, () => database.write((writer) => writer.putFollower(follower('carol')))),
      );
      expect(await database.read((reader) => reader.followersTotal('alice'))).toBe(2);
      const removed = await database.write((writer) => writer.removeFollower('alice', follower('bob').actor));
      expect(removed?.follows).toEqual(['https://there.example/follows/2']);
      const again = await database.write((writer) => writer.removeFollower('alice', follower('bob').actor));
      expect(again).toBeUndefined();
      expect(await database.read((reader) => reader.followersTotal('alice'))).toBe(1);
    }));

  it('count as followers once they are accepted', () =>
    withDatabase(async (database) => {
      await database.write((writer) =>
        writer.putFollower(follower('bob', 'there.example', { state: 'pending' })),
      );
      const totals = (reader: SocialReader) =>
        Promise.all([reader.followersTotal('alice', 'pending'), reader.followersTotal('alice')]);
      expect(await database.read(totals)).toEqual([1, 0]);
      expect(await database.read((reader) => reader.deliveries.followerInboxes('alice', 10))).toEqual([]);
      await database.write((writer) => writer.putFollower(follower('bob')));
      expect(await database.read(totals)).toEqual([0, 1]);
    }));

  it('are listed newest first, page by page', () =>
    withDatabase(async (database) => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        await database.write((writer) => writer.putFollower(follower(name)));
      }
      const seen: string[] = [];
      for (let cursor: Place | undefined; ; ) {
        const page = await database.read((reader) =>
          reader.followers('alice', 'accepted', { limit: 2, cursor }),
        );
        seen.push(...page.items.map(({ actor }) => actor.slice(-1)));
        cursor = page.next;
        if (cursor === undefined) break;
      }
      expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
    }));

  it('are found by any of their Follow activities', () =>
    withDatabase(async (database) => {
      const follows = [uri('https://there.example/1'), uri('https://there.example/2')];
      const bob = follower('bob', 'there.example', { follows });
      await database.write((writer) => writer.putFollower(bob));
      for (const follow of follows) {
        const found = await database.read((reader) => reader.followerByFollow(bob.actor, follow));
        expect(found).toEqual(bob);
      }
      const other = await database.read((reader) =>
        reader.followerByFollow(bob.actor, uri('https://there.example/3')),
      );
      expect(other).toBeUndefined();
    }));

  it('collapse to one inbox for each server, which moves when theirs does', () =>
    withDatabase(async (database) => {
      const { sharedInbox: _none, ...alone } = follower('dora', 'small.example');
      await database.write(async (writer) => {
        await writer.putFollower(follower('bob'));
        await writer.putFollower(follower('carol'));
        await writer.putFollower(alone);
      });
      const inboxes = async () =>
        Object.fromEntries(
          (await database.read((reader) => reader.deliveries.followerInboxes('alice', 10))).map(
            ({ record }) => [record.inbox, record.followers],
          ),
        );
      expect(await inboxes()).toEqual({
        'https://there.example/inbox': 2,
        'https://small.example/users/dora/inbox': 1,
      });
      await database.write((writer) =>
        writer.putFollower(
          follower('bob', 'there.example', { sharedInbox: uri('https://there.example/in') }),
        ),
      );
      await database.write((writer) => writer.removeFollower('alice', follower('carol').actor));
      expect(await inboxes()).toEqual({
        'https://there.example/in': 1,
        'https://small.example/users/dora/inbox': 1,
      });
    }));
});

describe('following', () => {
  const relation = {
    account: 'alice',
    actor: uri('https://there.example/users/bob'),
    state: 'pending',
    follow: uri('https://here.example/users/alice/activities/1'),
    since: 1,
  } as const;

  it('is found by the Follow that is answered, and by the actor once it is accepted', () =>
    withDatabase(async (database) => {
      await database.write((writer) => writer.putFollowing(relation));
      const found = await database.read((reader) => reader.followingByFollow(relation.follow));
      expect(found).toEqual(relation);
      const local = () =>
        database.read(async (reader) => (await reader.localFollowers(relation.actor, { limit: 5 })).items);
      expect(await local()).toEqual([]);
      const accepted = { ...relation, state: 'accepted' } as const;
      await database.write((writer) => writer.putFollowing(accepted));
      expect(await local()).toEqual([accepted]);
      expect(await database.read((reader) => reader.followingsTotal('alice'))).toBe(1);
      await database.write((writer) => writer.removeFollowing('alice', relation.actor));
      expect(await database.read((reader) => reader.followingByFollow(relation.follow))).toBeUndefined();
      expect(await database.read((reader) => reader.followingsTotal('alice'))).toBe(0);
    }));

  it('never shares a Follow between two relations', () =>
    withDatabase(async (database) => {
      await database.write((writer) => writer.putFollowing(relation));
      const other = { ...relation, actor: uri('https://there.example/users/carol') };
      await expect(database.write((writer) => writer.putFollowing(other))).rejects.toMatchObject({
        kind: 'conflict',
      });
      await database.write((writer) =>
        writer.putFollowing({ ...relation, follow: uri('https://here.example/users/alice/activities/2') }),
      );
      await database.write((writer) => writer.putFollowing(other));
    }));
});

describe('activities', () => {
  it('are stored once with their JSON, and listed in the outbox where they are to be', () =>
    withDatabase(async (database) => {
      const create = {
        uri: uri('https://here.example/users/alice/activities/1'),
        type: 'Create',
        actor: uri('https://here.example/users/alice'),
        object: uri('https://here.example/users/alice/posts/1'),
        account: 'alice',
        listed: true,
        storedAt: 1,
      };
      const accept = { ...create, uri: uri(`${create.uri}2`), type: 'Accept', listed: false };
      const json = JSON.stringify({ content: 'ä'.repeat(300_000) });
      const added = await database.write((writer) => writer.addActivity(create, json));
      await database.write((writer) => writer.addActivity(accept, '{}'));
      const again = await database.write((writer) => writer.addActivity(create, '{"other":1}'));
      expect([added, again]).toEqual([true, false]);
      const [stored, outbox, total] = await database.read((reader) =>
        Promise.all([
          reader.activityJson(create.uri),
          reader.outbox('alice', { limit: 5 }),
          reader.outboxTotal('alice'),
        ]),
      );
      expect(stored).toBe(json);
      expect(outbox.items).toEqual([create]);
      expect(total).toBe(1);
      await database.write((writer) => writer.unlistActivity(create.uri));
      expect(await database.read((reader) => reader.outboxTotal('alice'))).toBe(0);
    }));
});

describe('notes and messages', () => {
  const note = {
    origin,
    uri: uri('https://there.example/notes/1'),
    author: uri('https://there.example/users/bob'),
    state: 'present',
    storedAt: 1,
  } as const;

  it('are one note however many read it, newest message first', () =>
    withDatabase(async (database) => {
      const second = { ...note, uri: uri('https://there.example/notes/2') };
      for (const { uri: of, author } of [note, second]) {
        await database.write(async (writer) => {
          await writer.putNote({ ...note, uri: of }, '{"type":"Note"}');
          for (const account of ['alice', 'bob']) {
            await writer.addMessage({ account, origin, note: of, author, receivedAt: 1 });
            expect(await writer.addMessage({ account, origin, note: of, author, receivedAt: 2 })).toBe(false);
          }
        });
      }
      const page = await database.read((reader) => reader.messages('alice', { limit: 5 }));
      expect(page.items.map((message) => message.note)).toEqual([second.uri, note.uri]);
      const readers = await database.read((reader) => reader.messagesOfNote(note.uri, { limit: 5 }));
      expect(readers.items.map(({ account }) => account).toSorted()).toEqual(['alice', 'bob']);
      for (const message of readers.items) await database.write((writer) => writer.removeMessage(message));
      expect((await database.read((reader) => reader.messages('alice', { limit: 5 }))).items).toHaveLength(1);
    }));

  it('leave a tombstone, which another origin cannot set', () =>
    withDatabase(async (database) => {
      await database.write((writer) => writer.putNote(note, '{"type":"Note"}'));
      const evil = { ...note, origin: 'https://evil.example' as Origin, state: 'deleted' } as const;
      await database.write((writer) => writer.putNote(evil, undefined));
      expect(await database.read((reader) => reader.note(note.uri))).toEqual(note);
      expect(await database.read((reader) => reader.noteJson(note.uri))).toBe('{"type":"Note"}');
      await database.write((writer) => writer.putNote({ ...note, state: 'deleted' }, undefined));
      expect((await database.read((reader) => reader.note(note.uri)))?.state).toBe('deleted');
      expect(await database.read((reader) => reader.noteJson(note.uri))).toBeUndefined();
    }));
});

describe('posts', () => {
  it('are listed and counted until they are deleted', () =>
    withDatabase(async (database) => {
      const post = {
        account: 'alice',
        id: '1',
        state: 'published',
        visibility: 'public',
        publishedAt: 1,
      } as const;
      await database.write((writer) => writer.putPost(post, '{"id":1}'));
      await database.write((writer) => writer.putPost({ ...post, id: '2' }, '{"id":2}'));
      await database.write((writer) => writer.putPost({ ...post, state: 'deleted' }, undefined));
      const [found, json, page, total] = await database.read((reader) =>
        Promise.all([
          reader.post('alice', '1'),
          reader.postJson('alice', '1'),
          reader.posts('alice', { limit: 5 }),
          reader.postsTotal('alice'),
        ]),
      );
      expect(found?.state).toBe('deleted');
      expect(json).toBeUndefined();
      expect(page.items.map(({ id }) => id)).toEqual(['2']);
      expect(total).toBe(1);
    }));
});

describe('remote actors', () => {
  it('are stored with exactly the keys of their document', () =>
    withDatabase(async (database) => {
      const actor = {
        uri: uri('https://there.example/users/bob'),
        type: 'Person',
        preferredUsername: 'bob',
        name: 'Bob',
        url: uri('https://there.example/@bob'),
        inbox: uri('https://there.example/users/bob/inbox'),
        manuallyApprovesFollowers: false,
        fetchedAt: 1,
      };
      const key = (id: string, fetchedAt: number) => ({
        id: uri(`${actor.uri}#${id}`),
        actor: actor.uri,
        publicKey: 'pem',
        fetchedAt,
      });
      await database.write((writer) => writer.putRemoteActor(actor, [key('one', 1), key('two', 1)]));
      await database.write((writer) => writer.putRemoteActor({ ...actor, fetchedAt: 2 }, [key('two', 2)]));
      const [found, one, two] = await database.read((reader) =>
        Promise.all([
          reader.remoteActor(actor.uri),
          reader.actorKey(key('one', 1).id),
          reader.actorKey(key('two', 1).id),
        ]),
      );
      expect(found?.fetchedAt).toBe(2);
      expect(one).toBeUndefined();
      expect(two).toEqual(key('two', 2));
    }));
});

describe('the queue', () => {
  const activity = uri('https://here.example/users/alice/activities/1');

  it('has one delivery for each inbox, in the order of a host', () =>
    withDatabase(async (database) => {
      const inbox = uri('https://there.example/inbox');
      await database.write(async (writer) => {
        await writer.putFollower(follower('bob'));
        await writer.putFollower(follower('carol'));
      });
      await database.write(async (writer) => {
        await writer.deliveries.queue({
          activity,
          account: 'alice',
          inboxes: [inbox, inbox, uri('https://other.example:8443/inbox')],
          toFollowers: true,
          now: 5,
        });
      });
      await database.write((writer) =>
        writer.deliveries.queue({
          activity: uri(`${activity}2`),
          account: 'alice',
          inboxes: [inbox],
          toFollowers: false,
          now: 4,
        }),
      );
      await database.read(async ({ deliveries }) => {
        const turns = await deliveries.immediateTurns(10);
        expect(turns.map(({ host }) => host)).toEqual(['other.example:8443', 'there.example']);
        const pending = await deliveries.pending('there.example', 10);
        expect(pending.map((delivery) => delivery.activity)).toEqual([activity, `${activity}2`]);
        expect(await deliveries.ofActivity(activity, 10)).toHaveLength(2);
        expect((await deliveries.ofAccount('alice', { limit: 10 })).items).toHaveLength(3);
      });
    }));

  it('keeps one row for a post to very many inboxes, and the order of what comes after it', () =>
    withDatabase(async (database) => {
      await database.write(async (writer) => {
        for (let index = 0; index <= directInboxesMax; index++) {
          await writer.putFollower(follower('bob', `host${index}.example`));
        }
      });
      const queue = (of: Uri, now: number) =>
        database.write((writer) =>
          writer.deliveries.queue({ activity: of, account: 'alice', inboxes: [], toFollowers: true, now }),
        );
      await queue(activity, 1);
      await database.write((writer) =>
        writer.removeFollower('alice', follower('bob', 'host0.example').actor),
      );
      await queue(uri(`${activity}2`), 2);
      await database.read(async ({ deliveries }) => {
        expect(await deliveries.immediateTurns(10)).toEqual([]);
        expect((await deliveries.oldestFanOut())?.record.activity).toBe(activity);
        expect(await deliveries.hasFanOut('alice')).toBe(true);
      });
      await database.write((writer) => writer.deliveries.removeFanOut(activity));
      const next = await database.read(({ deliveries }) => deliveries.oldestFanOut());
      expect(next?.record.activity).toBe(`${activity}2`);
    }));
});

describe('the check', () => {
  it('reports every derived row that is missing, wrong or unfounded, and every wrong count', async () => {
    await using store = makeStore(openMemoryEngine());
    const engine = await openStoreEngine(store);
    const database = openSocialDatabase(engine);
    const inbox = uri('https://there.example/inbox');
    await database.write(async (writer) => {
      await writer.addAccount(alice);
      await writer.putFollower(follower('bob'));
      await writer.putFollowing({
        account: 'alice',
        actor: follower('bob').actor,
        state: 'accepted',
        follow: uri('https://here.example/1'),
        since: 1,
      });
      await writer.deliveries.queue({
        activity: uri('https://here.example/1'),
        account: 'alice',
        inboxes: [inbox],
        toFollowers: false,
        now: 1,
      });
    });
    expect(await differencesOf(database)).toEqual([]);
    expect((await database.check().next()).value).toBeGreaterThanOrEqual(19);
    // Every row that is derived from others is taken away in turn, and must be missed.
    const rows = await store.read(async (snapshot) => {
      const page = await snapshot.getRange({ begin: Buffer.alloc(0), end: Buffer.of(0xfd) });
      return page.entries.filter(({ key }) =>
        /^\w+\.|^followerInboxes|^hostTurns/.test(nameKey(engine.tables, key) ?? ''),
      );
    });
    expect(rows).toHaveLength(19);
    for (const { key, value } of rows) {
      await store.transact((transaction) => transaction.clear(key));
      expect(await differencesOf(database), nameKey(engine.tables, key)).not.toEqual([]);
      await store.transact((transaction) => transaction.set(key, value));
    }
    expect(await differencesOf(database)).toEqual([]);
    // A count that is off, and a listing's row of a record that is not there.
    const total = rows.find(({ key }) =>
      nameKey(engine.tables, key)?.startsWith('followers.byAccount.totals'),
    );
    if (!total) throw new Error('followers are not counted');
    await store.transact((transaction) => transaction.add(total.key, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])));
    expect(await differencesOf(database)).toEqual([
      expect.objectContaining({ table: 'followers.byAccount.totals', expected: '1', found: '2' }),
    ]);
    await store.transact((transaction) => transaction.set(total.key, total.value));
    const row = rows.find(({ key }) => nameKey(engine.tables, key)?.startsWith('followers.byActor('));
    if (!row) throw new Error('followers are not listed');
    const astray = Buffer.from(row.key);
    astray[astray.length - 1] = (astray[astray.length - 1] as number) ^ 1;
    await store.transact((transaction) => transaction.set(astray, row.value));
    expect(await differencesOf(database)).toEqual([expect.objectContaining({ table: 'followers.byActor' })]);
  });
});
