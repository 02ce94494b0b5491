import { beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '#databases/social/record-access';
import { deletePost } from '#domain/social/delete-post';
import { publishPost } from '#domain/social/publish-post';
import { retireActor } from '#domain/social/retire-actor';
import { endRemoteActor } from '#domain/social/spreading/end-remote-actor';
import { type SpreadNote, spreadNote } from '#domain/social/spreading/spread-note';
import { withdrawNote } from '#domain/social/spreading/withdraw-note';
import { joinTransports } from '#network/transport';
import { originOf, type Uri } from '#protocol/activitypub/uris';
import { spreadPageMax } from '#support/limits';
import { runTasks } from '#test/fixtures/run-tasks';
import { type HandClock, handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice` as Uri;
const bob = 'https://remote.example/users/bob' as Uri;
const note = 'https://remote.example/users/bob/posts/1' as Uri;
const manyFollowers = 12_000;

let clock: HandClock;
let server: SocialServer;
const database = () => server.social.database;

beforeEach(async () => {
  clock = handClock();
  server = await openSocialServer({
    origin: home,
    accounts: ['alice'],
    outside: joinTransports(new Map()),
    clock,
  });
});

const nameOf = (index: number) => `reader${String(index).padStart(5, '0')}`;

/** Accounts of ours that follow an actor, or have asked to. */
async function addFollowers(
  actor: Uri,
  count: number,
  { from = 0, state = 'accepted' as const }: { from?: number; state?: 'accepted' | 'pending' } = {},
) {
  for (let begin = from; begin < from + count; begin += 1_000) {
    await database().write(async (writer) => {
      for (let index = begin; index < Math.min(begin + 1_000, from + count); index++) {
        const account = nameOf(index);
        const follow = `${home}/users/${account}/activities/${encodeURIComponent(actor)}` as Uri;
        await writer.putFollowing({ account, actor, state, follow, since: 1 });
      }
    });
  }
}

const isGiven = (account: string, uri: Uri) =>
  database().read(async (reader) => (await reader.message(account, uri)) !== undefined);

/** Every inbox that a note is in, once for each message. */
async function readersOf(uri: Uri): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: Place | undefined; ; ) {
    const request = { limit: 1_000, cursor };
    const page = await database().read((reader) => reader.messagesOfNote(uri, request));
    found.push(...page.items.map(({ account }) => account));
    if (page.next === undefined) return found.sort();
    cursor = page.next;
  }
}

async function storeRemote({ gone = false } = {}) {
  await database().write(async (writer) => {
    await writer.putRemoteActor(
      {
        uri: bob,
        type: 'Person',
        preferredUsername: 'bob',
        name: 'Bob',
        url: bob,
        inbox: `${bob}/inbox` as Uri,
        manuallyApprovesFollowers: false,
        fetchedAt: 1,
        ...(gone ? { goneAt: 2 } : {}),
      },
      [],
    );
  });
}

async function storeNote(uri: Uri = note) {
  await database().write((writer) =>
    writer.putNote({ origin: originOf(uri), uri, author: bob, state: 'present', storedAt: 1 }, '{}'),
  );
}

const spreading = (changes: Partial<SpreadNote> = {}): SpreadNote => ({
  note,
  origin: originOf(note),
  author: bob,
  named: [],
  toFollowers: true,
  now: clock.now(),
  ...changes,
});

const spread = (changes?: Partial<SpreadNote>) =>
  database().write((writer) => spreadNote(writer, server.social, spreading(changes)));

const block = (account: string, target: string, isHost = false) =>
  database().write((writer) => writer.blocks.add({ account, side: 'ours', target, isHost, createdAt: 1 }));

describe('spreading a note', () => {
  it('reaches twelve thousand of our own people, who follow its author, each once', async () => {
    await addFollowers(alice, manyFollowers);
    const post = (await publishPost(server.social, 'alice', { text: 'Frost.', visibility: 'public' })) as Uri;
    expect(await readersOf(post)).toHaveLength(spreadPageMax);
    const steps = await runTasks(server.social);
    expect(steps).toBe(manyFollowers / spreadPageMax - 1);
    expect(await readersOf(post)).toEqual(Array.from({ length: manyFollowers }, (_, index) => nameOf(index)));

    const id = post.slice(post.lastIndexOf('/') + 1);
    await deletePost(server.social, 'alice', id);
    expect(await readersOf(post)).toHaveLength(manyFollowers - spreadPageMax);
    await runTasks(server.social);
    expect(await readersOf(post)).toEqual([]);
  });

  it('gives it at once to those whom it names, and not to those who follow afterwards', async () => {
    await addFollowers(bob, 2 * spreadPageMax + 1);
    await storeNote();
    expect(await spread({ named: ['alice'] })).toBe(true);
    expect(await isGiven('alice', note)).toBe(true);
    await addFollowers(bob, 3, { from: 90_000 });
    await runTasks(server.social);
    const readers = await readersOf(note);
    expect(readers).toHaveLength(2 * spreadPageMax + 2);
    expect(readers).not.toContain(nameOf(90_000));
  });

  it('is not for those who have only asked to follow, nor for followers where it is direct', async () => {
    await addFollowers(bob, 3, { state: 'pending' });
    await storeNote();
    expect(await spread()).toBe(false);
    await addFollowers(bob, 3, { from: 10 });
    expect(await spread({ toFollowers: false })).toBe(false);
    expect(await readersOf(note)).toEqual([]);
  });

  it.each([
    ['its author', bob, false],
    ['the host of its author', 'remote.example', true],
    ['a host above that', 'example', true],
  ])('passes by those who block %s, on the first page and behind it', async (_what, target, isHost) => {
    await addFollowers(bob, 2 * spreadPageMax);
    await storeNote();
    const [late, early] = [nameOf(0), nameOf(2 * spreadPageMax - 1)];
    for (const account of [late, early, 'alice']) await block(account, target, isHost);
    expect(await spread({ named: ['alice'] })).toBe(true);
    await runTasks(server.social);
    const readers = await readersOf(note);
    expect(readers).toHaveLength(2 * spreadPageMax - 2);
    for (const account of [late, early, 'alice']) expect(readers).not.toContain(account);
  });

  it('is for nobody where all whom it would reach block its author', async () => {
    await addFollowers(bob, 1);
    await storeNote();
    await block(nameOf(0), bob);
    await block('alice', 'remote.example', true);
    expect(await spread({ named: ['alice'] })).toBe(false);
  });

  it('goes to the followers of whoever boosts it, for as long as the boost stands', async () => {
    const carol = 'https://other.example/users/carol' as Uri;
    await addFollowers(carol, 3 * spreadPageMax);
    await addFollowers(bob, 1, { from: 80_000 });
    await storeNote();
    const boost = { object: note, actor: carol, activity: `${carol}/boosts/1` as Uri, createdAt: 1 };
    await database().write((writer) => writer.reactions.addBoost(boost));
    await block(nameOf(3 * spreadPageMax - 1), carol);
    await block(nameOf(3 * spreadPageMax - 2), bob);
    await spread({ boostedBy: carol });
    const [first] = (await database().read((reader) => reader.messagesOfNote(note, { limit: 1 }))).items;
    expect(first).toMatchObject({ author: bob, boostedBy: carol });
    expect(await readersOf(note)).toHaveLength(spreadPageMax - 2);
    await database().write((writer) => writer.reactions.removeBoost(note, carol));
    await runTasks(server.social);
    expect(await readersOf(note)).toHaveLength(spreadPageMax - 2);
  });

  it.each(['deleted', 'its author gone'])('stops where the note is %s meanwhile', async (what) => {
    await addFollowers(bob, 3 * spreadPageMax);
    await storeNote();
    await spread();
    if (what === 'deleted') {
      await database().write(async (writer) => {
        await writer.putNote(
          { origin: originOf(note), uri: note, author: bob, state: 'deleted', storedAt: 1 },
          undefined,
        );
        await withdrawNote(writer, server.social, note);
      });
    } else {
      await storeRemote({ gone: true });
    }
    await runTasks(server.social);
    expect(await readersOf(note)).toHaveLength(what === 'deleted' ? 0 : spreadPageMax);
  });
});

describe('the end of an actor elsewhere', () => {
  it('takes followings, requests, followers and what it wrote, however many there are', async () => {
    await storeRemote({ gone: true });
    await addFollowers(bob, 500);
    await addFollowers(bob, 300, { from: 1_000, state: 'pending' });
    const notes = Array.from({ length: 15 }, (_, index) => `${bob}/posts/${index}` as Uri);
    for (const uri of notes) {
      await storeNote(uri);
      await spread({ note: uri });
    }
    await database().write(async (writer) => {
      for (let index = 0; index < 250; index++) {
        await writer.putFollower({
          account: nameOf(index),
          actor: bob,
          state: 'accepted',
          follows: [],
          since: 1,
        });
      }
    });
    await database().write((writer) => endRemoteActor(writer, server.social, bob));
    await runTasks(server.social);
    await database().read(async (reader) => {
      expect((await reader.localFollowers(bob, { limit: 1 })).items).toEqual([]);
      expect((await reader.localFollowers(bob, { limit: 1 }, 'pending')).items).toEqual([]);
      expect((await reader.followedBy(bob, { limit: 1 })).items).toEqual([]);
      for (const uri of notes) {
        expect(await reader.note(uri)).toMatchObject({ state: 'deleted' });
        expect(await reader.noteJson(uri)).toBeUndefined();
        expect((await reader.messagesOfNote(uri, { limit: 1 })).items).toEqual([]);
      }
    });
    expect(await Array.fromAsync(database().check())).toEqual([]);
  });

  it('ends where the actor is back', async () => {
    await storeRemote({ gone: true });
    await addFollowers(bob, spreadPageMax + 5);
    await database().write((writer) => endRemoteActor(writer, server.social, bob));
    await storeRemote();
    await runTasks(server.social);
    const left = await database().read((reader) => reader.localFollowers(bob, { limit: 100 }));
    expect(left.items).toHaveLength(5);
  });
});

describe('the end of an account', () => {
  it('tells all whom it followed or had asked to, and leaves no relation behind', async () => {
    const inboxes = new Set<string>();
    const states = ['accepted', 'pending', 'rejected'] as const;
    await database().write(async (writer) => {
      for (let index = 0; index < 700; index++) {
        const actor = `https://host${index}.example/users/x` as Uri;
        const inbox = `${actor}/inbox` as Uri;
        inboxes.add(inbox);
        const follow = `${alice}/activities/${index}` as Uri;
        const state = states[index % 3] as (typeof states)[number];
        await writer.putFollowing({ account: 'alice', actor, state, follow, since: 1 });
        await writer.putRemoteActor(
          {
            uri: actor,
            type: 'Person',
            preferredUsername: 'x',
            name: 'x',
            url: actor,
            inbox,
            manuallyApprovesFollowers: false,
            fetchedAt: 1,
          },
          [],
        );
      }
    });
    await addFollowers(alice, 300);
    await addFollowers(alice, 10, { from: 2_000, state: 'pending' });
    await database().write(async (writer) => {
      for (let index = 0; index < 300; index++) {
        const actor = `${home}/users/${nameOf(index)}` as Uri;
        await writer.putFollower({ account: 'alice', actor, state: 'accepted', follows: [], since: 1 });
      }
    });
    const post = (await publishPost(server.social, 'alice', { text: 'Frost.', visibility: 'public' })) as Uri;
    await runTasks(server.social);
    await retireActor(server.social, 'alice');
    await runTasks(server.social);
    await database().read(async (reader) => {
      for (const state of states) {
        expect((await reader.followings('alice', state, { limit: 1 })).items).toEqual([]);
      }
      expect((await reader.localFollowers(alice, { limit: 1 })).items).toEqual([]);
      expect((await reader.localFollowers(alice, { limit: 1 }, 'pending')).items).toEqual([]);
      expect((await reader.followers('alice', 'accepted', { limit: 1 })).items).toEqual([]);
      const sent = await reader.deliveries.ofAccount('alice', { limit: 1_000 });
      expect(new Set(sent.items.map(({ inbox }) => inbox))).toEqual(inboxes);
    });
    expect(await readersOf(post)).toEqual([]);
    expect(await Array.fromAsync(database().check())).toEqual([]);
  });
});
