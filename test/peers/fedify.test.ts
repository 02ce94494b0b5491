// Hearth and a foreign server over real sockets: Fedify, whose own checks of signatures and documents judge what we send.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { approveFollower, removeFollower } from '#domain/social/answer-follower';
import { boost, unboost } from '#domain/social/boost';
import { deletePost } from '#domain/social/delete-post';
import { editPost } from '#domain/social/edit-post';
import { follow } from '#domain/social/follow';
import { like, unlike } from '#domain/social/like';
import { listDeliveries } from '#domain/social/list-deliveries';
import { listInbox } from '#domain/social/list-inbox';
import { listRelations } from '#domain/social/list-relations';
import { publishPost } from '#domain/social/publish-post';
import { unfollow } from '#domain/social/unfollow';
import { updateActor } from '#domain/social/update-actor';
import { type FedifyServer, openFedifyServer } from '#test/fixtures/fedify-server';
import { type FediverseServer, listeningServer } from '#test/fixtures/fediverse-server';

let hearth: FediverseServer;
let fedify: FedifyServer;
let alice: string;
let bobsAddress: string;
let neverSent: string;

beforeAll(async () => {
  [hearth, fedify] = await Promise.all([listeningServer(['alice']), openFedifyServer()]);
  alice = `${hearth.url}/users/alice`;
  neverSent = await fedify.post('<p>Nobody follows me yet.</p>');
  bobsAddress = `@bob@${new URL(fedify.url).host}`;
});

afterAll(async () => {
  await hearth?.[Symbol.asyncDispose]();
  await fedify?.[Symbol.asyncDispose]();
});

const patience = { timeout: 10_000, interval: 50 };
const followersOfAlice = async () =>
  (await listRelations(hearth.social, 'alice', 'followers', { limit: 10 })).items;
const inboxOfAlice = async () =>
  (await listInbox(hearth.social, 'alice', { limit: 10 })).items.map(({ text }) => text);

it('is followed, and its Accept is believed', async () => {
  await fedify.follow(alice);
  await vi.waitFor(() => expect(fedify.received).toContainEqual({ type: 'Accept', actor: alice }), patience);
  expect(await followersOfAlice()).toEqual([fedify.bob]);
});

it('delivers a post and its deletion', async () => {
  const uri = await publishPost(hearth.social, 'alice', { text: 'Hello, Fedify.', visibility: 'public' });
  const content = '<p>Hello, Fedify.</p>';
  await vi.waitFor(
    () => expect(fedify.received).toContainEqual({ type: 'Create', actor: alice, content }),
    patience,
  );
  await deletePost(hearth.social, 'alice', uri.split('/').at(-1) ?? '');
  await vi.waitFor(() => expect(fedify.received).toContainEqual({ type: 'Delete', actor: alice }), patience);
  await vi.waitFor(async () => {
    const { items } = await listDeliveries(hearth.social, 'alice', { limit: 10 });
    expect(items.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
      ['delivered', 1],
    ]);
  }, patience);
});

it('follows by address, and is let', async () => {
  expect(await follow(hearth.social, 'alice', bobsAddress)).toEqual({
    actor: fedify.bob,
    state: 'requested',
  });
  await vi.waitFor(async () => {
    expect((await follow(hearth.social, 'alice', bobsAddress)).state).toBe('accepted');
  }, patience);
  expect([...fedify.followers.keys()]).toEqual([alice]);
});

it('receives a post and its deletion', async () => {
  const uri = await fedify.post('<p>Hello, Hearth.</p>');
  expect(await inboxOfAlice()).toEqual(['Hello, Hearth.']);
  await fedify.remove(uri);
  expect(await inboxOfAlice()).toEqual([]);
});

it('is told of likes and boosts, of notes that it has never sent us, too, and that they are taken back', async () => {
  const sent = await fedify.post('<p>Like me.</p>');
  for (const uri of [neverSent, sent]) {
    const { activity: liked } = await like(hearth.social, 'alice', uri);
    const { activity: boosted } = await boost(hearth.social, 'alice', uri);
    await unlike(hearth.social, 'alice', uri);
    await unboost(hearth.social, 'alice', uri);
    const told = [
      { type: 'Like', actor: alice, object: uri },
      { type: 'Announce', actor: alice, object: uri },
      { type: 'Undo', actor: alice, object: liked },
      { type: 'Undo', actor: alice, object: boosted },
    ];
    await vi.waitFor(() => expect(fedify.received).toEqual(expect.arrayContaining(told)), patience);
  }
});

it('reads an edited post, and what an actor says of itself now', async () => {
  const attachments = [{ url: 'https://pictures.example/a.png', description: 'A' }];
  const draft = {
    text: 'Frist #tag',
    contentWarning: 'W',
    language: 'en',
    attachments,
    inReplyTo: neverSent,
  };
  const uri = await publishPost(hearth.social, 'alice', { ...draft, visibility: 'public' });
  await editPost(hearth.social, 'alice', uri, { text: 'First' });
  await updateActor(hearth.social, 'alice', { displayName: 'Alice of Hearth' });
  for (const content of ['<p>First</p>', 'Alice of Hearth']) {
    const update = { type: 'Update', actor: alice, content };
    await vi.waitFor(() => expect(fedify.received).toContainEqual(update), patience);
  }
});

it('is let only when it has been approved, and can be made to follow no longer', async () => {
  await removeFollower(hearth.social, 'alice', fedify.bob);
  await vi.waitFor(
    () => expect(fedify.received).toContainEqual(expect.objectContaining({ type: 'Reject', actor: alice })),
    patience,
  );
  await updateActor(hearth.social, 'alice', { manuallyApprovesFollowers: true });
  const accepts = () => fedify.received.filter(({ type }) => type === 'Accept').length;
  const before = accepts();
  await fedify.follow(alice);
  expect([await followersOfAlice(), accepts()]).toEqual([[], before]);
  expect(await approveFollower(hearth.social, 'alice', bobsAddress)).toBe(fedify.bob);
  await vi.waitFor(() => expect(accepts()).toBe(before + 1), patience);
  expect(await followersOfAlice()).toEqual([fedify.bob]);
  await updateActor(hearth.social, 'alice', { manuallyApprovesFollowers: false });
});

it('lets go and is let go', async () => {
  await unfollow(hearth.social, 'alice', bobsAddress);
  await vi.waitFor(() => expect(fedify.followers.size).toBe(0), patience);
  const again = await fedify.follow(alice);
  await fedify.undoFollow(alice, again);
  expect(await followersOfAlice()).toEqual([]);
});
