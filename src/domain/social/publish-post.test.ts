import { beforeEach, describe, expect, it } from 'vitest';
import { deletePost } from '#domain/social/delete-post';
import { follow } from '#domain/social/follow';
import { listDeliveries } from '#domain/social/list-deliveries';
import { listInbox } from '#domain/social/list-inbox';
import { listRelations } from '#domain/social/list-relations';
import { publishPost } from '#domain/social/publish-post';
import { retireActor } from '#domain/social/retire-actor';
import { unfollow } from '#domain/social/unfollow';
import { joinTransports } from '#network/transport';
import { openScriptedPeer, type ScriptedPeer } from '#test/fixtures/scripted-peer';
import { type HandClock, handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
const carol = `${home}/users/carol`;
const everyone = 'https://www.w3.org/ns/activitystreams#Public';

let clock: HandClock;
let server: SocialServer;
let peer: ScriptedPeer;
let bob: string;

beforeEach(async () => {
  clock = handClock();
  peer = openScriptedPeer({
    host: 'remote.example',
    toServer: (request) => server.transport(request),
    clock,
  });
  bob = peer.actor('bob');
  server = await openSocialServer({
    origin: home,
    serverName: 'names.example',
    accounts: ['alice', 'carol'],
    outside: joinTransports(new Map([['remote.example', peer.transport]])),
    clock,
  });
});

const queued = async (name: string) => {
  const { items } = await listDeliveries(server.social, name, { limit: 50 });
  const sent = await Promise.all(
    items.map(async ({ activity, inbox }) => {
      const json = await server.social.database.read((reader) => reader.activityJson(activity));
      return { inbox, activity: JSON.parse(json ?? '{}') };
    }),
  );
  return sent.reverse();
};
const followed = async (actor: string, name: string) => {
  const id = `${actor}/follows/${name}`;
  const object = `${home}/users/${name}`;
  const context = 'https://www.w3.org/ns/activitystreams';
  const activity = { '@context': context, id, type: 'Follow', actor, object };
  expect(await peer.post(`${object}/inbox`, activity)).toBe(202);
};

describe('following', () => {
  it.each(['bob@remote.example', '@Bob@Remote.Example', 'https://remote.example/users/bob'])(
    'asks %s once, however often it is done',
    async (target) => {
      expect(await follow(server.social, 'alice', target)).toEqual({ actor: bob, state: 'requested' });
      expect(await follow(server.social, 'alice', target)).toEqual({ actor: bob, state: 'requested' });
      const sent = await queued('alice');
      expect(sent).toHaveLength(1);
      expect(sent[0]).toMatchObject({
        inbox: `${bob}/inbox`,
        activity: { type: 'Follow', actor: alice, object: bob, to: [bob] },
      });
    },
  );

  it('ends with an Undo of the very Follow, without asking a server that may be dead', async () => {
    await follow(server.social, 'alice', 'bob@remote.example');
    peer.documents.clear();
    const asked = peer.asked.length;
    expect(await unfollow(server.social, 'alice', 'bob@remote.example')).toBe(bob);
    expect(peer.asked).toHaveLength(asked);
    const [request, undo] = await queued('alice');
    expect(undo).toMatchObject({
      inbox: `${bob}/inbox`,
      activity: { type: 'Undo', object: { id: request?.activity.id, type: 'Follow', object: bob } },
    });
    await expect(unfollow(server.social, 'alice', bob)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it.each(['carol@home.example', 'carol@names.example', carol, `${home}/@carol`])(
    'among our own people goes over no network: %s',
    async (target) => {
      expect(await follow(server.social, 'alice', target)).toEqual({ actor: carol, state: 'accepted' });
      const relation = await listRelations(server.social, 'carol', 'followers', { limit: 5 });
      expect(relation).toEqual({ total: 1, items: [alice] });
      expect(await unfollow(server.social, 'alice', target)).toBe(carol);
      expect((await listRelations(server.social, 'carol', 'followers', { limit: 5 })).total).toBe(0);
      expect((await listRelations(server.social, 'alice', 'following', { limit: 5 })).total).toBe(0);
      expect([await queued('alice'), await queued('carol'), peer.asked]).toEqual([[], [], []]);
    },
  );

  it.each<[string, string]>([
    ['nobody@home.example', 'notFound'],
    ['nobody@remote.example', 'badGateway'],
    [alice, 'invalidParam'],
    ['not an address', 'invalidParam'],
    [`${alice}/outbox`, 'notFound'],
    ['https://localhost/users/bob', 'badGateway'],
  ])('is refused for %s', async (target, kind) => {
    await expect(follow(server.social, 'alice', target)).rejects.toMatchObject({ kind });
    expect(await queued('alice')).toEqual([]);
  });
});

describe('posting', () => {
  it('stores a note, and one delivery for each shared inbox', async () => {
    const eve = peer.actor('eve');
    await followed(bob, 'alice');
    await followed(eve, 'alice');
    const uri = await publishPost(server.social, 'alice', {
      text: 'Hello <world>\nhttps://x.example/',
      visibility: 'public',
    });
    const [create, ...more] = (await queued('alice')).filter(({ activity }) => activity.type === 'Create');
    expect(more).toEqual([]);
    expect(create?.inbox).toBe(`${peer.origin}/inbox`);
    expect(create?.activity).toMatchObject({
      actor: alice,
      to: [everyone],
      cc: [`${alice}/followers`],
      object: { id: uri, type: 'Note', attributedTo: alice },
    });
    expect(create?.activity.object.content).toMatch(
      /^<p>Hello &lt;world&gt;<br><a href="https:\/\/x\.example\/"/,
    );
  });

  it('reaches our own people in the same moment', async () => {
    await follow(server.social, 'carol', alice);
    const uri = await publishPost(server.social, 'alice', { text: 'Good morning', visibility: 'followers' });
    const { items } = await listInbox(server.social, 'carol', { limit: 5 });
    expect(items).toEqual([
      {
        note: uri,
        author: alice,
        publishedAt: clock.now(),
        html: '<p>Good morning</p>',
        text: 'Good morning',
      },
    ]);
    expect(await queued('alice')).toEqual([]);
  });

  it('mentions whom it can find, and tells them', async () => {
    const text = 'Hello @bob@remote.example, @carol@home.example and @ghost@remote.example';
    await publishPost(server.social, 'alice', { text: text, visibility: 'direct' });
    const [create] = await queued('alice');
    expect(create?.inbox).toBe(`${peer.origin}/inbox`);
    expect(create?.activity).toMatchObject({ to: [bob, carol], cc: [] });
    expect(create?.activity.object.tag).toEqual([
      { type: 'Mention', href: bob, name: '@bob@remote.example' },
      { type: 'Mention', href: carol, name: '@carol@home.example' },
    ]);
    expect(create?.activity.object.content).toContain('and @ghost@remote.example');
    expect((await listInbox(server.social, 'carol', { limit: 5 })).items).toHaveLength(1);
  });

  it('can be taken back: who got it is told, and nobody reads it any more', async () => {
    await followed(bob, 'alice');
    await follow(server.social, 'carol', alice);
    const uri = await publishPost(server.social, 'alice', { text: 'Oops', visibility: 'public' });
    await deletePost(server.social, 'alice', uri.split('/').at(-1) ?? '');
    await deletePost(server.social, 'alice', uri.split('/').at(-1) ?? '');
    const deletes = (await queued('alice')).filter(({ activity }) => activity.type === 'Delete');
    expect(deletes).toHaveLength(1);
    expect(deletes[0]).toMatchObject({
      inbox: `${peer.origin}/inbox`,
      activity: { object: { id: uri, type: 'Tombstone' } },
    });
    expect((await listInbox(server.social, 'carol', { limit: 5 })).items).toEqual([]);
    const answer = await server.get(new URL(uri).pathname);
    expect(answer.status).toBe(410);
    expect(await answer.json()).toMatchObject({ id: uri, type: 'Tombstone' });
  });

  it.each(['', ' \n ', 'x'.repeat(50_001)])('needs a text of bounded length', async (text) => {
    await expect(
      publishPost(server.social, 'alice', { text: text, visibility: 'public' }),
    ).rejects.toMatchObject({
      kind: 'invalidParam',
    });
  });
});

it('says goodbye when an account ends, to those who follow and those who are followed', async () => {
  const eve = peer.actor('eve', { endpoints: {} });
  await followed(bob, 'alice');
  await follow(server.social, 'alice', eve);
  await follow(server.social, 'alice', carol);
  const [, request] = await queued('alice');
  const accept = { id: `${eve}/accepts/1`, type: 'Accept', actor: eve, object: request?.activity.id };
  expect(await peer.post(`${alice}/inbox`, accept)).toBe(202);
  await retireActor(server.social, 'alice');
  await retireActor(server.social, 'alice');
  const goodbyes = (await queued('alice')).filter(({ activity }) => activity.type === 'Delete');
  expect(goodbyes.map(({ inbox }) => inbox).sort()).toEqual([`${peer.origin}/inbox`, `${eve}/inbox`].sort());
  for (const { activity } of goodbyes) expect(activity).toMatchObject({ actor: alice, object: alice });
  expect((await listRelations(server.social, 'carol', 'followers', { limit: 5 })).items).toEqual([]);
  await expect(
    publishPost(server.social, 'alice', { text: 'Still here', visibility: 'public' }),
  ).rejects.toMatchObject({
    kind: 'gone',
  });
});

it('lists what came in by pages, newest first', async () => {
  await follow(server.social, 'carol', alice);
  for (const text of ['one', 'two', 'three'])
    await publishPost(server.social, 'alice', { text: text, visibility: 'public' });
  const first = await listInbox(server.social, 'carol', { limit: 2 });
  const second = await listInbox(server.social, 'carol', { limit: 2, after: first.next });
  expect([first, second].map(({ items }) => items.map(({ text }) => text))).toEqual([
    ['three', 'two'],
    ['one'],
  ]);
  expect(second.next).toBeUndefined();
  const garbage = listInbox(server.social, 'carol', { limit: 2, after: 'zz' });
  await expect(garbage).rejects.toMatchObject({ kind: 'invalidParam' });
});
