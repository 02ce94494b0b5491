import { beforeEach, describe, expect, it } from 'vitest';
import { listRelations } from '#domain/social/list-relations';
import { publishPost } from '#domain/social/publish-post';
import {
  alice,
  carol,
  everyone,
  type InboxScene,
  inbox,
  openInboxScene,
  sharedInbox,
  uri,
} from '#test/fixtures/inbox-scene';

let scene: InboxScene;
beforeEach(async () => {
  scene = await openInboxScene();
});

const read: InboxScene['server']['social']['database']['read'] = (body) =>
  scene.server.social.database.read(body);

/** As the account itself says it. */
const block = (account: string, target: string) =>
  scene.server.social.database.write((writer) =>
    writer.blocks.add({
      account,
      side: 'ours',
      target,
      isHost: !target.startsWith('https:'),
      createdAt: scene.clock.now(),
    }),
  );
const publish = (text: string) => publishPost(scene.server.social, 'alice', { text, visibility: 'public' });

describe('Block by others', () => {
  const theirs = () => read((reader) => reader.blocks.isBlockedBy('alice', uri(scene.bob)));

  it('ends what was between the two, both ways, and nothing is sent any more', async () => {
    const { peer, bob, activity, follows } = scene;
    await follows('alice', bob);
    await peer.post(inbox, activity('Follow', alice));
    expect(await peer.post(inbox, activity('Block', alice))).toBe(202);
    expect(await theirs()).toBe(true);
    expect(await scene.followersOf('alice')).toEqual([]);
    expect((await listRelations(scene.server.social, 'alice', 'following', { limit: 10 })).items).toEqual([]);
    const before = (await scene.queued('alice')).length;
    await publish('Hello');
    expect(await scene.queued('alice')).toHaveLength(before);
    expect(await scene.differences()).toEqual([]);
  });

  it('shuts out a Follow until it is undone, by its id or by its two ends', async () => {
    const { peer, bob, activity, clock } = scene;
    for (const undone of [(told: object) => told, () => ({ type: 'Block', actor: bob, object: alice })]) {
      const told = activity('Block', alice);
      await peer.post(sharedInbox, told);
      expect(await peer.post(inbox, activity('Follow', alice))).toBe(202);
      expect(await scene.followersOf('alice')).toEqual([]);
      clock.advance(1_000);
      expect(await peer.post(inbox, activity('Undo', undone(told)))).toBe(202);
      expect(await theirs()).toBe(false);
      await peer.post(inbox, activity('Follow', alice));
      expect(await scene.followersOf('alice')).toEqual([bob]);
      clock.advance(1_000);
    }
  });

  it('outlives a late Undo of an earlier one', async () => {
    const { peer, activity } = scene;
    const former = activity('Block', alice);
    await peer.post(inbox, former);
    await peer.post(inbox, activity('Undo', former));
    await peer.post(inbox, activity('Block', alice));
    expect(await peer.post(inbox, activity('Undo', former.id))).toBe(202);
    expect(await theirs()).toBe(true);
  });

  it('does not let a Follow that was signed before come back', async () => {
    const { peer, activity, clock } = scene;
    const request = activity('Follow', alice);
    await peer.post(inbox, request);
    clock.advance(1_000);
    // Sent once more, and kept by somebody on the way.
    const signedAt = clock.now();
    await peer.post(inbox, request);
    clock.advance(1_000);
    const told = activity('Block', alice);
    await peer.post(inbox, told);
    await peer.post(inbox, activity('Undo', told));
    expect(await peer.post(inbox, request, { date: signedAt })).toBe(202);
    expect(await scene.followersOf('alice')).toEqual([]);
  });

  it('is told by nobody else, and only of our people', async () => {
    const { peer, evil, bob, activity } = scene;
    const mallory = evil.actor('mallory');
    expect(
      await evil.post(inbox, activity('Block', alice, { id: `${mallory}/1` }), {
        keyId: `${mallory}#main-key`,
      }),
    ).toBe(400);
    expect(await evil.post(inbox, activity('Block', alice), { keyId: `${mallory}#main-key` })).toBe(403);
    expect(await theirs()).toBe(false);
    expect(await peer.post(inbox, activity('Block', 'https://home.example/users/nobody'))).toBe(202);
    expect(await peer.post(inbox, activity('Block', mallory))).toBe(202);
    const told = activity('Block', alice);
    await peer.post(inbox, told);
    expect(await evil.post(inbox, activity('Undo', told.id, { actor: mallory }))).toBe(403);
    expect(await peer.post(inbox, activity('Undo', told, { actor: peer.actor('eve') }))).toBe(403);
    expect(await theirs()).toBe(true);
    expect(await read((reader) => reader.count('blocks'))).toBe(1);
    expect(bob).toBeTruthy();
  });
});

describe('a block of ours', () => {
  // Trap 27: also by subdomain.
  it.each([
    ['an actor', 'https://remote.example/users/bob'],
    ['its host', 'remote.example'],
    ['the host above', 'example'],
  ])('of %s turns its activities away, and nothing is fetched', async (_, target) => {
    const { peer, activity } = scene;
    await block('alice', target);
    for (const type of ['Follow', 'Like', 'Block', 'Flag']) {
      expect(await peer.post(inbox, activity(type, alice))).toBe(401);
    }
    expect(peer.asked).toEqual([]);
    expect(await peer.post(`${carol}/inbox`, activity('Follow', carol))).toBe(202);
    expect(await scene.followersOf('carol')).toHaveLength(1);
    const asked = peer.asked.length;
    // By now its key is known.
    for (const type of ['Follow', 'Like', 'Block', 'Flag']) {
      expect(await peer.post(inbox, activity(type, alice))).toBe(403);
    }
    expect(peer.asked).toHaveLength(asked);
  });

  // Trap 30: what a stranger is told is the same whether there is a block or not.
  it('is not found out by others in the name of whom it is of', async () => {
    const { peer, evil, activity } = scene;
    await peer.post(`${carol}/inbox`, activity('Follow', carol));
    const answers = async () => {
      const forged = { privateKey: evil.privateKey };
      const statuses = [await peer.post(inbox, activity('Follow', alice), forged)];
      statuses.push(await peer.post(inbox, activity('Follow', alice), { date: 0 }));
      statuses.push(
        await peer.post(inbox, activity('Follow', alice), { keyId: `${peer.actor('eve')}#main-key` }),
      );
      statuses.push(await peer.post(inbox, activity('Delete', `${scene.bob}/notes/1`), forged));
      return statuses;
    };
    const before = await answers();
    await peer.post(`${carol}/inbox`, activity('Like', carol, { actor: peer.actor('eve') }));
    await block('alice', scene.bob);
    expect(await answers()).toEqual(before);
  });

  it('lets them take away what came before it', async () => {
    const { peer, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    const post = await publish('Hello');
    const [first, second] = [note({ to: [alice] }), note({ to: [alice] })];
    for (const sent of [first, second]) await peer.post(inbox, create(sent));
    const like = activity('Like', post);
    await peer.post(inbox, like);
    await block('alice', bob);
    expect(await peer.post(inbox, activity('Delete', first.id))).toBe(202);
    expect(await peer.post(inbox, activity('Undo', like))).toBe(202);
    expect(await read((reader) => reader.reactions.likesTotal(uri(post)))).toBe(0);
    expect(await scene.notesOf('alice')).toEqual([second.id]);
    expect(await peer.post(inbox, activity('Delete', bob, { id: `${bob}#delete` }))).toBe(202);
    await scene.runTasks();
    expect(await scene.notesOf('alice')).toEqual([]);
  });

  it('leaves out who blocks, and nobody else, at the inbox that all share', async () => {
    const { peer, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    await follows('carol', bob);
    const post = await publish('Hello');
    const before = (await scene.queued('alice')).length;
    await block('alice', 'remote.example');
    const sent = note({ to: [everyone, alice, carol] });
    expect(await peer.post(sharedInbox, create(sent))).toBe(202);
    expect(await scene.notesOf('carol')).toEqual([sent.id]);
    expect(await scene.notesOf('alice')).toEqual([]);
    for (const type of ['Follow', 'Like', 'Announce']) {
      expect(await peer.post(sharedInbox, activity(type, type === 'Follow' ? alice : post))).toBe(202);
    }
    expect(await scene.followersOf('alice')).toEqual([]);
    expect(await read((reader) => reader.reactions.likesTotal(uri(post)))).toBe(0);
    expect(await read((reader) => reader.reactions.boostsTotal(uri(post)))).toBe(0);
    // Nobody is told: what is silent may as well not have decided yet.
    expect(await scene.queued('alice')).toHaveLength(before);
  });

  // Trap 27: also by Announce.
  it('holds for what others boost, and for whom they boost it', async () => {
    const { peer, evil, bob, activity, note, follows } = scene;
    const mallory = evil.actor('mallory');
    await follows('alice', bob);
    await follows('carol', bob);
    await block('alice', 'evil.example');
    const theirs = note({ attributedTo: mallory });
    evil.documents.set(theirs.id, { status: 200, json: theirs });
    await peer.post(sharedInbox, activity('Announce', theirs.id));
    await scene.runTasks();
    expect(await scene.notesOf('carol')).toEqual([theirs.id]);
    expect(await scene.notesOf('alice')).toEqual([]);
  });

  it('of all who could ask keeps their server from being asked', async () => {
    const { peer, evil, bob, activity, follows } = scene;
    await follows('alice', bob);
    await block('alice', 'evil.example');
    await peer.post(sharedInbox, activity('Announce', `${evil.origin}/notes/1`));
    await scene.runTasks();
    expect(evil.asked).toEqual([]);
  });
});
