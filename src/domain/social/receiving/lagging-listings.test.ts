// Where listings lag behind the records, what is undone at once is undone all the same.
import { beforeEach, expect, it } from 'vitest';
import { publishPost } from '#domain/social/publish-post';
import { listingDelayMs } from '#support/limits';
import { alice, type InboxScene, inbox, openInboxScene, uri } from '#test/fixtures/inbox-scene';

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
