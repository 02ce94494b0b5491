// Three servers of ours, each with its workers: what one person boosts comes to those who follow her, from where it lies.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { boost, unboost } from '#domain/social/boost';
import { deletePost } from '#domain/social/delete-post';
import { follow } from '#domain/social/follow';
import { like } from '#domain/social/like';
import { listInbox } from '#domain/social/list-inbox';
import { publishPost } from '#domain/social/publish-post';
import { joinTransports, type Transport } from '#network/transport';
import { type FediverseServer, joinedServer } from '#test/fixtures/fediverse-server';
import { uri } from '#test/fixtures/inbox-scene';

const hosts = { alice: 'one.example', bob: 'two.example', carol: 'three.example' } as const;
type Name = keyof typeof hosts;

let stack: AsyncDisposableStack;
let servers: Record<Name, FediverseServer>;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const ways = new Map<string, Transport>();
  const outside: Transport = (request) => joinTransports(ways)(request);
  const made = await Promise.all(
    (Object.keys(hosts) as Name[]).map(async (name) => {
      const server = stack.use(await joinedServer(hosts[name], outside, [name]));
      ways.set(hosts[name], server.transport);
      return [name, server] as const;
    }),
  );
  servers = Object.fromEntries(made) as Record<Name, FediverseServer>;
});
afterEach(() => stack.disposeAsync());

const patience = { timeout: 20_000, interval: 50 };
const actor = (name: Name) => `https://${hosts[name]}/users/${name}`;
const inboxOf = async (name: Name) =>
  (await listInbox(servers[name].social, name, { limit: 10 })).items.map(({ note }) => note);

async function follows(who: Name, whom: Name): Promise<void> {
  await follow(servers[who].social, who, actor(whom));
  await vi.waitFor(async () => {
    expect((await follow(servers[who].social, who, actor(whom))).state).toBe('accepted');
  }, patience);
}

it('brings a boost, counts it and a like, and takes both the boost and the post back', async () => {
  const { alice, bob, carol } = servers;
  await follows('alice', 'bob');
  const post = await publishPost(carol.social, 'carol', { text: 'Look here', visibility: 'public' });
  await boost(bob.social, 'bob', post);
  await vi.waitFor(async () => expect(await inboxOf('alice')).toEqual([post]), patience);
  await like(alice.social, 'alice', post);
  const counts = () =>
    carol.social.database.read(async ({ reactions }) => [
      await reactions.likesTotal(uri(post)),
      await reactions.boostsTotal(uri(post)),
    ]);
  await vi.waitFor(async () => expect(await counts()).toEqual([1, 1]), patience);
  await unboost(bob.social, 'bob', post);
  await vi.waitFor(async () => expect(await inboxOf('alice')).toEqual([]), patience);
  await vi.waitFor(async () => expect(await counts()).toEqual([1, 0]), patience);
  await boost(bob.social, 'bob', post);
  await vi.waitFor(async () => expect(await inboxOf('alice')).toEqual([post]), patience);
  await follows('bob', 'carol');
  await deletePost(carol.social, 'carol', post);
  await vi.waitFor(
    async () => expect(await carol.social.database.read((reader) => reader.note(uri(post)))).toBeUndefined(),
    patience,
  );
});
