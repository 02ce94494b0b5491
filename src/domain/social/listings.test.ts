import { beforeEach, describe, expect, it } from 'vitest';
import { addAlias } from '#domain/social/aliases';
import { block } from '#domain/social/block';
import { countDatabases } from '#domain/social/count-databases';
import { deletePost } from '#domain/social/delete-post';
import { follow } from '#domain/social/follow';
import { like } from '#domain/social/like';
import { listActivities } from '#domain/social/list-activities';
import { listAddresses } from '#domain/social/list-addresses';
import { listDeliveriesOf, retrieveDelivery } from '#domain/social/list-deliveries';
import { listPosts } from '#domain/social/list-posts';
import { setProperty } from '#domain/social/properties';
import { publishPost } from '#domain/social/publish-post';
import { retireActor } from '#domain/social/retire-actor';
import { retrieveActor } from '#domain/social/retrieve-actor';
import { retrieveNote } from '#domain/social/retrieve-note';
import { updateActor } from '#domain/social/update-actor';
import { joinTransports } from '#network/transport';
import { openScriptedPeer, type ScriptedPeer } from '#test/fixtures/scripted-peer';
import { type HandClock, handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
const everyone = 'https://www.w3.org/ns/activitystreams#Public';
const context = 'https://www.w3.org/ns/activitystreams';

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
  bob = peer.actor('bob', {
    summary: '<p>Bob <script>x</script></p>',
    icon: { type: 'Image', url: 'https://i.example/' },
  });
  server = await openSocialServer({
    origin: home,
    accounts: ['alice', 'carol'],
    outside: joinTransports(new Map([['remote.example', peer.transport]])),
    clock,
  });
});

const post = (text: string, name = 'alice') => {
  clock.advance(1);
  return publishPost(server.social, name, { text, visibility: 'public' });
};

describe('activities', () => {
  it('are listed by account and of all, newest first, by pages', async () => {
    const texts = ['one', 'two', 'three'];
    for (const text of texts) await post(text);
    await post('hers', 'carol');
    for (const account of ['alice', undefined]) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await listActivities(server.social, { account, limit: 2, after });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map(({ uri }) => uri));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toHaveLength(account ? 3 : 4);
      expect(new Set(seen).size).toBe(seen.length);
    }
    const [newest] = (await listActivities(server.social, { limit: 1 })).items;
    expect(newest).toMatchObject({ type: 'Create', account: 'carol' });
  });

  it('are found by their type behind many of another', async () => {
    await follow(server.social, 'alice', bob);
    for (let number = 0; number < 30; number++) await post(`post ${number}`);
    for (const account of ['alice', undefined]) {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await listActivities(server.social, { account, type: 'Follow', limit: 1, after });
        found.push(...page.items.map(({ type }) => type));
        after = page.next;
      } while (after !== undefined);
      expect(found).toEqual(['Follow']);
    }
  });

  it('are refused under cursors that were never given out', async () => {
    for (const query of [{ account: 'alice' }, {}]) {
      const refused = listActivities(server.social, { ...query, limit: 5, after: 'zz' });
      await expect(refused).rejects.toMatchObject({ kind: 'invalidParam' });
    }
    const nobody = listActivities(server.social, { account: 'nobody', limit: 5 });
    await expect(nobody).rejects.toMatchObject({ kind: 'notFound' });
    await retireActor(server.social, 'carol');
    const gone = await listActivities(server.social, { account: 'carol', limit: 5 });
    expect(gone.items).toMatchObject([{ type: 'Delete' }]);
  });
});

it('lists posts of every visibility, without those that are deleted', async () => {
  await post('one');
  const deleted = await post('two');
  await publishPost(server.social, 'alice', { text: 'three', visibility: 'direct', contentWarning: 'W' });
  await deletePost(server.social, 'alice', deleted);
  const { items, next } = await listPosts(server.social, 'alice', { limit: 5 });
  expect(items.map(({ text, visibility, contentWarning }) => [text, visibility, contentWarning])).toEqual([
    ['three', 'direct', 'W'],
    ['one', 'public', undefined],
  ]);
  expect(next).toBeUndefined();
});

it('finds the addresses in a text, each once', () => {
  const text = 'Ask @bob@Remote.example, (@alice@bücher.example) or @BOB@remote.example; not me@example.org.';
  expect(listAddresses(text)).toEqual([
    { name: 'bob', host: 'remote.example' },
    { name: 'alice', host: 'xn--bcher-kva.example' },
  ]);
  expect(listAddresses('nobody here')).toEqual([]);
});

describe('an actor', () => {
  it('elsewhere is fetched, by address or URI, and made safe to show', async () => {
    for (const target of ['@bob@remote.example', bob]) {
      expect(await retrieveActor(server.social, target)).toMatchObject({
        uri: bob,
        isOurs: false,
        type: 'Person',
        address: 'bob@remote.example',
        summaryHtml: expect.not.stringContaining('script'),
        icon: 'https://i.example/',
        keys: [`${bob}#main-key`],
      });
    }
    const ghost = retrieveActor(server.social, 'ghost@remote.example', 'alice');
    await expect(ghost).rejects.toMatchObject({ kind: 'badGateway' });
  });

  it('of ours is read as others read it', async () => {
    await updateActor(server.social, 'alice', { type: 'Service', summary: 'Hello' });
    expect(await retrieveActor(server.social, 'alice@home.example')).toMatchObject({
      uri: alice,
      isOurs: true,
      type: 'Service',
      summaryHtml: '<p>Hello</p>',
      inbox: `${alice}/inbox`,
      icon: `${alice}/icon`,
    });
    expect(peer.asked).toEqual([]);
  });
});

it('reads a note elsewhere without keeping it, and without what could harm', async () => {
  const uri = `${peer.origin}/notes/1`;
  const content = '<p onclick="x">Hi <script>x</script><a href="javascript:x">there</a></p>';
  const json = { '@context': context, id: uri, type: 'Note', attributedTo: bob, content, to: [everyone] };
  peer.documents.set(uri, { status: 200, json });
  const note = await retrieveNote(server.social, uri);
  expect(note).toMatchObject({ uri, from: 'fetched', author: bob, visibility: 'public', document: json });
  expect(note.html).not.toMatch(/script|onclick/);
  expect(note.text).toBe('Hi there');
  expect(await server.social.database.read((reader) => reader.note(uri as never))).toBeUndefined();
});

it('tells where an activity went', async () => {
  const eve = peer.actor('eve', { endpoints: {} });
  const uri = await publishPost(server.social, 'alice', {
    text: '@bob@remote.example @eve@remote.example',
    visibility: 'public',
  });
  const activity = uri.replace('/posts/', '/activities/');
  const first = await listDeliveriesOf(server.social, activity, { limit: 1 });
  const second = await listDeliveriesOf(server.social, activity, { limit: 1, after: first.next });
  const inboxes = [...first.items, ...second.items].map(({ inbox }) => inbox);
  expect(inboxes.toSorted()).toEqual([`${eve}/inbox`, `${peer.origin}/inbox`].toSorted());
  expect(second.next).toBeUndefined();
  expect(await retrieveDelivery(server.social, activity, `${eve}/inbox`)).toEqual({
    activity,
    inbox: `${eve}/inbox`,
    account: 'alice',
    state: 'waiting',
    attempts: 0,
    createdAt: clock.now(),
    history: [],
  });
  const none = retrieveDelivery(server.social, activity, `${bob}/inbox`);
  await expect(none).rejects.toMatchObject({ kind: 'notFound' });
  const noActivity = listDeliveriesOf(server.social, 'x', { limit: 1 });
  await expect(noActivity).rejects.toMatchObject({ kind: 'invalidParam' });
});

it('counts the fourteen databases, in all and of some time', async () => {
  const before = await countDatabases(server.social);
  expect(Object.keys(before)).toHaveLength(14);
  expect(before).toMatchObject({ accounts: 2, posts: 0, likes: 0 });
  clock.advance(86_400_000);
  const from = clock.now();
  await addAlias(server.social, 'alice', 'ali');
  await setProperty(server.social, 'alice', 'a', 'b');
  await follow(server.social, 'carol', alice);
  const uri = await post('#tag for @carol@home.example');
  await like(server.social, 'carol', uri);
  await block(server.social, 'alice', 'blocked.example');
  const counts = {
    accounts: 0,
    activities: 3,
    aliases: 1,
    blocks: 1,
    boosts: 0,
    deliveries: 0,
    followers: 1,
    following: 1,
    likes: 1,
    messages: 1,
    notes: 0,
    posts: 1,
    postTags: 2,
    properties: 1,
  };
  expect(await countDatabases(server.social, { from, through: clock.now() })).toEqual(counts);
  expect(await countDatabases(server.social)).toEqual({ ...counts, accounts: 2 });
  expect(await countDatabases(server.social, { through: from - 1 })).toEqual(before);
});
