// What a hostile server may try at our inboxes, by the numbers of the list of traps that servers of this network fall into
// (those that are about one kind of activity stand beside its handler).
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { listInbox } from '#domain/social/list-inbox';
import { publishPost } from '#domain/social/publish-post';
import { digestHeader } from '#protocol/activitypub/digest';
import {
  alice,
  carol,
  everyone,
  home,
  type InboxScene,
  inbox,
  openInboxScene,
  sharedInbox,
  uri,
} from '#test/fixtures/inbox-scene';

let scene: InboxScene;
let mallory: string;
beforeEach(async () => {
  scene = await openInboxScene();
  mallory = scene.evil.actor('mallory');
});

const read: InboxScene['server']['social']['database']['read'] = (body) =>
  scene.server.social.database.read(body);
const textsOf = async (account: string) =>
  (await listInbox(scene.server.social, account, { limit: 10 })).items.map(({ text }) => text);

describe('signatures', () => {
  // Trap 7.
  it('by a key that its owner has given up count no longer', async () => {
    const { peer, bob, activity } = scene;
    const lost = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const byLost = { keyId: `${bob}#second`, privateKey: lost.privateKey };
    const document = peer.documents.get(bob)?.json as { publicKey: object };
    const publicKeyPem = lost.publicKey.export({ type: 'spki', format: 'pem' });
    const second = { id: byLost.keyId, owner: bob, publicKeyPem };
    peer.actor('bob', { publicKey: [document.publicKey, second] });
    expect(await peer.post(inbox, activity('Follow', alice), byLost)).toBe(202);
    expect(await peer.post(inbox, activity('Like', alice))).toBe(202);
    peer.actor('bob');
    expect(await peer.post(inbox, activity('Update', document))).toBe(202);
    expect(await peer.post(sharedInbox, activity('Follow', carol), byLost)).toBe(401);
    expect(await scene.followersOf('carol')).toEqual([]);
  });

  it('count no longer, after a while, by a key that another process knows to be given up', async () => {
    const { peer, bob, activity, server, clock } = scene;
    expect(await peer.post(inbox, activity('Follow', alice))).toBe(202);
    await server.social.database.write(async (writer) => {
      const known = await writer.remoteActor(uri(bob));
      if (known) await writer.putRemoteActor(known, []);
    });
    peer.documents.set(bob, {
      status: 200,
      json: { ...(peer.documents.get(bob)?.json as object), publicKey: [] },
    });
    clock.advance(3_600_000);
    expect(await peer.post(sharedInbox, activity('Follow', carol))).toBe(401);
  });

  // Trap 1.
  it('cover the digest as it was sent, which must be SHA-256', async () => {
    const { peer, activity } = scene;
    const withDigest = (digest: (body: Buffer) => string) => ({
      tamper: (headers: Record<string, string>, body: Buffer) => {
        headers.digest = digest(body);
        return undefined;
      },
    });
    // The signature is over the digest, too: another one than was signed is refused even where it is right.
    expect(
      await peer.post(
        inbox,
        activity('Like', alice),
        withDigest((body) => digestHeader(body).toLowerCase()),
      ),
    ).toBe(401);
    expect(
      await peer.post(
        inbox,
        activity('Like', alice),
        withDigest(() => 'MD5=AAAA'),
      ),
    ).toBe(401);
    expect(
      await peer.post(
        inbox,
        activity('Like', alice),
        withDigest(() => 'SHA-256='),
      ),
    ).toBe(401);
  });

  // Trap 3: what was taken once is not taken again, with other contents neither.
  it('do not make an activity count twice', async () => {
    const { peer, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    const first = create(note({ content: 'first' }));
    expect(await peer.post(inbox, first)).toBe(202);
    expect(await peer.post(inbox, create(note({ content: 'second' }), { id: first.id }))).toBe(202);
    expect(await textsOf('alice')).toEqual(['first']);
    // Nor by another actor of the same server.
    const eve = peer.actor('eve');
    expect(await peer.post(inbox, activity('Follow', alice, { actor: eve, id: first.id }))).toBe(403);
    expect(await scene.followersOf('alice')).toEqual([]);
  });

  // Trap 5: a key document elsewhere that names another as its owner.
  it('by a key that claims another’s name are refused before the key is fetched', async () => {
    const { evil, bob, activity } = scene;
    const own = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const keyId = `${evil.origin}/keys/1`;
    const publicKeyPem = own.publicKey.export({ type: 'spki', format: 'pem' });
    evil.documents.set(keyId, { status: 200, json: { id: keyId, type: 'Key', owner: bob, publicKeyPem } });
    const forged = activity('Follow', alice);
    expect(await evil.post(inbox, forged, { keyId, privateKey: own.privateKey })).toBe(403);
    expect(evil.asked).toEqual([]);
    // An actor of its own that lists the other's key, or whose key says that it is the other's.
    for (const publicKey of [
      { id: `${bob}#main-key`, owner: mallory, publicKeyPem },
      { id: `${mallory}#main-key`, owner: bob, publicKeyPem },
    ]) {
      const name = `mallory${evil.asked.length}`;
      const actor = evil.actor(name, { publicKey });
      const byIt = activity('Follow', alice, { actor });
      expect(await evil.post(inbox, byIt, { privateKey: own.privateKey })).toBe(401);
    }
    expect(await scene.followersOf('alice')).toEqual([]);
  });

  // Trap 7: actors that are gone and that nobody knew.
  it('of the gone make nobody look for them', async () => {
    const { peer, activity } = scene;
    for (let i = 0; i < 50; i++) {
      const ghost = `${peer.origin}/users/ghost${i}`;
      expect(await peer.post(sharedInbox, activity('Delete', ghost, { actor: ghost }))).toBe(202);
    }
    expect(peer.asked).toEqual([]);
  });

  // Trap 10: a signature within the document proves nothing.
  it('within a document are not believed', async () => {
    const { evil, bob, create, note, follows } = scene;
    await follows('alice', bob);
    const relayed = {
      ...create(note()),
      signature: { type: 'RsaSignature2017', creator: `${bob}#main-key`, signatureValue: 'AAAA' },
    };
    expect(await evil.post(sharedInbox, relayed, { keyId: `${mallory}#main-key` })).toBe(403);
    expect(await textsOf('alice')).toEqual([]);
  });
});

describe('whose it is', () => {
  // Trap 13.
  it.each(['Create', 'Update', 'Delete', 'Undo', 'Move'])('is told by the origin for %s', async (type) => {
    const { peer, evil, bob, activity, note, follows } = scene;
    await follows('alice', bob);
    const present = note({ content: 'present' });
    await peer.post(inbox, activity('Create', present));
    const before = await textsOf('alice');
    const object =
      type === 'Move' ? bob : type === 'Undo' ? activity('Like', alice) : { ...present, content: 'forged' };
    const forged = activity(type, object, { actor: mallory, target: mallory, to: [everyone] });
    expect(await evil.post(sharedInbox, forged)).toBe(403);
    expect(await textsOf('alice')).toEqual(before);
  });

  // Trap 14: whoever announces something does not speak for those who did it.
  it.each(['Create', 'Update', 'Delete', 'Undo'])('is not changed by an Announce of a %s', async (type) => {
    const { peer, evil, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    const present = note({ content: 'present' });
    await peer.post(inbox, create(present));
    const eve = peer.actor('eve');
    await follows('alice', eve);
    const wrapped = activity(type, { ...present, content: 'forged', updated: '2028-01-01T00:00:00Z' });
    evil.documents.set(wrapped.id, { status: 200, json: wrapped });
    expect(await peer.post(inbox, activity('Announce', wrapped, { actor: eve, to: [everyone] }))).toBe(202);
    await scene.runTasks();
    expect(await textsOf('alice')).toEqual(['present']);
  });

  // Trap 14: no row is written under an id that a fetched document gives itself.
  it('is not what a fetched document says of itself', async () => {
    const { peer, evil, bob, activity, create, note, follows } = scene;
    await follows('alice', bob);
    const present = note({ content: 'present' });
    await peer.post(inbox, create(present));
    const bait = `${evil.origin}/bait`;
    evil.documents.set(bait, { status: 200, json: { ...present, content: 'forged' } });
    expect(await peer.post(inbox, activity('Announce', bait))).toBe(202);
    await scene.runTasks();
    expect(await textsOf('alice')).toEqual(['present']);
    const json = await read((reader) => reader.noteJson(uri(present.id)));
    expect(json).not.toContain('forged');
  });

  // Trap 15: one and the same actor, however it is written; and only one.
  it.each([
    'https://REMOTE.example/users/bob',
    'https://remote.example:443/users/bob',
    'https://remote.example./users/bob',
  ])('is read of %s as of its plain form', async (spelling) => {
    const { peer, bob, activity, clock, server } = scene;
    const request = activity('Follow', alice, { actor: spelling, id: `${bob}/follows/1` });
    expect(await peer.post(inbox, request, { keyId: `${bob}#main-key` })).toBe(202);
    expect(await scene.followersOf('alice')).toEqual([bob]);
    const block = {
      account: 'carol',
      side: 'ours',
      target: bob,
      isHost: false,
      createdAt: clock.now(),
    } as const;
    await server.social.database.write((writer) => writer.blocks.add(block));
    const other = activity('Follow', carol, { actor: spelling, id: `${bob}/follows/2` });
    expect(await peer.post(`${carol}/inbox`, other, { keyId: `${bob}#main-key` })).toBe(403);
  });

  it.each([
    ['two actors', { actor: ['https://remote.example/users/bob', 'https://evil.example/users/mallory'] }],
    ['a name with a password', { actor: 'https://bob:secret@remote.example/users/bob' }],
    ['a local id', { actor: '/users/bob' }],
    ['a number', { actor: 7 }],
    ['another scheme', { actor: 'acct:bob@remote.example' }],
    ['an id elsewhere', { id: 'https://evil.example/activities/1' }],
    ['no id', { id: undefined }],
  ])('is refused for %s', async (_, changes) => {
    const { peer, bob, activity } = scene;
    const request = { ...activity('Follow', alice), ...changes };
    expect(await peer.post(inbox, request, { keyId: `${bob}#main-key` })).toBe(400);
    expect(await scene.followersOf('alice')).toEqual([]);
  });

  // Trap 16.
  it('is not changed by a context', async () => {
    const { peer, activity } = scene;
    const context = ['https://www.w3.org/ns/activitystreams', { actor: 'https://evil.example/ns#actor' }];
    expect(await peer.post(inbox, { ...activity('Follow', alice), '@context': context })).toBe(400);
    expect(peer.asked).toEqual([]);
  });
});

describe('one effect', () => {
  // Trap 24: also at the same time, and where the outcome of a commit is lost.
  it.each(['Follow', 'Like', 'Announce', 'Block', 'Flag', 'Create', 'Move'])('has a %s', async (type) => {
    const { peer, bob, activity, note, follows, engine } = scene;
    const post = await publishPost(scene.server.social, 'alice', { text: 'Hello', visibility: 'public' });
    await follows('carol', bob);
    const objects: Record<string, unknown> = {
      Like: post,
      Announce: post,
      Create: note({ to: [everyone, alice] }),
      Move: bob,
    };
    const one = activity(type, objects[type] ?? alice, { target: mallory });
    engine.failNext('unknownApplied', 'conflict', 'unknownNotApplied');
    const inboxes = [inbox, sharedInbox, inbox, sharedInbox];
    expect(await Promise.all(inboxes.map((to) => peer.post(to, one)))).toEqual([202, 202, 202, 202]);
    const effects = await read(async (reader) => ({
      followers: await reader.count('followers'),
      likes: await reader.count('likes'),
      boosts: await reader.count('boosts'),
      blocks: await reader.count('blocks'),
      toldOf: (await reader.activitiesOf('alice', { limit: 10 })).items.filter(
        (sent) => sent.type === 'Accept',
      ).length,
      tasks: (await reader.tasks.due(scene.clock.now(), 10)).length,
      reports: (await reader.reports({ limit: 10 })).items.length,
      messages: await reader.count('messages'),
      known: (await reader.activity(uri(one.id)))?.type,
    }));
    const none = {
      followers: 0,
      likes: 0,
      boosts: 0,
      blocks: 0,
      toldOf: 0,
      tasks: 0,
      reports: 0,
      messages: 0,
    };
    const expected: Record<string, object> = {
      Follow: { followers: 1, toldOf: 1 },
      Like: { likes: 1 },
      Announce: { boosts: 1, messages: 1 },
      Block: { blocks: 1 },
      Flag: { reports: 1 },
      // For alice, who is named, and carol, who follows.
      Create: { messages: 2 },
      Move: { tasks: 1 },
    };
    expect(effects).toEqual({ ...none, ...expected[type], known: type });
    expect(await scene.differences()).toEqual([]);
  });

  // Trap 30: accepted twice.
  it('has an Accept', async () => {
    const { peer, bob, activity, follows } = scene;
    await follows('alice', bob);
    const relation = await read((reader) => reader.following('alice', uri(bob)));
    expect(await peer.post(inbox, activity('Accept', relation?.follow))).toBe(202);
    expect(await read((reader) => reader.following('alice', uri(bob)))).toEqual(relation);
    expect(await read((reader) => reader.followingsTotal('alice'))).toBe(1);
  });
});

// Trap 26: who is meant is told by the addressing, not by the text.
it('puts nothing into the inbox of whom a text names', async () => {
  const { peer, create, note } = scene;
  const loud = note({ to: [carol], cc: [], content: '<p>@alice@home.example</p>' });
  expect(await peer.post(sharedInbox, create(loud))).toBe(202);
  expect(await textsOf('alice')).toEqual([]);
  const crowd = Array.from({ length: 1_001 }, (_, i) => `${home}/users/someone${i}`);
  expect(await peer.post(sharedInbox, create(note({ to: crowd, cc: [] })))).toBe(400);
});
