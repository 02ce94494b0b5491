import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { deliverActivity } from '#network/deliver-activity';
import { postThrough } from '#network/posting';
import { RemoteError } from '#network/remote-error';
import { parseRetryAfter } from '#network/retry-after';
import { digestHeader } from '#protocol/activitypub/digest';
import { verifyRequest } from '#protocol/activitypub/http-signatures';
import { requireUri } from '#protocol/activitypub/uris';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyId = requireUri('https://home.example/users/alice#main-key', 'key');
const now = Date.UTC(2026, 10, 21);
const body = Buffer.from('{"type":"Create"}');
const inbox = requireUri('https://remote.example/inbox', 'inbox');
let requests: Request[];

beforeEach(() => {
  requests = [];
});

function deliver(answer: (request: Request) => Response | Promise<Response>, to = inbox) {
  const courier = {
    allowPrivateNetwork: false,
    clock: { now: () => now, sleep: () => Promise.resolve() },
    post: postThrough(async (request) => {
      requests.push(request.clone());
      return answer(request);
    }),
  };
  return deliverActivity(courier, {
    inbox: to,
    body,
    digest: digestHeader(body),
    key: { id: keyId, privateKey },
  });
}

it('posts the bytes as they are, signed so that they verify', async () => {
  expect(await deliver(() => new Response(null, { status: 202 }))).toEqual({
    outcome: 'delivered',
    status: 202,
    health: 'alive',
  });
  const [request] = requests;
  const sent = Buffer.from(await request!.arrayBuffer());
  expect(sent.equals(body)).toBe(true);
  expect(request!.headers.get('content-type')).toBe('application/activity+json');
  const raw = {
    method: 'POST',
    target: '/inbox',
    authority: 'remote.example',
    headers: request!.headers,
    body: sent,
  };
  expect(verifyRequest({ ...raw, now, publicKey }).keyId).toBe(keyId);
});

it.each([
  [200, 'delivered', 'alive'],
  [201, 'delivered', 'alive'],
  [204, 'delivered', 'alive'],
  [302, 'retry', 'unknown'],
  [308, 'retry', 'unknown'],
  [400, 'refused', 'alive'],
  [401, 'retry', 'unknown'],
  [403, 'retry', 'unknown'],
  [404, 'refused', 'alive'],
  [405, 'refused', 'alive'],
  [408, 'retry', 'unknown'],
  [410, 'refused', 'alive'],
  [422, 'refused', 'alive'],
  [429, 'retry', 'unknown'],
  [500, 'retry', 'failing'],
  [502, 'retry', 'failing'],
  [503, 'retry', 'failing'],
])('takes %i for %s, and the host for %s', async (status, outcome, health) => {
  const result = await deliver(() => new Response(status === 204 ? null : 'no  such\nthing', { status }));
  expect(result).toMatchObject({ outcome, status, health });
  if (result.outcome !== 'delivered') expect(result.reason).toBe(`answered ${status}: no such thing`);
  if (result.outcome === 'refused') expect(result.gone).toBe(status === 404 || status === 410);
  expect(requests).toHaveLength(1);
});

it('tries again later where there was no answer', async () => {
  for (const failure of ['unreachable', 'timeout'] as const) {
    const result = await deliver(() => Promise.reject(new RemoteError(failure, 'down')));
    expect(result).toEqual({ outcome: 'retry', reason: 'down', health: 'failing' });
  }
});

it('does not go where we do not go', async () => {
  for (const to of ['http://remote.example/inbox', 'https://remote.example:22/inbox']) {
    const result = await deliver(() => new Response(null), requireUri(to, 'inbox'));
    expect(result).toMatchObject({ outcome: 'refused', gone: false, health: 'unknown' });
  }
  expect(requests).toHaveLength(0);
});

it('honours Retry-After', async () => {
  const result = await deliver(() => new Response('', { status: 429, headers: { 'retry-after': '120' } }));
  expect(result).toMatchObject({ outcome: 'retry', retryAfterMs: 120_000 });
});

it('signs without the query where the host does not verify with it', async () => {
  const answer = () => new Response(null, { status: requests.length === 1 ? 401 : 202 });
  expect(await deliver(answer, requireUri('https://remote.example/inbox?to=bob', 'inbox'))).toMatchObject({
    outcome: 'delivered',
  });
  expect(requests.map(({ url }) => url)).toEqual(Array(2).fill('https://remote.example/inbox?to=bob'));
  const raw = {
    method: 'POST',
    target: '/inbox',
    authority: 'remote.example',
    headers: requests[1]!.headers,
    body,
  };
  expect(verifyRequest({ ...raw, now, publicKey }).keyId).toBe(keyId);
});

it('does not read more of an answer than it needs', async () => {
  const result = await deliver(() => new Response('x'.repeat(1_000_000), { status: 202 }));
  expect(result.outcome).toBe('delivered');
});

it.each([
  ['120', 120_000],
  ['2', 3_000],
  ['0', 3_000],
  ['999999999', 86_400_000],
  ['Sat, 21 Nov 2026 00:02:00 GMT', 120_000],
  ['Fri, 20 Nov 2026 00:00:00 GMT', 3_000],
  ['soon', undefined],
  ['-5', undefined],
  [null, undefined],
])('Retry-After %s means %s ms', (header, expected) => expect(parseRetryAfter(header, now)).toBe(expected));
