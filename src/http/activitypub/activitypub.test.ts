import { beforeEach, describe, expect, it } from 'vitest';
import { follow } from '#domain/social/follow';
import { ensureActor } from '#domain/social/local-actors';
import { publishPost } from '#domain/social/publish-post';
import { retireActor } from '#domain/social/retire-actor';
import { setDisplayName, updateActor } from '#domain/social/update-actor';
import { joinTransports } from '#network/transport';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { isActor, readActor } from '#protocol/activitypub/read-actor';
import { handClock, openSocialServer, type SocialServer } from '#test/fixtures/social-server';

const home = 'https://home.example';
const alice = `${home}/users/alice`;
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const ldJson = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';

let server: SocialServer;

beforeEach(async () => {
  server = await openSocialServer({
    origin: home,
    serverName: 'names.example',
    accounts: ['alice', 'carol'],
    outside: joinTransports(new Map()),
    clock: handClock(),
  });
});

const post = (text: string, visibility: 'public' | 'unlisted' | 'followers' | 'direct' = 'public') =>
  publishPost(server.social, 'alice', { text: text, visibility: visibility });
const pathOf = (uri: string) => new URL(uri).pathname;
const json = async (path: string) => {
  const answer = await server.get(path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, never>;
};

describe('an actor', () => {
  it.each(['/users/alice', '/@alice'])(
    'is a document for servers and a page for people: %s',
    async (path) => {
      for (const accept of ['application/activity+json', ldJson]) {
        const answer = await server.get(path, accept);
        expect(answer.headers.get('content-type')).toBe(accept);
        expect(answer.headers.get('vary')).toBe('Accept');
        const document = (await answer.json()) as JsonObject;
        expect(isActor(document)).toBe(true);
        const actor = readActor(document);
        expect(actor).toMatchObject({ id: alice, inbox: `${alice}/inbox`, sharedInbox: `${home}/inbox` });
        expect(actor.keys.map(({ id, key }) => [id, key.asymmetricKeyType])).toEqual([
          [`${alice}#main-key`, 'rsa'],
          [`${alice}#ed25519-key`, 'ed25519'],
        ]);
      }
      const page = await server.get(path, browser);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('vary')).toBe('Accept');
      expect(await page.text()).toContain('@alice@home.example');
    },
  );

  it('is made once', async () => {
    const before = await json('/users/alice');
    await ensureActor(server.social, 'alice');
    expect(await json('/users/alice')).toEqual(before);
    await ensureActor(server.social, 'dora');
    expect((await json('/users/dora')).preferredUsername).toBe('dora');
  });

  it('goes by the name that its account has', async () => {
    await setDisplayName(server.social, 'alice', 'Alice <b>A.</b>');
    expect((await json('/users/alice')).name).toBe('Alice <b>A.</b>');
    expect(await (await server.get('/@alice', browser)).text()).toContain('Alice &lt;b&gt;A.&lt;/b&gt;');
    await setDisplayName(server.social, 'alice', undefined);
    expect((await json('/users/alice')).name).toBe('alice');
  });

  it('is not there where there is no account, and gone where there was one', async () => {
    expect((await server.get('/users/nobody')).status).toBe(404);
    for (const accept of [browser, 'text/html']) {
      const page = await server.get('/users/nobody', accept);
      expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await page.text()).toMatch(/^<!doctype html>/);
    }
    const uri = await post('Bye');
    await retireActor(server.social, 'alice');
    for (const path of ['/users/alice', '/users/alice/outbox', pathOf(uri)]) {
      for (const accept of ['application/activity+json', browser]) {
        expect((await server.get(path, accept)).status).toBe(410);
      }
    }
  });
});

it('answers those who ask for plain JSON with Activity Streams', async () => {
  const uri = await post('Hello');
  for (const [path, id] of [
    ['/users/alice', alice],
    ['/@alice', alice],
    [pathOf(uri), uri],
  ] as const) {
    const answer = await server.get(path, 'application/json');
    expect(answer.headers.get('content-type')).toBe('application/activity+json');
    expect(await answer.json()).toMatchObject({ id });
  }
});

it('sends a document again only where it has changed', async () => {
  const uri = await post('Hello');
  for (const path of [
    '/users/alice',
    pathOf(uri),
    '/users/alice/outbox',
    '/users/alice/followers?page=first',
  ]) {
    const ask = (accept: string, etag = '') =>
      server.transport(new Request(home + path, { headers: { accept, 'if-none-match': etag } }));
    const first = await ask('application/activity+json');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = await ask('application/activity+json', etag);
    expect([again.status, again.headers.get('vary'), await again.text()]).toEqual([304, 'Accept', '']);
    // The same document under another media type is another answer.
    expect((await ask(ldJson, etag)).status).toBe(200);
  }
  const outbox = (await server.get('/users/alice/outbox')).headers.get('etag') ?? '';
  await post('Another');
  const changed = new Request(`${home}/users/alice/outbox`, {
    headers: { accept: 'application/activity+json', 'if-none-match': outbox },
  });
  expect((await server.transport(changed)).status).toBe(200);
});

it('keeps search engines away from what nobody is to be led to', async () => {
  const listed = await post('Hello');
  const unlisted = await post('Hello', 'unlisted');
  const robots = async (path: string) => (await (await server.get(path, browser)).text()).includes('noindex');
  expect([await robots('/@alice'), await robots(pathOf(listed)), await robots(pathOf(unlisted))]).toEqual([
    false,
    false,
    true,
  ]);
  await updateActor(server.social, 'alice', { discoverable: false });
  expect([await robots('/@alice'), await robots(pathOf(listed))]).toEqual([true, true]);
});

describe('a post', () => {
  it('is a Note for servers and a page for people', async () => {
    const uri = await post('Hello');
    expect(await json(pathOf(uri))).toMatchObject({ id: uri, type: 'Note', content: '<p>Hello</p>' });
    const page = await server.get(pathOf(uri), browser);
    expect([page.status, page.headers.get('vary')]).toEqual([200, 'Accept']);
    expect(await page.text()).toContain('<p>Hello</p>');
  });

  it('that is not public is as good as none, in every form', async () => {
    for (const visibility of ['followers', 'direct'] as const) {
      const path = pathOf(await post('Secret', visibility));
      for (const accept of ['application/activity+json', browser]) {
        const hidden = await server.get(path, accept);
        const missing = await server.get('/users/alice/posts/none', accept);
        expect([hidden.status, await hidden.text()]).toEqual([404, await missing.text()]);
      }
      expect((await server.get(path.replace('/posts/', '/activities/'))).status).toBe(404);
      expect(JSON.stringify(await json('/users/alice/outbox?page=first'))).not.toContain('Secret');
      expect(await (await server.get('/@alice', browser)).text()).not.toContain('Secret');
    }
    expect((await json('/users/alice/outbox')).totalItems).toBe(0);
  });

  it('has an activity of its own URI', async () => {
    const uri = await post('Hello', 'unlisted');
    const activity = await json(pathOf(uri).replace('/posts/', '/activities/'));
    expect(activity).toMatchObject({ type: 'Create', actor: alice, object: { id: uri } });
  });
});

describe('collections', () => {
  it('page through the outbox, newest first, posts only', async () => {
    for (let number = 0; number < 25; number++) await post(`Post ${number}`);
    await follow(server.social, 'alice', `${home}/users/carol`);
    const outbox = await json('/users/alice/outbox');
    expect(outbox).toMatchObject({ id: `${alice}/outbox`, type: 'OrderedCollection', totalItems: 25 });
    const texts: string[] = [];
    for (let next: string | undefined = outbox.first; next !== undefined; ) {
      const url = new URL(next);
      const page: Record<string, never> = await json(url.pathname + url.search);
      expect(page).toMatchObject({ id: next, type: 'OrderedCollectionPage', partOf: `${alice}/outbox` });
      const items: { type: string; object: { content: string } }[] = page.orderedItems ?? [];
      for (const { type, object } of items) {
        expect(type).toBe('Create');
        texts.push(object.content);
      }
      next = page.next;
    }
    expect(texts).toEqual(Array.from({ length: 25 }, (_, number) => `<p>Post ${24 - number}</p>`));
  });

  it('tell who follows and whom', async () => {
    await follow(server.social, 'alice', 'carol@home.example');
    expect(await json('/users/carol/followers')).toMatchObject({ totalItems: 1 });
    expect((await json('/users/carol/followers?page=first')).orderedItems).toEqual([alice]);
    expect((await json('/users/alice/following?page=first')).orderedItems).toEqual([`${home}/users/carol`]);
    expect((await json('/users/carol/following')).totalItems).toBe(0);
  });

  it('refuse pages that were never given out', async () => {
    expect((await server.get('/users/alice/outbox?page=../../x')).status).toBe(400);
    expect((await server.get(`/users/alice/outbox?page=${'f'.repeat(24)}`)).status).toBe(200);
    expect((await server.get('/users/nobody/outbox?page=first')).status).toBe(404);
  });
});

describe('pages', () => {
  it('can do nothing but be read', async () => {
    const uri = await post('See https://elsewhere.example/');
    for (const path of ['/', '/@alice', pathOf(uri), '/@nobody']) {
      const page = await server.get(path, browser);
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|script-src|https?:/);
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      const text = await page.text();
      expect(text).toMatch(/^<!doctype html>/);
      expect(text).not.toMatch(/<script|\son\w+=|\sstyle=/);
    }
  });

  it('lead from post to post', async () => {
    for (let number = 0; number < 21; number++) await post(`Post ${number}`);
    const first = await (await server.get('/@alice', browser)).text();
    const next = /rel="next" href="([^"]+)"/.exec(first)?.[1] ?? '';
    expect(first).toContain('Post 20');
    expect(first).not.toContain('Post 0<');
    expect(await (await server.get(next, browser)).text()).toContain('Post 0<');
  });
});
