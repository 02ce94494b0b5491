import { beforeEach, describe, expect, it } from 'vitest';
import { block } from '#domain/social/block';
import { boost, unboost } from '#domain/social/boost';
import { deletePost } from '#domain/social/delete-post';
import { follow } from '#domain/social/follow';
import { like, unlike } from '#domain/social/like';
import { listInbox } from '#domain/social/list-inbox';
import { listBoosts, listLikes } from '#domain/social/list-reactions';
import { publishPost } from '#domain/social/publish-post';
import { joinTransports } from '#network/transport';
import { openScriptedPeer, type ScriptedPeer } from '#test/fixtures/scripted-peer';
import { sentBy } from '#test/fixtures/sent-activities';
import { handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
const carol = `${home}/users/carol`;
const everyone = 'https://www.w3.org/ns/activitystreams#Public';
const context = 'https://www.w3.org/ns/activitystreams';

let server: SocialServer;
let peer: ScriptedPeer;
let bob: string;
let noted: string;
/** Where addresses of the peer's lead. */
const links = new Map<string, string>();

beforeEach(async () => {
  const clock = handClock();
  peer = openScriptedPeer({
    host: 'remote.example',
    toServer: (request) => server.transport(request),
    clock,
  });
  bob = peer.actor('bob');
  noted = `${peer.origin}/notes/1`;
  putNote([everyone]);
  server = await openSocialServer({
    origin: home,
    accounts: ['alice', 'carol', 'dave'],
    outside: joinTransports(
      new Map([
        [
          'remote.example',
          async (request: Request) => {
            const location = links.get(request.url);
            return location
              ? new Response(null, { status: 302, headers: { location } })
              : peer.transport(request);
          },
        ],
        ['home.example', (request: Request) => server.transport(request)],
      ]),
    ),
    clock,
  });
});

function putNote(to: string[]) {
  const note = { '@context': context, id: noted, type: 'Note', attributedTo: bob, content: '<p>Hi</p>', to };
  peer.documents.set(noted, { status: 200, json: note });
  // A page for people that answers servers with the note.
  peer.documents.set(`${peer.origin}/@bob/1`, { status: 200, json: note });
}
const post = (visibility: 'public' | 'unlisted' | 'followers' = 'public') =>
  publishPost(server.social, 'carol', { text: 'Hello', visibility });
const sent = async (type: string) =>
  (await sentBy(server.social, 'alice')).filter(({ activity }) => activity.type === type);
const totalOf = async (uri: string, reactions: 'likes' | 'shares') => {
  const answer = await server.get(`${new URL(uri).pathname}/${reactions}`);
  return ((await answer.json()) as { totalItems: number }).totalItems;
};

describe('a like', () => {
  it('of a post elsewhere is told to its author, once', async () => {
    const first = await like(server.social, 'alice', `${peer.origin}/@bob/1`);
    expect(first.object).toBe(noted);
    expect(await like(server.social, 'alice', noted)).toEqual(first);
    const likes = await sent('Like');
    expect(likes).toMatchObject([
      { inbox: `${bob}/inbox`, activity: { id: first.activity, actor: alice, object: noted, to: [bob] } },
    ]);
    expect((await listLikes(server.social, { of: 'given', account: 'alice', limit: 5 })).items).toMatchObject(
      [{ object: noted, actor: alice, account: 'alice' }],
    );
    // The note is kept, and its author.
    const [note, author] = await server.social.database.read(async (reader) => [
      await reader.note(noted as never),
      await reader.remoteActor(bob as never),
    ]);
    expect([note?.state, author?.uri]).toEqual(['present', bob]);
    // What nobody has sent us is in nobody's inbox.
    expect((await listInbox(server.social, 'alice', { limit: 5 })).items).toEqual([]);
  });

  it('is taken back by an Undo that embeds it, without asking a server that may be dead', async () => {
    const { activity } = await like(server.social, 'alice', noted);
    peer.documents.clear();
    expect(await unlike(server.social, 'alice', noted)).toBe(noted);
    expect(await sent('Undo')).toMatchObject([
      {
        inbox: `${bob}/inbox`,
        activity: { to: [bob], object: { id: activity, type: 'Like', actor: alice, object: noted } },
      },
    ]);
    await expect(unlike(server.social, 'alice', noted)).rejects.toMatchObject({ kind: 'notFound' });
    const again = await like(server.social, 'alice', noted);
    expect(again.activity).not.toBe(activity);
  });

  it('may be taken back by the page of what is liked', async () => {
    await like(server.social, 'alice', noted);
    expect(await unlike(server.social, 'alice', `${peer.origin}/@bob/1`)).toBe(noted);
  });

  it('knows a post of ours by its page and with a query, and does not stumble over what is no address', async () => {
    const uri = await post();
    const page = uri.replace('/users/', '/@').replace('/posts/', '/');
    expect((await like(server.social, 'alice', `${page}?utm_source=mail`)).object).toBe(uri);
    expect(await unlike(server.social, 'alice', `${uri}?utm_source=mail`)).toBe(uri);
    for (const nothing of [`${home}/@carol/%zz`, `${home}/users/carol/posts/%zz`, `${home}/@%zz/1`]) {
      await expect(like(server.social, 'alice', nothing)).rejects.toMatchObject({ kind: 'notFound' });
    }
  });

  it('of a post of ours that is found by way of another server is one of ours', async () => {
    const uri = await post();
    const link = `${peer.origin}/link`;
    links.set(link, uri);
    expect((await like(server.social, 'alice', link)).object).toBe(uri);
    expect(await totalOf(uri, 'likes')).toBe(1);
    expect(await sent('Like')).toEqual([]);
    expect(await server.social.database.read((reader) => reader.remoteActor(carol as never))).toBeUndefined();
  });

  it('among our own people is counted where the post is, and goes over no network', async () => {
    const uri = await post();
    await like(server.social, 'alice', uri);
    await like(server.social, 'carol', uri.replace('/users/carol/posts/', '/@carol/'));
    expect(await totalOf(uri, 'likes')).toBe(2);
    expect((await (await server.get(new URL(uri).pathname)).json()) as object).toMatchObject({
      likes: `${uri}/likes`,
      shares: `${uri}/shares`,
    });
    expect(await sentBy(server.social, 'alice')).toEqual([]);
    const received = await listLikes(server.social, { of: 'received', account: 'carol', limit: 5 });
    const ofPost = await listLikes(server.social, { of: 'post', post: uri, limit: 1 });
    expect([received.items.length, ofPost.items.length, ofPost.next !== undefined]).toEqual([2, 1, true]);
    await unlike(server.social, 'alice', uri);
    expect(await totalOf(uri, 'likes')).toBe(1);
  });

  it('is none of a post that is deleted while it is looked up', async () => {
    const uri = await post();
    const { database } = server.social;
    const overtaken = {
      ...server.social,
      database: {
        ...database,
        async write(...[body, options]: Parameters<typeof database.write>) {
          await deletePost(server.social, 'carol', uri);
          return database.write(body, options);
        },
      } as typeof database,
    };
    for (const act of [like, boost]) {
      await expect(act(overtaken, 'alice', uri)).rejects.toMatchObject({ kind: 'notFound' });
    }
    const reply = publishPost(overtaken, 'alice', { text: 'Hm', visibility: 'public', inReplyTo: uri });
    await expect(reply).rejects.toMatchObject({ kind: 'notFound' });
    const given = await listLikes(server.social, { of: 'given', account: 'alice', limit: 5 });
    expect(given.items).toEqual([]);
  });

  it('is of what one may read', async () => {
    const uri = await post('followers');
    await expect(like(server.social, 'alice', uri)).rejects.toMatchObject({ kind: 'notFound' });
    await follow(server.social, 'alice', `${home}/@carol`);
    await expect(like(server.social, 'alice', uri)).resolves.toMatchObject({ object: uri });
    expect((await server.get(`${new URL(uri).pathname}/likes`)).status).toBe(404);
  });

  it('is none between those who block each other', async () => {
    const uri = await post();
    await block(server.social, 'carol', 'alice@home.example');
    await block(server.social, 'alice', 'remote.example');
    for (const target of [uri, noted]) {
      await expect(like(server.social, 'alice', target)).rejects.toMatchObject({ kind: 'forbidden' });
      await expect(boost(server.social, 'alice', target)).rejects.toMatchObject({ kind: 'forbidden' });
    }
    expect(await sentBy(server.social, 'alice')).toEqual([]);
  });
});

describe('a boost', () => {
  it('is shown to followers and told to the author, once', async () => {
    await follow(server.social, 'dave', alice);
    const eve = peer.actor('eve', { endpoints: {} });
    const request = { '@context': context, id: `${eve}/1`, type: 'Follow', actor: eve, object: alice };
    expect(await peer.post(`${alice}/inbox`, request)).toBe(202);
    const first = await boost(server.social, 'alice', noted);
    expect(await boost(server.social, 'alice', noted)).toEqual(first);
    const announces = await sent('Announce');
    expect(announces.map(({ inbox }) => inbox).sort()).toEqual(
      [`${peer.origin}/inbox`, `${eve}/inbox`].sort(),
    );
    expect(announces[0]?.activity).toMatchObject({
      id: first.activity,
      object: noted,
      to: [everyone],
      cc: [`${alice}/followers`, bob],
    });
    const { items } = await listInbox(server.social, 'dave', { limit: 5 });
    expect(items).toMatchObject([{ note: noted, author: bob, boostedBy: alice, text: 'Hi' }]);
    expect((await listBoosts(server.social, { of: 'given', account: 'alice', limit: 5 })).items).toHaveLength(
      1,
    );

    const outbox = (await (await server.get('/users/alice/outbox?page=first')).json()) as Record<
      string,
      unknown
    >;
    expect(outbox).toMatchObject({ totalItems: 1, orderedItems: [{ type: 'Announce', object: noted }] });
    const page = await (await server.get('/@alice', 'text/html')).text();
    expect(page).toContain(`href="${noted}" rel="nofollow noopener noreferrer">a post on remote.example</a>`);
    expect((await server.get(new URL(first.activity).pathname)).status).toBe(200);

    expect(await unboost(server.social, 'alice', noted)).toBe(noted);
    const undos = await sent('Undo');
    expect(undos.map(({ inbox }) => inbox).sort()).toEqual([`${peer.origin}/inbox`, `${eve}/inbox`].sort());
    expect(undos[0]?.activity).toMatchObject({
      to: [everyone],
      object: { id: first.activity, type: 'Announce', object: noted },
    });
    expect((await listInbox(server.social, 'dave', { limit: 5 })).items).toEqual([]);
    expect((await server.get(new URL(first.activity).pathname)).status).toBe(404);
    await expect(unboost(server.social, 'alice', noted)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('of posts of our own people is counted, one of each', async () => {
    const uri = await post('unlisted');
    for (const name of ['alice', 'alice', 'carol']) await boost(server.social, name, uri);
    expect(await totalOf(uri, 'shares')).toBe(2);
    const received = await listBoosts(server.social, { of: 'received', account: 'carol', limit: 5 });
    expect(received.items.map(({ account, owner }) => [account, owner]).sort()).toEqual([
      ['alice', 'carol'],
      ['carol', 'carol'],
    ]);
    const page = await (await server.get(new URL(uri).pathname, 'text/html')).text();
    expect(page).toContain('2 boosts');
  });

  it('may be for followers alone, and then stands in no outbox', async () => {
    const { activity } = await boost(server.social, 'alice', noted, { visibility: 'followers' });
    expect((await server.get(new URL(activity).pathname)).status).toBe(404);
    const outbox = (await (await server.get('/users/alice/outbox')).json()) as { totalItems: number };
    expect(outbox.totalItems).toBe(0);
  });

  it('is only of what is public', async () => {
    putNote([`${bob}/followers`]);
    await follow(server.social, 'alice', `${home}/@carol`);
    for (const uri of [await post('followers'), noted]) {
      await expect(boost(server.social, 'alice', uri)).rejects.toMatchObject({ kind: 'forbidden' });
    }
    const own = await publishPost(server.social, 'alice', { text: 'Mine', visibility: 'followers' });
    await expect(boost(server.social, 'alice', own)).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await sent('Announce')).length).toBe(0);
  });

  it.each<[string, string]>([
    ['no address', 'invalidParam'],
    [`${home}/users/alice`, 'notFound'],
    [`${home}/users/alice/posts/none`, 'notFound'],
    ['https://remote.example/notes/none', 'badGateway'],
    ['https://localhost/notes/1', 'badGateway'],
  ])('cannot be of %s', async (target, kind) => {
    for (const act of [boost, like]) {
      await expect(act(server.social, 'alice', target)).rejects.toMatchObject({ kind });
    }
  });
});
