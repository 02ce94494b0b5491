import { beforeEach, describe, expect, it } from 'vitest';
import { movedFollowersPageMax, moveIntervalMsMin, taskFetchesBurst } from '#support/limits';
import { carol, type InboxScene, inbox, openInboxScene, sharedInbox, uri } from '#test/fixtures/inbox-scene';

let scene: InboxScene;
/** Where bob goes: an actor on another server, who says that she is bob. */
let target: string;
beforeEach(async () => {
  scene = await openInboxScene();
  target = scene.evil.actor('robert', { alsoKnownAs: [scene.bob] });
});

const read: InboxScene['server']['social']['database']['read'] = (body) =>
  scene.server.social.database.read(body);
const stateOf = async (account: string, actor: string) =>
  (await read((reader) => reader.following(account, uri(actor))))?.state;
const move = (to: string = target, changes = {}) =>
  scene.activity('Move', scene.bob, { target: to, ...changes });

describe('Move', () => {
  // Trap 29: the target says so, too; it is asked afresh; only followers move.
  it('brings those who follow to where it leads, and tells both', async () => {
    const { peer, evil, bob, follows } = scene;
    await follows('alice', bob);
    const old = await read((reader) => reader.following('alice', uri(bob)));
    expect(await peer.post(sharedInbox, move())).toBe(202);
    expect(await stateOf('alice', bob)).toBe('accepted');
    await scene.runTasks();
    expect(evil.asked).toEqual([target]);
    expect(await stateOf('alice', bob)).toBeUndefined();
    expect(await stateOf('alice', target)).toBe('pending');
    const sent = (await scene.queued('alice')).slice(1);
    expect(sent).toMatchObject([
      { to: `${bob}/inbox`, activity: { type: 'Undo', object: { id: old?.follow, type: 'Follow' } } },
      { to: `${target}/inbox`, activity: { type: 'Follow', object: target } },
    ]);
    expect(await read((reader) => reader.remoteActor(uri(bob)))).toMatchObject({ movedTo: target });
    expect(await stateOf('carol', target)).toBeUndefined();
    // Whoever is asked answers as ever.
    const accept = scene.activity('Accept', sent[1]?.activity.id, { actor: target });
    expect(await evil.post(inbox, accept)).toBe(202);
    expect(await stateOf('alice', target)).toBe('accepted');
  });

  it.each<[string, () => string]>([
    ['does not say so itself', () => scene.evil.actor('robert', {})],
    ['says that it is somebody else', () => scene.evil.actor('robert', { alsoKnownAs: [carol] })],
    ['has moved on itself', () => scene.evil.actor('robert', { alsoKnownAs: [scene.bob], movedTo: carol })],
    ['is not there', () => `${scene.evil.origin}/users/ghost`],
    [
      'lies elsewhere',
      () => {
        const other = `${scene.evil.origin}/@robert`;
        scene.evil.documents.set(other, scene.evil.documents.get(target)!);
        return other;
      },
    ],
    [
      'is no actor',
      () => {
        const note = scene.note({ attributedTo: target });
        scene.evil.documents.set(note.id, { status: 200, json: { ...note, alsoKnownAs: [scene.bob] } });
        return note.id;
      },
    ],
    ['is one of ours', () => carol],
  ])('leads nobody to what %s', async (_, make) => {
    const { peer, bob, follows } = scene;
    const to = make();
    await follows('alice', bob);
    expect(await peer.post(inbox, move(to))).toBe(202);
    await scene.runTasks();
    expect(await stateOf('alice', bob)).toBe('accepted');
    expect(await stateOf('alice', to)).toBeUndefined();
    expect(await scene.queued('alice')).toHaveLength(1);
    expect(await read((reader) => reader.tasks.nextAt(scene.clock.now()))).toBeUndefined();
  });

  it('cannot make us flood a server', async () => {
    const { peer, evil, bob, follows, clock } = scene;
    await follows('alice', bob);
    for (let i = 0; i < taskFetchesBurst + 5; i++)
      await peer.post(inbox, move(`${evil.origin}/nothing/${i}`));
    await scene.runTasks();
    expect(evil.asked).toHaveLength(taskFetchesBurst);
    clock.advance(60_000);
    await scene.runTasks();
    expect(evil.asked).toHaveLength(taskFetchesBurst + 5);
  });

  it('leads to one place, however many it tells at once', async () => {
    const { peer, evil, bob, follows, clock } = scene;
    await follows('alice', bob);
    const other = evil.actor('other', { alsoKnownAs: [bob] });
    const served = evil.documents.get(other)!;
    evil.documents.set(other, { status: 503 });
    for (const to of [other, target]) {
      expect(await peer.post(inbox, move(to))).toBe(202);
      await scene.runTasks();
    }
    expect(await stateOf('alice', target)).toBe('pending');
    // The other one comes too late.
    await follows('carol', bob);
    evil.documents.set(other, served);
    clock.advance(3_600_000);
    await scene.runTasks();
    expect(evil.asked.filter((url) => url === other)).toHaveLength(2);
    expect((await read((reader) => reader.remoteActor(uri(bob))))?.movedTo).toBe(target);
    expect(await stateOf('carol', bob)).toBe('accepted');
  });

  it('may only be of the actor itself, to another', async () => {
    const { peer, bob, follows } = scene;
    await follows('alice', bob);
    const eve = peer.actor('eve');
    expect(await peer.post(inbox, move(target, { actor: eve }))).toBe(403);
    expect(await peer.post(inbox, move(bob))).toBe(400);
    expect(await peer.post(inbox, scene.activity('Move', bob))).toBe(400);
    await scene.runTasks();
    expect(await stateOf('alice', bob)).toBe('accepted');
  });

  it('asks nobody where nobody here follows', async () => {
    expect(await scene.peer.post(inbox, move())).toBe(202);
    await scene.runTasks();
    expect(scene.evil.asked).toEqual([]);
  });

  it('is looked at again where the target does not answer', async () => {
    const { peer, evil, bob, follows, clock } = scene;
    await follows('alice', bob);
    const served = evil.documents.get(target)!;
    evil.documents.set(target, { status: 502 });
    await peer.post(inbox, move());
    await scene.runTasks();
    evil.documents.set(target, served);
    clock.advance(3_600_000);
    await scene.runTasks();
    expect(await stateOf('alice', target)).toBe('pending');
  });

  it('counts once in a while, however often it is said', async () => {
    const { peer, evil, bob, follows, clock } = scene;
    await follows('alice', bob);
    await peer.post(inbox, move());
    await peer.post(sharedInbox, move());
    await scene.runTasks();
    expect((await scene.queued('alice')).map(({ activity }) => activity.type)).toEqual([
      'Follow',
      'Undo',
      'Follow',
    ]);
    const next = evil.actor('bobby', { alsoKnownAs: [bob] });
    await follows('carol', bob);
    clock.advance(moveIntervalMsMin - 1);
    expect(await peer.post(inbox, move(next))).toBe(202);
    await scene.runTasks();
    expect(evil.asked).not.toContain(next);
    expect(await stateOf('carol', bob)).toBe('accepted');
    // What the actor says of itself meanwhile does not make it forgotten.
    await peer.post(inbox, scene.activity('Update', peer.documents.get(bob)?.json));
    expect((await read((reader) => reader.remoteActor(uri(bob))))?.movedTo).toBe(target);
    clock.advance(1);
    await peer.post(inbox, move(next));
    await scene.runTasks();
    expect(await stateOf('carol', next)).toBe('pending');
  });

  it('does not make anybody follow whom they follow already, or do not want to hear of', async () => {
    const { peer, evil, bob, follows, server } = scene;
    await follows('alice', bob);
    await follows('carol', bob);
    const { database } = server.social;
    const follow = uri('https://home.example/users/alice/activities/own');
    await database.write(async (writer) => {
      await writer.putFollowing({
        account: 'alice',
        actor: uri(target),
        state: 'accepted',
        follow,
        since: 0,
      });
      await writer.blocks.add({
        account: 'carol',
        side: 'ours',
        target: 'evil.example',
        isHost: true,
        createdAt: 0,
      });
    });
    await peer.post(inbox, move());
    await scene.runTasks();
    expect(evil.asked).toEqual([target]);
    expect(await read((reader) => reader.following('alice', uri(target)))).toMatchObject({
      state: 'accepted',
      follow,
    });
    expect(await stateOf('carol', target)).toBeUndefined();
    expect(await stateOf('alice', bob)).toBeUndefined();
  });

  it('takes along however many there are, page by page', async () => {
    const { peer, bob, follows, server } = scene;
    const accounts = Array.from({ length: movedFollowersPageMax + 5 }, (_, i) => `reader${i}`);
    await server.social.database.write(async (writer) => {
      for (const account of accounts) {
        const follow = uri(`https://home.example/users/${account}/activities/1`);
        await writer.putFollowing({ account, actor: uri(bob), state: 'accepted', follow, since: 0 });
      }
    });
    await follows('alice', bob);
    await peer.post(inbox, move());
    await scene.runTasks();
    const left = await read((reader) => reader.localFollowers(uri(bob), { limit: 1 }));
    expect(left.items).toEqual([]);
    const states = await Promise.all(['alice', ...accounts].map((account) => stateOf(account, target)));
    expect(new Set(states)).toEqual(new Set(['pending']));
    expect(await scene.differences()).toEqual([]);
  });
});
