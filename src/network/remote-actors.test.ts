import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { fetchDocument } from '#network/fetch-document';
import { fetchActor, fetchSigningActor } from '#network/remote-actors';
import { RemoteError } from '#network/remote-error';
import { signGetWith } from '#network/signing-key';
import { joinTransports } from '#network/transport';
import { addressOfActor, resolveAccount } from '#network/webfinger-client';
import { requireAccountAddress } from '#protocol/activitypub/account-address';
import { verifyRequest } from '#protocol/activitypub/http-signatures';
import { requireUri } from '#protocol/activitypub/uris';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKeyPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const activityJson = 'application/activity+json';

type Page = { json: object; type?: string; status?: number } | { redirect: string };
/** What lies where, on all hosts. */
let pages: Map<string, Page>;
let asked: string[];
let lastRequest: Request;

const serve = async (request: Request): Promise<Response> => {
  asked.push(request.url);
  lastRequest = request;
  const page = pages.get(request.url);
  if (!page) return new Response('not found', { status: 404 });
  if ('redirect' in page) return new Response(null, { status: 302, headers: { location: page.redirect } });
  return new Response(JSON.stringify(page.json), {
    status: page.status ?? 200,
    headers: { 'content-type': page.type ?? activityJson },
  });
};
const hosts = ['good.example', 'evil.example', 'social.good.example', 'new.example'];
const transport = joinTransports(new Map(hosts.map((host) => [host, serve])));
const getter = { transport, allowPrivateNetwork: false };
const uri = (text: string) => requireUri(text, 'test');

const bobId = 'https://good.example/users/bob';
const actor = (id: string, changes: object = {}) => ({
  '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
  id,
  type: 'Person',
  preferredUsername: id.split('/').at(-1),
  inbox: `${id}/inbox`,
  publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem },
  ...changes,
});
const finger = (address: string, host = address.split('@')[1]) =>
  `https://${host}/.well-known/webfinger?resource=${encodeURIComponent(`acct:${address}`)}`;
const jrd = (subject: string, href: string): Page => ({
  json: { subject: `acct:${subject}`, links: [{ rel: 'self', type: activityJson, href }] },
  type: 'application/jrd+json; charset=utf-8',
});

async function failureOf(exchange: Promise<unknown>): Promise<string> {
  const error = await exchange.then(
    () => 'no failure',
    (reason: unknown) => reason,
  );
  return error instanceof RemoteError ? `${error.failure}: ${error.message}` : String(error);
}

beforeEach(() => {
  asked = [];
  pages = new Map<string, Page>([
    [bobId, { json: actor(bobId) }],
    [finger('bob@good.example'), jrd('bob@good.example', bobId)],
  ]);
});

describe('fetchDocument', () => {
  it('asks for Activity Streams and takes the document by its id', async () => {
    const { id, document } = await fetchDocument(getter, uri(`${bobId}#main-key`));
    expect([id, document.type]).toEqual([bobId, 'Person']);
    expect(asked).toEqual([bobId]);
    expect(lastRequest.headers.get('accept')).toContain('application/ld+json; profile=');
  });

  it('fetches once more from the id where the document is called otherwise', async () => {
    pages.set('https://good.example/@bob', { json: actor(bobId) });
    expect((await fetchDocument(getter, uri('https://good.example/@bob'))).id).toBe(bobId);
    pages.set('https://evil.example/copy', { json: actor(bobId, { inbox: 'https://good.example/stolen' }) });
    const { document } = await fetchDocument(getter, uri('https://evil.example/copy'));
    expect(document.inbox).toBe(`${bobId}/inbox`);
  });

  it('follows a redirect, and the document must be named by where it lies', async () => {
    pages.set('https://new.example/bob', { json: actor('https://new.example/bob') });
    pages.set('https://good.example/old', { redirect: 'https://new.example/bob' });
    expect((await fetchDocument(getter, uri('https://good.example/old'))).id).toBe('https://new.example/bob');
  });

  it('does not chase names', async () => {
    pages.set('https://evil.example/1', { json: { id: 'https://evil.example/2' } });
    pages.set('https://evil.example/2', { json: { id: 'https://evil.example/3' } });
    expect(await failureOf(fetchDocument(getter, uri('https://evil.example/1')))).toMatch(
      /invalid: .* calls itself/,
    );
    expect(asked).toHaveLength(2);
  });

  it.each<[string, Page, RegExp]>([
    ['an upload', { json: actor(bobId), type: 'application/octet-stream' }, /invalid: .*not sent as/],
    ['plain JSON', { json: actor(bobId), type: 'application/json' }, /invalid: .*not sent as/],
    ['HTML', { json: {}, type: 'text/html' }, /invalid: .*not sent as/],
    ['an error', { json: {}, status: 410 }, /status: good.example answered 410/],
    ['no id', { json: { type: 'Person' } }, /invalid: .*no id/],
    [
      'a redefined term',
      { json: actor(bobId, { '@context': { inbox: 'x:y' } }) },
      /invalid: .*redefine inbox/,
    ],
    ['a circle', { redirect: bobId }, /forbidden: .*in a circle/],
    ['a redirect to http', { redirect: 'http://good.example/bob' }, /forbidden: http: to good.example/],
    ['a redirect to a port', { redirect: 'https://good.example:6379/' }, /forbidden: Port 6379/],
    ['a redirect to nowhere', { redirect: 'https://' }, /invalid: .*to nowhere/],
    ['too large', { json: { id: bobId, x: 'x'.repeat(1_100_000) } }, /tooLarge/],
  ])('refuses %s', async (_name, page, reason) => {
    pages.set(bobId, page);
    expect(await failureOf(fetchDocument(getter, uri(bobId)))).toMatch(reason);
  });

  it('gives up after three redirects', async () => {
    for (let hop = 0; hop < 10; hop += 1)
      pages.set(`https://evil.example/${hop}`, { redirect: `/${hop + 1}` });
    expect(await failureOf(fetchDocument(getter, uri('https://evil.example/0')))).toMatch(
      /redirects too often/,
    );
    expect(asked).toHaveLength(4);
  });

  it('signs each hop for the host that it goes to', async () => {
    const clock = { now: () => Date.UTC(2026, 10, 21), sleep: () => Promise.resolve() };
    const key = { id: uri('https://home.example/actor#main-key'), privateKey: rsa.privateKey };
    const requests: Request[] = [];
    const recording = async (request: Request) => {
      requests.push(request);
      return transport(request);
    };
    pages.set('https://good.example/old?x=1', { redirect: 'https://new.example/bob' });
    pages.set('https://new.example/bob', { json: actor('https://new.example/bob') });
    const signed = { ...getter, transport: recording, signGet: signGetWith(key, clock) };
    await fetchDocument(signed, uri('https://good.example/old?x=1'));
    const targets = [
      ['good.example', '/old?x=1'],
      ['new.example', '/bob'],
    ] as const;
    expect(requests).toHaveLength(2);
    requests.forEach(({ headers }, index) => {
      const [authority, target] = targets[index]!;
      const raw = { method: 'GET', target, authority, headers, body: Buffer.alloc(0), now: clock.now() };
      expect(verifyRequest({ ...raw, publicKey: rsa.publicKey }).keyId).toBe(key.id);
    });
    expect(requests[0]!.headers.get('signature')).not.toBe(requests[1]!.headers.get('signature'));
  });
});

describe('fetchSigningActor', () => {
  const keyId = uri(`${bobId}/main-key`);

  it('finds the key in the actor document', async () => {
    const { actor: bob, key } = await fetchSigningActor(getter, uri(`${bobId}#main-key`));
    expect([bob.id, key.id]).toEqual([bobId, `${bobId}#main-key`]);
    expect(key.key.equals(rsa.publicKey)).toBe(true);
  });

  it.each([
    ['a key of its own', { id: keyId, type: 'Key', owner: bobId, publicKeyPem }],
    ['a stub of the actor', actor(bobId, { inbox: undefined })],
  ])('goes from %s to the actor, which must list it', async (_name, json) => {
    const listed = { publicKey: { id: keyId, owner: bobId, publicKeyPem } };
    pages.set(keyId, { json });
    pages.set(bobId, { json: actor(bobId, listed) });
    expect((await fetchSigningActor(getter, keyId)).actor.id).toBe(bobId);
    pages.set(bobId, { json: actor(bobId) });
    expect(await failureOf(fetchSigningActor(getter, keyId))).toMatch(/does not list the key/);
  });

  it('refuses a key that names an actor elsewhere as its owner', async () => {
    const evilKey = 'https://evil.example/key';
    pages.set(evilKey, { json: { id: evilKey, type: 'Key', owner: bobId, publicKeyPem } });
    expect(await failureOf(fetchSigningActor(getter, uri(evilKey)))).toMatch(/no owner on its own origin/);
    const evilActor = 'https://evil.example/users/bob';
    pages.set(evilActor, {
      json: actor(evilActor, { publicKey: { id: `${evilActor}#main-key`, owner: bobId, publicKeyPem } }),
    });
    expect(await failureOf(fetchSigningActor(getter, uri(`${evilActor}#main-key`)))).toMatch(/as its owner/);
  });

  it('refuses an actor that lists another key than the one asked for', async () => {
    expect(await failureOf(fetchSigningActor(getter, uri(`${bobId}#other-key`)))).toMatch(
      /does not list the key/,
    );
  });
});

describe('WebFinger', () => {
  const alice = 'https://social.good.example/users/alice';

  it('finds an actor and asks no question twice', async () => {
    const found = await resolveAccount(getter, requireAccountAddress('@Bob@good.example'));
    expect(found).toMatchObject({ actor: { id: bobId }, address: { name: 'bob', host: 'good.example' } });
    expect(asked).toHaveLength(2);
  });

  it("takes an account whose domain is not its server's, from both sides", async () => {
    const address = { name: 'alice', host: 'good.example' };
    pages.set(alice, { json: actor(alice) });
    pages.set(finger('alice@good.example'), {
      redirect: finger('alice@good.example', 'social.good.example'),
    });
    pages.set(finger('alice@good.example', 'social.good.example'), jrd('alice@good.example', alice));
    pages.set(finger('alice@social.good.example'), jrd('alice@good.example', alice));
    expect((await resolveAccount(getter, requireAccountAddress('alice@good.example'))).address).toEqual(
      address,
    );
    expect(
      (await resolveAccount(getter, requireAccountAddress('alice@social.good.example'))).address,
    ).toEqual(address);
    expect(await addressOfActor(getter, await fetchActor(getter, uri(alice)))).toEqual(address);
  });

  it('refuses an imposter: an address that leads to the actor of another', async () => {
    pages.set(finger('bob@evil.example'), jrd('bob@evil.example', bobId));
    expect(await failureOf(resolveAccount(getter, requireAccountAddress('bob@evil.example')))).toMatch(
      /bob@evil.example leads to .*, which is bob@good.example/,
    );
  });

  it('refuses an actor that claims a domain which knows nothing of it', async () => {
    const evil = 'https://evil.example/users/bob';
    pages.set(evil, { json: actor(evil) });
    pages.set(finger('bob@evil.example'), jrd('bob@good.example', evil));
    expect(await failureOf(resolveAccount(getter, requireAccountAddress('bob@evil.example')))).toMatch(
      /WebFinger leads to https:\/\/good.example\/users\/bob and not back/,
    );
  });

  it('refuses an actor under a name that its host gives to another', async () => {
    const mallory = 'https://good.example/users/mallory';
    pages.set(mallory, { json: actor(mallory, { preferredUsername: 'bob' }) });
    pages.set(finger('mallory@good.example'), jrd('mallory@good.example', mallory));
    expect(await failureOf(resolveAccount(getter, requireAccountAddress('mallory@good.example')))).toMatch(
      /not back to https:\/\/good.example\/users\/mallory/,
    );
  });

  it.each<[string, Page | undefined, RegExp]>([
    ['nothing there', undefined, /status: WebFinger on good.example answered 404/],
    ['no JSON', { json: {}, type: 'text/html' }, /did not answer with JSON/],
    ['no actor', { json: { links: [] }, type: 'application/jrd+json' }, /no link to an ActivityPub actor/],
    ['too large', { json: { x: 'x'.repeat(70_000) }, type: 'application/json' }, /tooLarge/],
    ['a private actor', jrd('bob@good.example', 'http://127.0.0.1/users/bob'), /forbidden/],
  ])('reports %s', async (_name, page, reason) => {
    if (page) pages.set(finger('bob@good.example'), page);
    else pages.delete(finger('bob@good.example'));
    expect(await failureOf(resolveAccount(getter, requireAccountAddress('bob@good.example')))).toMatch(
      reason,
    );
  });

  it('falls back to http on a private network only', async () => {
    const home = 'http://home.test:8008/users/bob';
    const answer = jrd('bob@home.test:8008', home);
    const plain = async (request: Request) => {
      if (request.url.startsWith('https:')) throw new RemoteError('unreachable', 'no TLS here');
      const page = request.url === home ? { json: actor(home) } : answer;
      pages.set(request.url, page);
      return serve(request);
    };
    const join = joinTransports(new Map([['home.test:8008', plain]]));
    const address = requireAccountAddress('bob@home.test:8008');
    const found = await resolveAccount({ transport: join, allowPrivateNetwork: true }, address);
    expect(found.actor.id).toBe(home);
    expect(await failureOf(resolveAccount({ transport: join, allowPrivateNetwork: false }, address))).toMatch(
      /forbidden/,
    );
  });
});
