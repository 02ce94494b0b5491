// Two servers in one process, joined by transports: one follows the other, reads what is posted, and follows no longer.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deletePost } from '#domain/social/delete-post';
import { follow } from '#domain/social/follow';
import { listDeliveries } from '#domain/social/list-deliveries';
import { listInbox } from '#domain/social/list-inbox';
import { listRelations } from '#domain/social/list-relations';
import { publishPost } from '#domain/social/publish-post';
import { unfollow } from '#domain/social/unfollow';
import { joinTransports, type Transport } from '#network/transport';
import { type FediverseServer, joinedServer } from '#test/fixtures/fediverse-server';

let oak: FediverseServer;
let elm: FediverseServer;
/** What crossed from one to the other. */
let posted: string[];

beforeEach(async () => {
  posted = [];
  const servers = new Map<string, Transport>();
  const outside: Transport = (request) => {
    if (request.method === 'POST') posted.push(request.url);
    return joinTransports(servers)(request);
  };
  oak = await joinedServer('oak.example', outside, ['alice', 'carol']);
  elm = await joinedServer('elm.example', outside, ['bob', 'dora']);
  servers.set('oak.example', oak.transport).set('elm.example', elm.transport);
});

afterEach(async () => {
  await oak[Symbol.asyncDispose]();
  await elm[Symbol.asyncDispose]();
});

const inboxOf = async ({ social }: FediverseServer, name: string) =>
  (await listInbox(social, name, { limit: 10 })).items.map(({ text }) => text);
const followersOf = async ({ social }: FediverseServer, name: string) =>
  (await listRelations(social, name, 'followers', { limit: 10 })).items;
const stateOf = async (name: string, target: string) => (await follow(elm.social, name, target)).state;

it('follow, post, delete and unfollow across', async () => {
  expect(await stateOf('bob', '@alice@oak.example')).toBe('requested');
  await vi.waitFor(async () => expect(await stateOf('bob', 'alice@oak.example')).toBe('accepted'));
  expect(await followersOf(oak, 'alice')).toEqual(['https://elm.example/users/bob']);
  await follow(elm.social, 'dora', 'https://oak.example/users/alice');
  await vi.waitFor(async () => expect(await stateOf('dora', 'alice@oak.example')).toBe('accepted'));
  expect(posted).toHaveLength(4);

  const uri = await publishPost(oak.social, 'alice', { text: 'Hello from the oak', visibility: 'followers' });
  await vi.waitFor(async () => expect(await inboxOf(elm, 'bob')).toEqual(['Hello from the oak']));
  expect(await inboxOf(elm, 'dora')).toEqual(['Hello from the oak']);
  expect(posted.slice(4)).toEqual(['https://elm.example/inbox']);
  await vi.waitFor(async () => {
    const { items } = await listDeliveries(oak.social, 'alice', { limit: 1 });
    expect(items).toMatchObject([{ state: 'delivered', attempts: 1, lastAnswer: '202' }]);
  });

  await deletePost(oak.social, 'alice', uri.split('/').at(-1) ?? '');
  await vi.waitFor(async () => expect(await inboxOf(elm, 'bob')).toEqual([]));

  await unfollow(elm.social, 'bob', 'alice@oak.example');
  await vi.waitFor(async () =>
    expect(await followersOf(oak, 'alice')).toEqual(['https://elm.example/users/dora']),
  );
  await publishPost(oak.social, 'alice', { text: 'For those who stayed', visibility: 'public' });
  await vi.waitFor(async () => expect(await inboxOf(elm, 'dora')).toEqual(['For those who stayed']));
  expect(await inboxOf(elm, 'bob')).toEqual([]);
});

it('mention each other without following', async () => {
  await publishPost(elm.social, 'bob', {
    text: 'Have you seen this, @alice@oak.example?',
    visibility: 'direct',
  });
  await vi.waitFor(async () => {
    expect(await inboxOf(oak, 'alice')).toEqual(['Have you seen this, @alice?']);
  });
  expect(await inboxOf(oak, 'carol')).toEqual([]);
});
