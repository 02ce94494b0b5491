import { beforeEach, describe, expect, it } from 'vitest';
import { approveFollower, rejectFollower, removeFollower } from '#domain/social/answer-follower';
import { block, listBlocks, unblock } from '#domain/social/block';
import { follow } from '#domain/social/follow';
import { listInbox } from '#domain/social/list-inbox';
import { listRelations } from '#domain/social/list-relations';
import { publishPost } from '#domain/social/publish-post';
import { updateActor } from '#domain/social/update-actor';
import { joinTransports } from '#network/transport';
import { blockedRelationsPageMax } from '#support/limits';
import { runTasks } from '#test/fixtures/run-tasks';
import { openScriptedPeer, type ScriptedPeer } from '#test/fixtures/scripted-peer';
import { sentBy } from '#test/fixtures/sent-activities';
import { handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
const carol = `${home}/users/carol`;

let server: SocialServer;
let peer: ScriptedPeer;
let bob: string;

beforeEach(async () => {
  const clock = handClock();
  peer = openScriptedPeer({
    host: 'social.remote.example',
    toServer: (request) => server.transport(request),
    clock,
  });
  bob = peer.actor('bob');
  server = await openSocialServer({
    origin: home,
    accounts: ['alice', 'carol'],
    outside: joinTransports(new Map([['social.remote.example', peer.transport]])),
    clock,
  });
});

const followed = async (actor: string) => {
  const activity = { id: `${actor}/follows/1`, type: 'Follow', actor, object: alice };
  const context = 'https://www.w3.org/ns/activitystreams';
  expect(await peer.post(`${alice}/inbox`, { '@context': context, ...activity })).toBe(202);
};
const sent = async (type: string) =>
  (await sentBy(server.social, 'alice')).filter(({ activity }) => activity.type === type);
const relations = async (name: string) => [
  (await listRelations(server.social, name, 'followers', { limit: 500 })).items,
  (await listRelations(server.social, name, 'following', { limit: 500 })).items,
];

describe('blocking', () => {
  it.each(['bob@social.remote.example', 'https://social.remote.example/users/bob', 'remote.example'])(
    'ends what there was both ways, and tells of that alone: %s',
    async (target) => {
      await followed(bob);
      const { state } = await follow(server.social, 'alice', bob);
      expect(state).toBe('requested');
      const isHost = target === 'remote.example';
      const blocked = { target: isHost ? 'remote.example' : bob, isHost };
      expect(await block(server.social, 'alice', target)).toEqual(blocked);
      expect(await block(server.social, 'alice', target)).toEqual(blocked);
      await runTasks(server.social);
      expect(await relations('alice')).toEqual([[], []]);
      expect(await sent('Block')).toEqual([]);
      expect(await sent('Reject')).toMatchObject([
        { inbox: `${bob}/inbox`, activity: { object: { id: `${bob}/follows/1`, type: 'Follow' } } },
      ]);
      expect(await sent('Undo')).toMatchObject([
        { inbox: `${bob}/inbox`, activity: { object: { type: 'Follow', object: bob } } },
      ]);
      await expect(follow(server.social, 'alice', bob)).rejects.toMatchObject({ kind: 'forbidden' });
      expect((await listBlocks(server.social, 'alice', { limit: 5 })).items).toMatchObject([
        { account: 'alice', side: 'ours', ...blocked },
      ]);
      expect(await unblock(server.social, 'alice', target)).toEqual(blocked);
      await expect(unblock(server.social, 'alice', target)).rejects.toMatchObject({ kind: 'notFound' });
      expect(await follow(server.social, 'alice', bob)).toMatchObject({ state: 'requested' });
    },
  );

  it('a server that is dead needs no word of it', async () => {
    await followed(bob);
    peer.documents.clear();
    expect(await block(server.social, 'alice', bob)).toMatchObject({ target: bob });
    expect(await unblock(server.social, 'alice', 'bob@social.remote.example')).toMatchObject({ target: bob });
  });

  it('one of our own people goes over no network', async () => {
    await follow(server.social, 'alice', carol);
    await follow(server.social, 'carol', alice);
    await block(server.social, 'alice', 'carol@home.example');
    expect([...(await relations('alice')), ...(await relations('carol'))]).toEqual([[], [], [], []]);
    for (const [name, target] of [
      ['alice', carol],
      ['carol', alice],
    ] as const) {
      await expect(follow(server.social, name, target)).rejects.toMatchObject({ kind: 'forbidden' });
    }
    await publishPost(server.social, 'carol', { text: '@alice@home.example', visibility: 'public' });
    expect((await listInbox(server.social, 'alice', { limit: 5 })).items).toEqual([]);
    expect(await sentBy(server.social, 'alice')).toEqual([]);
  });

  it('a host ends relations page by page, and touches no other host', async () => {
    const neighbour = 'https://elsewhere.example/users/x';
    const others = Array.from(
      { length: 2 * blockedRelationsPageMax + 5 },
      (_, number) => `https://social.remote.example/users/n${number}`,
    );
    for (const actor of [neighbour, ...others]) {
      await server.social.database.write((writer) =>
        writer.putFollower({
          account: 'alice',
          actor: actor as never,
          state: 'accepted',
          follows: [`${actor}/follow` as never],
          inbox: `${actor}/inbox` as never,
          since: 1,
        }),
      );
    }
    await block(server.social, 'alice', 'social.remote.example');
    await runTasks(server.social);
    expect(await relations('alice')).toEqual([[neighbour], []]);
    expect(await sent('Reject')).toHaveLength(others.length);
  });

  it('a host that is no longer blocked ends nothing more', async () => {
    await followed(bob);
    await block(server.social, 'alice', 'remote.example');
    await unblock(server.social, 'alice', 'remote.example');
    await runTasks(server.social);
    expect(await relations('alice')).toEqual([[bob], []]);
  });

  it.each<[string, string]>([
    ['home.example', 'invalidParam'],
    ['Home.Example:443', 'invalidParam'],
    ['alice@home.example', 'invalidParam'],
    ['nobody@home.example', 'notFound'],
    ['nobody@social.remote.example', 'badGateway'],
    ['somebody', 'invalidParam'],
    ['', 'invalidParam'],
    ['two words.example', 'invalidParam'],
  ])('is refused for "%s"', async (target, kind) => {
    await expect(block(server.social, 'alice', target)).rejects.toMatchObject({ kind });
    expect((await listBlocks(server.social, 'alice', { limit: 5 })).items).toEqual([]);
  });

  it.each([
    ['Remote.Example.', 'remote.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['192.0.2.7', '192.0.2.7'],
    ['[2001:db8::1]', '[2001:db8::1]'],
    ['remote.example:8448', 'remote.example'],
  ])('knows a host by one name: %s', async (target, host) => {
    expect(await block(server.social, 'alice', target)).toEqual({ target: host, isHost: true });
  });
});

it('does not shut out this server by a host above it', async () => {
  const below = await openSocialServer({
    origin: 'https://social.home.example',
    accounts: ['alice'],
    outside: joinTransports(new Map()),
    clock: handClock(),
  });
  await expect(block(below.social, 'alice', 'home.example')).rejects.toMatchObject({ kind: 'invalidParam' });
  expect(await block(below.social, 'alice', 'other.home.example')).toMatchObject({ isHost: true });
});

describe('followers who have to ask', () => {
  beforeEach(async () => {
    await updateActor(server.social, 'alice', { manuallyApprovesFollowers: true });
    await followed(bob);
    await follow(server.social, 'carol', alice);
  });
  const pending = async () =>
    (await listRelations(server.social, 'alice', 'followers', { state: 'pending', limit: 5 })).items;

  it('are let, which is told once', async () => {
    expect((await pending()).toSorted()).toEqual([carol, bob].toSorted());
    expect(await approveFollower(server.social, 'alice', 'bob@social.remote.example')).toBe(bob);
    expect(await approveFollower(server.social, 'alice', bob)).toBe(bob);
    expect(await approveFollower(server.social, 'alice', 'carol@home.example')).toBe(carol);
    expect(await sent('Accept')).toMatchObject([
      { inbox: `${bob}/inbox`, activity: { actor: alice, object: { id: `${bob}/follows/1`, actor: bob } } },
    ]);
    expect(await pending()).toEqual([]);
    expect((await relations('carol'))[1]).toEqual([alice]);
    await publishPost(server.social, 'alice', { text: 'Welcome', visibility: 'followers' });
    expect((await listInbox(server.social, 'carol', { limit: 5 })).items).toHaveLength(1);
    expect(await sent('Create')).toHaveLength(1);
    await expect(rejectFollower(server.social, 'alice', bob)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('are turned down, and may ask again', async () => {
    expect(await rejectFollower(server.social, 'alice', bob)).toBe(bob);
    await rejectFollower(server.social, 'alice', carol);
    expect(await sent('Reject')).toMatchObject([{ activity: { object: { id: `${bob}/follows/1` } } }]);
    expect(await pending()).toEqual([]);
    expect((await relations('carol'))[1]).toEqual([]);
    expect(await follow(server.social, 'carol', alice)).toMatchObject({ state: 'requested' });
    expect(await pending()).toEqual([carol]);
  });

  it('can be made to follow no longer', async () => {
    for (const target of [bob, carol]) {
      await approveFollower(server.social, 'alice', target);
      expect(await removeFollower(server.social, 'alice', target)).toBe(target);
      await expect(removeFollower(server.social, 'alice', target)).rejects.toMatchObject({
        kind: 'notFound',
      });
    }
    expect(await relations('alice')).toEqual([[], []]);
    expect(await sent('Reject')).toHaveLength(1);
    expect((await relations('carol'))[1]).toEqual([]);
  });

  it('must have asked', async () => {
    for (const decide of [approveFollower, rejectFollower, removeFollower]) {
      for (const target of ['nobody@social.remote.example', `${peer.origin}/users/eve`]) {
        await expect(decide(server.social, 'alice', target)).rejects.toMatchObject({ kind: 'notFound' });
      }
    }
  });
});
