// Hearth and a foreign server over real sockets: Fedify, whose own checks of signatures and documents judge what we send.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deletePost } from '#domain/social/delete-post';
import { follow } from '#domain/social/follow';
import { listDeliveries } from '#domain/social/list-deliveries';
import { listInbox } from '#domain/social/list-inbox';
import { listRelations } from '#domain/social/list-relations';
import { publishPost } from '#domain/social/publish-post';
import { unfollow } from '#domain/social/unfollow';
import { type FedifyServer, openFedifyServer } from '#test/fixtures/fedify-server';
import { type FediverseServer, listeningServer } from '#test/fixtures/fediverse-server';

let hearth: FediverseServer;
let fedify: FedifyServer;
let alice: string;
let bobsAddress: string;

beforeAll(async () => {
  [hearth, fedify] = await Promise.all([listeningServer(['alice']), openFedifyServer()]);
  alice = `${hearth.url}/users/alice`;
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

it('lets go and is let go', async () => {
  await unfollow(hearth.social, 'alice', bobsAddress);
  await vi.waitFor(() => expect(fedify.followers.size).toBe(0), patience);
  const again = await fedify.follow(alice);
  await fedify.undoFollow(alice, again);
  expect(await followersOfAlice()).toEqual([]);
});
