// Where listings lag behind the records, what is undone or ends at once does so all the same.
import { beforeEach, expect, it } from 'vitest';
import { follow } from '#domain/social/follow';
import { publishPost } from '#domain/social/publish-post';
import { retireActor } from '#domain/social/retire-actor';
import { listingDelayMs } from '#support/limits';
import { alice, carol, type InboxScene, inbox, openInboxScene, uri } from '#test/fixtures/inbox-scene';

let scene: InboxScene;
beforeEach(async () => {
  scene = await openInboxScene({ lagMs: listingDelayMs });
});

const read: InboxScene['server']['social']['database']['read'] = (body) =>
  scene.server.social.database.read(body);

it('a Follow', async () => {
  const { peer, bob, activity } = scene;
  const request = activity('Follow', alice);
  await peer.post(inbox, request);
  expect(await peer.post(inbox, activity('Undo', request.id))).toBe(202);
  expect(await read((reader) => reader.follower('alice', uri(bob)))).toBeUndefined();
});

it('a boost, after a while', async () => {
  const { peer, bob, activity, follows, clock } = scene;
  await follows('carol', bob);
  clock.advance(listingDelayMs);
  const post = await publishPost(scene.server.social, 'alice', { text: 'Hello', visibility: 'public' });
  const boost = activity('Announce', post);
  await peer.post(inbox, boost);
  await scene.runTasks();
  const message = () => read((reader) => reader.message('carol', uri(post)));
  expect(await message()).toBeDefined();
  expect(await peer.post(inbox, activity('Undo', boost.id))).toBe(202);
  clock.advance(listingDelayMs);
  await scene.runTasks();
  expect(await message()).toBeUndefined();
});

/** Whatever has come to be listed meanwhile. */
async function later() {
  scene.clock.advance(listingDelayMs);
  await scene.runTasks();
}

it('an actor elsewhere, with what is not listed yet', async () => {
  const { peer, bob, activity, create, note } = scene;
  await peer.post(inbox, activity('Follow', alice));
  await peer.post(inbox, create(note({ to: [alice] })));
  expect(await peer.post(inbox, activity('Delete', bob, { id: `${bob}#delete` }))).toBe(202);
  await later();
  expect(await scene.followersOf('alice')).toEqual([]);
  expect(await read((reader) => reader.count('messages'))).toBe(0);
});

it('an account, with what is not listed yet', async () => {
  const { social } = scene.server;
  await follow(social, 'alice', carol);
  await retireActor(social, 'carol');
  await later();
  expect(await read((reader) => reader.following('alice', uri(carol)))).toBeUndefined();
});

it('what was with an actor that moves, for those who are not listed yet, too', async () => {
  const { peer, evil, bob, activity, follows, clock } = scene;
  const target = evil.actor('robert', { alsoKnownAs: [bob] });
  await follows('alice', bob);
  clock.advance(listingDelayMs);
  await follows('carol', bob);
  await peer.post(inbox, activity('Move', bob, { target }));
  await scene.runTasks();
  await later();
  for (const account of ['alice', 'carol']) {
    expect(await read((reader) => reader.following(account, uri(bob)))).toBeUndefined();
    expect(await read((reader) => reader.following(account, uri(target)))).toMatchObject({
      state: 'pending',
    });
  }
});

it('the former inboxes of an actor, for relations that are not listed yet, too', async () => {
  const { peer, bob, activity } = scene;
  await peer.post(inbox, activity('Follow', alice));
  const moved = `${bob}/new-inbox`;
  peer.actor('bob', { inbox: moved });
  const document = peer.documents.get(bob)?.json;
  expect(await peer.post(inbox, activity('Update', document))).toBe(202);
  await later();
  expect(await read((reader) => reader.follower('alice', uri(bob)))).toMatchObject({ inbox: moved });
});
