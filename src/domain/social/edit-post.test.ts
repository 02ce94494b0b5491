import { beforeEach, describe, expect, it } from 'vitest';
import { block } from '#domain/social/block';
import { deletePost } from '#domain/social/delete-post';
import { editPost } from '#domain/social/edit-post';
import { follow } from '#domain/social/follow';
import { listActivities } from '#domain/social/list-activities';
import { listInbox } from '#domain/social/list-inbox';
import { listPosts } from '#domain/social/list-posts';
import type { PostDraft } from '#domain/social/post-draft';
import { publishPost } from '#domain/social/publish-post';
import { readTag } from '#domain/social/read-tag';
import { retrieveNote } from '#domain/social/retrieve-note';
import { joinTransports } from '#network/transport';
import { openScriptedPeer, type ScriptedPeer } from '#test/fixtures/scripted-peer';
import { sentBy } from '#test/fixtures/sent-activities';
import { type HandClock, handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
const carol = `${home}/users/carol`;
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
  bob = peer.actor('bob');
  server = await openSocialServer({
    origin: home,
    accounts: ['alice', 'carol'],
    outside: joinTransports(new Map([['remote.example', peer.transport]])),
    clock,
  });
});

const publish = (draft: Partial<PostDraft> & { text: string }) =>
  publishPost(server.social, 'alice', { visibility: 'public', ...draft });
const sent = async (type: string) =>
  (await sentBy(server.social, 'alice')).filter(({ activity }) => activity.type === type);
const documentOf = async (uri: string) =>
  (await (await server.get(new URL(uri).pathname)).json()) as Record<string, never>;
const noteBy = (author: string, id: string, changes: Record<string, unknown> = {}) => {
  const uri = `${peer.origin}/notes/${id}`;
  const note = { '@context': context, id: uri, type: 'Note', attributedTo: author, content: '<p>Hi</p>' };
  peer.documents.set(uri, { status: 200, json: { ...note, to: [everyone], ...changes } });
  return uri;
};
const postIdOf = (uri: string) => uri.split('/').at(-1) ?? '';
const tagsOf = async (uri: string) => {
  const id = postIdOf(uri);
  const page = await server.social.database.read((reader) =>
    reader.profiles.tagsOfPost('alice', id, { limit: 50 }),
  );
  return page.items.map(({ kind, name, href }) => `${kind} ${name} ${href}`).sort();
};

describe('a reply', () => {
  it('names what it answers and its author, and goes to her inbox', async () => {
    const noted = noteBy(bob, '1');
    const uri = await publish({ text: 'So it is', inReplyTo: noted });
    const [create, ...more] = await sent('Create');
    expect(more).toEqual([]);
    expect(create).toMatchObject({
      inbox: `${peer.origin}/inbox`,
      activity: {
        cc: [`${alice}/followers`, bob],
        object: { inReplyTo: noted, tag: [{ type: 'Mention', href: bob, name: '@bob@remote.example' }] },
      },
    });
    const replies = await server.social.database.read((reader) =>
      reader.postsInReplyTo(noted as never, { limit: 5 }),
    );
    expect(replies.items).toMatchObject([{ account: 'alice', id: postIdOf(uri), inReplyTo: noted }]);
    // What it answers is known from now on, and need not be asked for again.
    const asked = peer.asked.length;
    expect(await retrieveNote(server.social, noted)).toMatchObject({
      from: 'stored',
      author: bob,
      text: 'Hi',
    });
    expect(peer.asked).toHaveLength(asked);
  });

  it('to one of our own people is in her inbox', async () => {
    const first = await publishPost(server.social, 'carol', { text: 'Tea?', visibility: 'public' });
    const uri = await publish({
      text: 'Yes',
      inReplyTo: `${home}/@carol/${postIdOf(first)}`,
      visibility: 'direct',
    });
    expect(await documentOf(first)).toMatchObject({ id: first });
    const { items } = await listInbox(server.social, 'carol', { limit: 5 });
    expect(items).toMatchObject([{ note: uri, author: alice, text: 'Yes' }]);
    expect(await retrieveNote(server.social, uri, 'carol')).toMatchObject({
      inReplyTo: first,
      mentions: [carol],
    });
    await expect(retrieveNote(server.social, uri)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('to oneself names nobody', async () => {
    const first = await publish({ text: 'One' });
    expect(await documentOf(await publish({ text: 'Two', inReplyTo: first }))).toMatchObject({
      inReplyTo: first,
      tag: [],
    });
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['what is no address', () => 'bob', 'invalidParam'],
    ['what is not there', () => `${home}/users/carol/posts/none`, 'notFound'],
    ['what is nowhere', () => `${peer.origin}/notes/none`, 'badGateway'],
    [
      'what says it lies elsewhere',
      () => noteBy(bob, '2', { id: 'https://remote.example/notes/3' }),
      'badGateway',
    ],
    ["another's words", () => noteBy('https://evil.example/users/eve', '4'), 'badGateway'],
    [
      'what was not meant for her',
      () => publishPost(server.social, 'carol', { text: 'Secret', visibility: 'followers' }),
      'notFound',
    ],
  ])('cannot answer %s', async (_what, target, kind) => {
    const inReplyTo = await target();
    await expect(publish({ text: 'Hm', inReplyTo })).rejects.toMatchObject({ kind });
    expect(await sent('Create')).toEqual([]);
  });
});

describe('a post', () => {
  it('has hashtags from its text and from beside it, each once', async () => {
    const uri = await publish({ text: 'About #Cats and #cats', tags: ['#Tea', 'CATS'] });
    const { tag, content } = await documentOf(uri);
    expect(tag).toEqual([
      { type: 'Hashtag', name: '#Cats', href: `${home}/tags/cats` },
      { type: 'Hashtag', name: '#Tea', href: `${home}/tags/tea` },
    ]);
    expect(content).toContain(`<a href="${home}/tags/cats" class="mention hashtag" rel="tag">#<span>Cats`);
    expect(await tagsOf(uri)).toEqual([`Hashtag cats ${home}/tags/cats`, `Hashtag tea ${home}/tags/tea`]);
    const found = await readTag(server.social, 'CATS', { limit: 5 });
    expect(found).toMatchObject({
      tag: 'cats',
      posts: { items: [{ author: { name: 'alice' }, post: { uri } }] },
    });
  });

  it('is found by its hashtags only where all may read it', async () => {
    for (const visibility of ['unlisted', 'followers', 'direct'] as const) {
      await publish({ text: '#hidden', visibility });
    }
    expect((await readTag(server.social, 'hidden', { limit: 5 })).posts.items).toEqual([]);
  });

  it('says what is attached, of which kind, and what there is to see', async () => {
    const uri = await publish({
      text: '',
      attachments: [
        { url: 'https://pictures.example/cat.PNG', description: ' A cat <asleep> ' },
        { url: 'https://pictures.example/paper', mediaType: 'Application/PDF; version=1' },
      ],
      contentWarning: 'A cat',
      language: 'en-gb',
    });
    expect(await documentOf(uri)).toMatchObject({
      summary: 'A cat',
      sensitive: true,
      contentMap: { 'en-GB': '' },
      attachment: [
        {
          type: 'Image',
          url: 'https://pictures.example/cat.PNG',
          mediaType: 'image/png',
          name: 'A cat <asleep>',
        },
        { type: 'Document', url: 'https://pictures.example/paper', mediaType: 'application/pdf' },
      ],
    });
  });

  it('names people who are not in its text, who must be there', async () => {
    const uri = await publish({
      text: 'Look',
      mentions: ['bob@remote.example', carol],
      visibility: 'direct',
    });
    const [create] = await sent('Create');
    expect(create?.activity).toMatchObject({ to: [bob, carol], cc: [] });
    expect((await listInbox(server.social, 'carol', { limit: 5 })).items).toMatchObject([{ note: uri }]);
    await expect(publish({ text: 'Look', mentions: ['nobody@remote.example'] })).rejects.toMatchObject({
      kind: 'badGateway',
    });
    await expect(publish({ text: 'Look', mentions: ['nobody@home.example'] })).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  it('does not reach whom its author blocks', async () => {
    await block(server.social, 'alice', 'bob@remote.example');
    await block(server.social, 'carol', 'alice@home.example');
    await publish({ text: '@bob@remote.example @carol@home.example' });
    expect(await sent('Create')).toEqual([]);
    expect((await listInbox(server.social, 'carol', { limit: 5 })).items).toEqual([]);
  });

  it.each<[string, Partial<PostDraft>]>([
    ['no hashtag', { tags: ['two words'] }],
    ['too many hashtags', { tags: Array.from({ length: 51 }, (_, number) => `tag${number}`) }],
    ['no language', { language: 'not a language' }],
    ['an attachment that lies nowhere', { attachments: [{ url: 'file:///etc/passwd' }] }],
    ['no media type', { attachments: [{ url: 'https://a.example/', mediaType: 'picture' }] }],
    ['too many attachments', { attachments: Array(17).fill({ url: 'https://a.example/' }) }],
    ['a warning that is too long', { contentWarning: 'x'.repeat(501) }],
    [
      'a description that is too long',
      { attachments: [{ url: 'https://a.example/', description: 'x'.repeat(5_001) }] },
    ],
    ['more links than others would read', { text: '#a '.repeat(16_000) }],
    ['too many mentions', { mentions: Array(51).fill('bob@remote.example') }],
  ])('is refused with %s', async (_what, draft) => {
    await expect(publish({ text: 'Hello', ...draft })).rejects.toMatchObject({ kind: 'invalidParam' });
  });
});

it('of the greatest length can be read, edited and deleted', async () => {
  const uri = await publish({ text: '&"<>'.repeat(12_500), language: 'en' });
  expect((await documentOf(uri)).content).toHaveLength(
    '<p>&amp;&quot;&lt;&gt;</p>'.length - 19 + 19 * 12_500,
  );
  await editPost(server.social, 'alice', uri, { text: '"'.repeat(50_000) });
  await deletePost(server.social, 'alice', uri);
  expect(await sent('Create')).toEqual([]);
  expect((await server.get(new URL(uri).pathname)).status).toBe(410);
});

describe('an edit', () => {
  const edited = async (uri: string, edit: Parameters<typeof editPost>[3]) => {
    clock.advance(60_000);
    expect(await editPost(server.social, 'alice', uri, edit)).toBe(uri);
    return documentOf(uri);
  };

  it('of what is for followers does not reach who is one no longer, and of what is for all does', async () => {
    const request = {
      '@context': context,
      id: `${bob}/follows/1`,
      type: 'Follow',
      actor: bob,
      object: alice,
    };
    expect(await peer.post(`${alice}/inbox`, request)).toBe(202);
    const narrow = await publish({ text: 'For followers', visibility: 'followers' });
    const open = await publish({ text: 'For all' });
    await block(server.social, 'alice', bob);
    for (const uri of [narrow, open]) await editPost(server.social, 'alice', uri, { text: 'Changed' });
    expect(await sent('Update')).toMatchObject([
      { inbox: `${peer.origin}/inbox`, activity: { object: { id: open } } },
    ]);
  });

  it('replaces the Note, says when, and goes where the post went and to whom it names now', async () => {
    const eve = peer.actor('eve', { endpoints: {} });
    const uri = await publish({
      text: 'Hello @bob@remote.example #one',
      contentWarning: 'W',
      language: 'en',
    });
    const shown = await edited(uri, { text: 'Hello @eve@remote.example #two' });
    expect(shown).toMatchObject({
      summary: 'W',
      contentMap: { en: expect.stringContaining('eve') },
      updated: new Date(clock.now()).toISOString(),
      cc: [`${alice}/followers`, eve],
      tag: [
        { type: 'Mention', href: eve, name: '@eve@remote.example' },
        { type: 'Hashtag', name: '#two' },
      ],
    });
    expect(await tagsOf(uri)).toEqual([`Hashtag two ${home}/tags/two`, `Mention @eve@remote.example ${eve}`]);
    const updates = await sent('Update');
    expect(updates.map(({ inbox }) => inbox).sort()).toEqual([`${peer.origin}/inbox`, `${eve}/inbox`].sort());
    const { '@context': _context, likes: _likes, shares: _shares, ...note } = shown;
    expect(updates[0]?.activity).toMatchObject({ actor: alice, cc: note.cc, object: note });
    // The deletion goes to all who have got any state of it.
    await deletePost(server.social, 'alice', uri);
    const deletes = await sent('Delete');
    expect(deletes.map(({ inbox }) => inbox).sort()).toEqual([`${peer.origin}/inbox`, `${eve}/inbox`].sort());
    expect(await tagsOf(uri)).toEqual([]);
  });

  it('is what the outbox, the page and our own people show', async () => {
    await follow(server.social, 'carol', alice);
    const uri = await publish({ text: 'Frist' });
    await edited(uri, { text: 'First @carol@home.example' });
    const outbox = await (await server.get('/users/alice/outbox?page=first')).text();
    const activity = await (await server.get(new URL(uri).pathname.replace('posts', 'activities'))).text();
    const page = await (await server.get('/@alice', 'text/html')).text();
    for (const text of [outbox, activity, page]) {
      expect(text).toContain('First');
      expect(text).not.toContain('Frist');
    }
    const { items } = await listInbox(server.social, 'carol', { limit: 5 });
    expect(items.map(({ text }) => text)).toEqual(['First @carol']);
    expect((await listPosts(server.social, 'alice', { limit: 5 })).items).toMatchObject([
      { uri, text: 'First @carol', updatedAt: clock.now(), likes: 0, boosts: 0 },
    ]);
  });

  it('keeps what it does not name, and gives up what it takes away', async () => {
    const uri = await publish({
      text: 'Hello',
      mentions: ['bob@remote.example'],
      tags: ['kept'],
      contentWarning: 'W',
      language: 'en',
      attachments: [{ url: 'https://a.example/a.png', description: 'A' }],
    });
    expect(await edited(uri, { text: 'Hello there' })).toMatchObject({
      summary: 'W',
      sensitive: true,
      contentMap: { en: '<p>Hello there</p>' },
      tag: [{ name: '@bob@remote.example' }, { name: '#kept' }],
      attachment: [{ url: 'https://a.example/a.png', mediaType: 'image/png', name: 'A' }],
    });
    const bare = await edited(uri, {
      text: 'Hello',
      mentions: [],
      tags: [],
      contentWarning: null,
      language: null,
      attachments: [],
    });
    expect(bare).toMatchObject({ sensitive: false, tag: [] });
    expect([bare.summary, bare.contentMap, bare.attachment]).toEqual([undefined, undefined, undefined]);
  });

  it('of a reply goes on naming whom it answers', async () => {
    const noted = noteBy(bob, '1');
    const uri = await publish({ text: 'Yes', inReplyTo: noted });
    expect(await edited(uri, { text: 'No', mentions: [] })).toMatchObject({
      inReplyTo: noted,
      tag: [{ type: 'Mention', href: bob }],
    });
  });

  it('of what is not for all goes on being for those who have got it', async () => {
    const uri = await publish({ text: '@bob@remote.example hello', visibility: 'direct' });
    clock.advance(1_000);
    await editPost(server.social, 'alice', uri, { text: '@carol@home.example hello', mentions: [] });
    const [update] = await sent('Update');
    expect(update?.activity).toMatchObject({ to: [carol, bob], cc: [] });
    expect((await listInbox(server.social, 'carol', { limit: 5 })).items).toHaveLength(1);
  });

  it('that changes nothing is not told', async () => {
    const uri = await publish({ text: 'Hello @bob@remote.example', tags: ['a'] });
    const shown = await edited(uri, { text: 'Hello @bob@remote.example' });
    expect([shown.updated, await sent('Update')]).toEqual([undefined, []]);
  });

  it('made at the same time as another is refused, or comes after it', async () => {
    const uri = await publish({ text: 'Hello' });
    const texts = ['One', 'Two', 'Three'];
    const outcomes = await Promise.allSettled(
      texts.map((text) => editPost(server.social, 'alice', uri, { text })),
    );
    const made = texts.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason.kind] : [],
    );
    expect(made.length).toBeGreaterThan(0);
    expect(refused).toEqual(refused.map(() => 'conflict'));
    const { content } = await documentOf(uri);
    expect(made.map((text) => `<p>${text}</p>`)).toContain(content);
    expect(
      (await listActivities(server.social, { account: 'alice', type: 'Update', limit: 5 })).items,
    ).toHaveLength(made.length);
  });

  it('is of a post of her own that is there', async () => {
    const carols = await publishPost(server.social, 'carol', { text: 'Mine', visibility: 'public' });
    const deleted = await publish({ text: 'Gone' });
    await deletePost(server.social, 'alice', deleted);
    for (const uri of [carols, deleted, 'none', `${peer.origin}/notes/1`]) {
      const refused = editPost(server.social, 'alice', uri, { text: 'X' });
      await expect(refused).rejects.toMatchObject({ kind: 'notFound' });
    }
    await expect(deletePost(server.social, 'alice', carols)).rejects.toMatchObject({ kind: 'notFound' });
    const own = await publish({ text: 'Mine' });
    await expect(editPost(server.social, 'alice', own, { text: ' ' })).rejects.toMatchObject({
      kind: 'invalidParam',
    });
    expect(await editPost(server.social, 'alice', postIdOf(own), { text: 'Yours' })).toBe(own);
  });
});
