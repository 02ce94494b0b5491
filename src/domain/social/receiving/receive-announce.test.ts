import { beforeEach, describe, expect, it } from 'vitest';
import { deletePost } from '#domain/social/delete-post';
import { publishPost } from '#domain/social/publish-post';
import { messagesPageMax, taskFetchesBurst } from '#support/limits';
import {
  alice,
  everyone,
  type InboxScene,
  inbox,
  openInboxScene,
  sharedInbox,
  uri,
} from '#test/fixtures/inbox-scene';

let scene: InboxScene;
let eve: string;
let mallory: string;
beforeEach(async () => {
  scene = await openInboxScene();
  eve = scene.peer.actor('eve');
  mallory = scene.evil.actor('mallory');
});

const read: InboxScene['server']['social']['database']['read'] = (body) =>
  scene.server.social.database.read(body);
const message = (account: string, note: string) => read((reader) => reader.message(account, uri(note)));
const publish = (text: string, visibility: 'public' | 'followers' = 'public') =>
  publishPost(scene.server.social, 'alice', { text, visibility });

/** A note of mallory's that lies on her server. */
function serve(changes: Record<string, unknown> = {}, url?: string): string {
  const note = scene.note({ attributedTo: mallory, content: '<p>As it lies there</p>', ...changes });
  scene.evil.documents.set(url ?? note.id, { status: 200, json: note });
  return url ?? note.id;
}

describe('Announce of a post of ours', () => {
  it('counts once, and brings the post to those who follow the one who boosts', async () => {
    const { peer, bob, activity, follows, clock } = scene;
    await follows('carol', bob);
    const post = await publish('Hello');
    const boost = activity('Announce', post, { to: [everyone], cc: [`${bob}/followers`, alice] });
    expect(await peer.post(sharedInbox, boost)).toBe(202);
    expect(await peer.post(inbox, activity('Announce', post, { to: [everyone] }))).toBe(202);
    const boosts = await read((reader) => reader.reactions.boostsOf(uri(post), { limit: 10 }));
    expect(boosts.items).toEqual([
      { object: post, actor: bob, activity: boost.id, owner: 'alice', createdAt: clock.now() },
    ]);
    expect(await scene.notesOf('carol')).toEqual([post]);
    expect((await message('carol', post))?.boostedBy).toBe(bob);
    expect(await scene.notesOf('alice')).toEqual([]);
  });

  it('does not bring the post to its author, who follows the one who boosts', async () => {
    const { peer, bob, activity, follows } = scene;
    await follows('alice', bob);
    await follows('carol', bob);
    const post = await publish('Hello');
    expect(await peer.post(sharedInbox, activity('Announce', post, { to: [everyone] }))).toBe(202);
    expect(await scene.notesOf('carol')).toEqual([post]);
    expect(await scene.notesOf('alice')).toEqual([]);
  });

  it('counts by the URI of the post alone, not by others that lead there', async () => {
    const { peer, bob, activity, follows } = scene;
    await follows('carol', bob);
    const post = await publish('Hello');
    for (const other of [`${post}?1`, `${post}?2`, post.replace('alice', '%61lice'), post]) {
      expect(await peer.post(inbox, activity('Announce', other, { to: [everyone] }))).toBe(202);
    }
    expect(await scene.notesOf('carol')).toEqual([post]);
    expect(await read((reader) => reader.count('boosts'))).toBe(1);
  });

  // Trap 28: an Announce of a private post is refused.
  it('is refused where the post is not public, also from a follower', async () => {
    const { peer, activity, bob, follows } = scene;
    await follows('carol', bob);
    await peer.post(inbox, activity('Follow', alice));
    const post = await publish('For followers', 'followers');
    expect(await peer.post(inbox, activity('Announce', post, { to: [everyone] }))).toBe(403);
    expect(await scene.notesOf('carol')).toEqual([]);
    expect(await read((reader) => reader.reactions.boostsTotal(uri(post)))).toBe(0);
  });

  it('has no effect where there is no such post', async () => {
    const { peer, activity } = scene;
    const post = await publish('Gone soon');
    await deletePost(scene.server.social, 'alice', post);
    expect(await peer.post(inbox, activity('Announce', post))).toBe(202);
    expect(await peer.post(inbox, activity('Announce', `${alice}/posts/never`))).toBe(202);
    expect(await peer.post(inbox, activity('Announce', alice))).toBe(202);
    expect(await read((reader) => reader.count('boosts'))).toBe(0);
  });
});

describe('Announce of a note elsewhere', () => {
  // Trap 14: what an Announce embeds is never trusted; it is fetched by its id.
  it('brings what lies at its id, and nothing of what it embeds', async () => {
    const { peer, evil, bob, activity, follows } = scene;
    await follows('alice', bob);
    const note = serve();
    const forged = {
      id: note,
      type: 'Note',
      attributedTo: mallory,
      content: '<p>Forged</p>',
      to: [everyone],
    };
    expect(await peer.post(sharedInbox, activity('Announce', forged, { to: [everyone] }))).toBe(202);
    expect(evil.asked).toEqual([]);
    expect(await scene.notesOf('alice')).toEqual([]);
    await scene.runTasks();
    expect(evil.asked).toEqual([note, mallory]);
    expect(await message('alice', note)).toMatchObject({ author: mallory, boostedBy: bob });
    const json = await read((reader) => reader.noteJson(uri(note)));
    expect(JSON.parse(json ?? '{}')).toMatchObject({ content: '<p>As it lies there</p>' });
    expect(await scene.notesOf('carol')).toEqual([]);
  });

  it('is asked for once, however often and by however many it is boosted', async () => {
    const { peer, evil, bob, activity, follows } = scene;
    await follows('alice', bob);
    await follows('carol', eve);
    const note = serve();
    const boost = activity('Announce', note);
    for (const to of [sharedInbox, inbox]) expect(await peer.post(to, boost)).toBe(202);
    expect(await peer.post(inbox, activity('Announce', note))).toBe(202);
    await scene.runTasks();
    expect(await peer.post(inbox, activity('Announce', note, { actor: eve }))).toBe(202);
    await scene.runTasks();
    expect(evil.asked.filter((url) => url === note)).toHaveLength(1);
    expect((await message('alice', note))?.boostedBy).toBe(bob);
    expect((await message('carol', note))?.boostedBy).toBe(eve);
    expect(await scene.differences()).toEqual([]);
  });

  it('fetches nothing where nobody here follows the one who boosts, or it is for a few alone', async () => {
    const { peer, evil, bob, activity, follows } = scene;
    const note = serve();
    expect(await peer.post(inbox, activity('Announce', note, { to: [everyone] }))).toBe(202);
    await follows('alice', bob);
    expect(await peer.post(inbox, activity('Announce', note, { to: [alice] }))).toBe(202);
    await scene.runTasks();
    expect(evil.asked).toEqual([]);
    expect(await read((reader) => reader.count('boosts'))).toBe(0);
  });

  // Traps 11 to 14: what is fetched must be named by where it was found, sent as what it is, by an actor of that origin.
  it.each<[string, () => string]>([
    [
      'only leads to a note',
      () => {
        const note = serve();
        const page = `${scene.evil.origin}/@mallory/1`;
        scene.evil.documents.set(page, scene.evil.documents.get(note)!);
        return page;
      },
    ],
    ['calls itself otherwise', () => serve({}, `${scene.evil.origin}/elsewhere`)],
    [
      'calls itself by another server’s name',
      () => serve({ id: `${scene.peer.origin}/notes/1` }, `${scene.evil.origin}/n`),
    ],
    [
      'is by an actor of another server',
      () => serve({ attributedTo: eve, id: `${scene.evil.origin}/notes/of-eve` }),
    ],
    ['is by several', () => serve({ attributedTo: [mallory, eve], id: `${scene.evil.origin}/notes/by-two` })],
    ['is for followers', () => serve({ to: [`${mallory}/followers`], cc: [] })],
    ['is for one', () => serve({ to: [alice], cc: [] })],
    [
      'is an activity',
      () => serve({ type: 'Announce', object: `${scene.peer.origin}/notes/1`, actor: mallory }),
    ],
    ['is no document', () => serve({ type: 'Collection' })],
    ['is not there', () => `${scene.evil.origin}/nothing`],
    ['is on a server that is not', () => 'https://nowhere.invalid/notes/1'],
    ['is by nobody who is there', () => serve({ attributedTo: `${scene.evil.origin}/users/ghost` })],
    [
      'is sent as something else',
      () => {
        const url = serve();
        scene.evil.documents.set(url, { ...scene.evil.documents.get(url)!, type: 'application/json' });
        return url;
      },
    ],
  ])('brings nothing that %s', async (_, make) => {
    const { peer, bob, activity, follows } = scene;
    await follows('alice', bob);
    const object = make();
    expect(await peer.post(inbox, activity('Announce', object))).toBe(202);
    await scene.runTasks();
    expect(await scene.notesOf('alice')).toEqual([]);
    expect(await read((reader) => reader.count('messages'))).toBe(0);
  });

  it('is tried again where its server does not answer, and not where it says no', async () => {
    const { peer, evil, bob, activity, follows, clock } = scene;
    await follows('alice', bob);
    const note = serve();
    const served = evil.documents.get(note)!;
    evil.documents.set(note, { status: 503 });
    await peer.post(inbox, activity('Announce', note));
    await scene.runTasks();
    expect(await read((reader) => reader.tasks.nextAt(clock.now()))).toBeGreaterThan(clock.now());
    evil.documents.set(note, served);
    clock.advance(3_600_000);
    await scene.runTasks();
    expect(await scene.notesOf('alice')).toEqual([note]);
    const gone = `${evil.origin}/gone`;
    evil.documents.set(gone, { status: 410 });
    await peer.post(inbox, activity('Announce', gone));
    await scene.runTasks();
    expect(await read((reader) => reader.tasks.nextAt(clock.now()))).toBeUndefined();
  });

  // Trap 18: what may not be fetched at all is not tried again and again.
  it('never asks for what is not on https', async () => {
    const { peer, bob, activity, follows, clock } = scene;
    await follows('alice', bob);
    expect(await peer.post(inbox, activity('Announce', 'http://remote.example/notes/1'))).toBe(202);
    await scene.runTasks();
    expect(await read((reader) => reader.tasks.nextAt(clock.now()))).toBeUndefined();
    expect(peer.asked).toEqual([bob]);
  });

  it('cannot make us flood a server', async () => {
    const { peer, evil, bob, activity, follows, clock } = scene;
    await follows('alice', bob);
    const waiting = 10;
    for (let i = 0; i < taskFetchesBurst + waiting; i++) {
      await peer.post(inbox, activity('Announce', `${evil.origin}/nothing/${i}`));
    }
    await scene.runTasks();
    expect(evil.asked).toHaveLength(taskFetchesBurst);
    // Those who wait come back one by one, and not all of them each time that one has its turn.
    for (let second = 1; second <= waiting; second++) {
      const { due } = await read(async ({ tasks }) => ({ due: await tasks.due(clock.now() + 1_000, 100) }));
      expect(due.length).toBeLessThanOrEqual(2);
      clock.advance(1_000);
      await scene.runTasks();
    }
    expect(evil.asked).toHaveLength(taskFetchesBurst + waiting);
    expect(await read(({ tasks }) => tasks.nextAt(clock.now()))).toBeUndefined();
  });

  // Trap 28: loops and boosts of one's own count once.
  it('by its own author changes nothing for those who have it already', async () => {
    const { peer, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    const own = note();
    await peer.post(inbox, create(own));
    expect(await peer.post(inbox, activity('Announce', own.id))).toBe(202);
    expect(await scene.notesOf('alice')).toEqual([own.id]);
    expect((await message('alice', own.id))?.boostedBy).toBeUndefined();
    expect(peer.asked).not.toContain(own.id);
  });

  it('that was sent to a few is refused', async () => {
    const { peer, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    await follows('carol', eve);
    const narrow = note({ to: [`${bob}/followers`], cc: [] });
    await peer.post(inbox, create(narrow));
    expect(await peer.post(inbox, activity('Announce', narrow.id, { actor: eve }))).toBe(403);
    expect(await scene.notesOf('carol')).toEqual([]);
  });

  it('does not bring back what its author has deleted', async () => {
    const { peer, evil, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    await follows('alice', eve);
    const own = note();
    await peer.post(inbox, create(own));
    await peer.post(inbox, activity('Delete', own.id));
    peer.documents.set(own.id, { status: 200, json: own });
    expect(await peer.post(inbox, activity('Announce', own.id, { actor: eve }))).toBe(202);
    await scene.runTasks();
    expect(await scene.notesOf('alice')).toEqual([]);
    // Also where it is deleted between the boost and the fetch.
    const later = serve();
    await peer.post(inbox, activity('Announce', later));
    await evil.post(inbox, activity('Follow', alice, { actor: mallory }));
    expect(await evil.post(sharedInbox, activity('Delete', later, { actor: mallory }))).toBe(202);
    await scene.runTasks();
    expect(await scene.notesOf('alice')).toEqual([]);
  });
});

describe('Undo of an Announce', () => {
  it('takes away what came by it alone', async () => {
    const { peer, bob, activity, create, follows } = scene;
    await follows('alice', bob);
    await follows('carol', bob);
    await follows('carol', eve);
    const [boosted, named] = [serve(), serve({ to: [everyone, alice] })];
    const followed = scene.note({ attributedTo: eve });
    peer.documents.set(followed.id, { status: 200, json: followed });
    const boostOfFollowed = activity('Announce', followed.id);
    await peer.post(inbox, boostOfFollowed);
    const boosts = [boosted, named].map((object) => activity('Announce', object));
    for (const boost of boosts) await peer.post(inbox, boost);
    await scene.runTasks();
    await follows('alice', eve);
    await peer.post(inbox, activity('Announce', boosted, { actor: eve }));
    await peer.post(inbox, activity('Undo', boostOfFollowed.id));
    const own = scene.note();
    await peer.post(inbox, create(own));
    await peer.post(inbox, activity('Undo', boosts[0]));
    await peer.post(inbox, activity('Undo', { type: 'Announce', actor: bob, object: named }));
    await scene.runTasks();
    // They are named, follow the author by now, or have it by eve, too.
    expect(new Set(await scene.notesOf('alice'))).toEqual(new Set([own.id, named, followed.id, boosted]));
    expect((await message('alice', followed.id))?.boostedBy).toBeUndefined();
    expect((await message('alice', boosted))?.boostedBy).toBe(eve);
    expect((await message('alice', named))?.boostedBy).toBeUndefined();
    expect(new Set(await scene.notesOf('carol'))).toEqual(new Set([own.id, boosted, followed.id]));
    expect((await message('carol', boosted))?.boostedBy).toBe(eve);
    expect(await scene.differences()).toEqual([]);
  });

  it('that comes before the note has been fetched leaves nothing to fetch', async () => {
    const { peer, evil, bob, activity, follows } = scene;
    await follows('alice', bob);
    const boost = activity('Announce', serve());
    await peer.post(inbox, boost);
    expect(await peer.post(inbox, activity('Undo', boost.id))).toBe(202);
    await scene.runTasks();
    expect(evil.asked).toEqual([]);
    expect(await scene.notesOf('alice')).toEqual([]);
  });

  it('of an earlier one comes too late to end a later one', async () => {
    const { peer, activity } = scene;
    const post = await publish('Hello');
    const former = activity('Announce', post);
    await peer.post(inbox, former);
    await peer.post(inbox, activity('Undo', former));
    await peer.post(inbox, activity('Announce', post));
    expect(await peer.post(inbox, activity('Undo', former.id))).toBe(202);
    expect(await read((reader) => reader.reactions.boostsTotal(uri(post)))).toBe(1);
  });

  it('is only for its own actor', async () => {
    const { peer, evil, bob, activity, follows } = scene;
    await follows('alice', bob);
    const post = await publish('Hello');
    const boost = activity('Announce', post);
    await peer.post(inbox, boost);
    for (const [by, from] of [
      [eve, peer],
      [mallory, evil],
    ] as const) {
      expect(await from.post(inbox, activity('Undo', boost.id, { actor: by }))).toBe(403);
      expect(await from.post(inbox, activity('Undo', boost, { actor: by }))).toBe(403);
    }
    expect(await read((reader) => reader.reactions.boostsTotal(uri(post)))).toBe(1);
  });

  it('reaches however many there are, page by page', async () => {
    const accounts = Array.from({ length: messagesPageMax + 5 }, (_, i) => `reader${i}`);
    const { peer, bob, activity, server } = scene;
    await peer.post(inbox, activity('Follow', alice));
    await server.social.database.write(async (writer) => {
      for (const account of accounts) {
        const follow = uri(`https://home.example/users/${account}/activities/1`);
        await writer.putFollowing({ account, actor: uri(bob), state: 'accepted', follow, since: 0 });
      }
    });
    const post = await publish('Hello');
    const boost = activity('Announce', post);
    await peer.post(inbox, boost);
    await scene.runTasks();
    expect(await read((reader) => reader.count('messages'))).toBe(accounts.length);
    await peer.post(inbox, activity('Undo', boost.id));
    expect(await read((reader) => reader.count('messages'))).toBe(5);
    // Boosted anew before the rest has been taken away.
    const again = activity('Announce', post);
    await peer.post(inbox, again);
    await scene.runTasks();
    expect(await read((reader) => reader.count('messages'))).toBe(accounts.length);
    await peer.post(inbox, activity('Undo', again.id));
    await scene.runTasks();
    expect(await read((reader) => reader.count('messages'))).toBe(0);
  });
});
