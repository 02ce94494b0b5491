import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Authenticate } from '#http/access';
import { makeClientAddress } from '#http/client-address';
import { type AccessRule, type Operation, operation } from '#http/operation';
import { queryInteger, queryList } from '#http/query';
import { makeRateLimits, noRateLimits } from '#http/rate-limits';
import { reply, replyText } from '#http/reply';
import { makeRouter, type RouterParts } from '#http/router';
import { transportOf } from '#http/transport';
import { parseUserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';

const authenticate: Authenticate = (token) => {
  if (token !== 'good') throw new ProtocolError('unknownToken', 'Nobody has this access token.');
  return { userId: parseUserId('@alice:example.org'), localpart: 'alice', deviceId: 'PHONE' };
};

function serve(operations: Operation[], parts: Partial<RouterParts> = {}) {
  const transport = transportOf(
    makeRouter({
      operations,
      authenticate,
      rateLimits: noRateLimits,
      clientAddress: makeClientAddress([]),
      accessTokensInQuery: false,
      logger: silentLogger,
      random: systemRandom,
      ...parts,
    }),
  );
  return async (method: string, path: string, init: RequestInit = {}) => {
    const response = await transport(new Request(`http://hearth.test${path}`, { method, ...init }));
    const text = await response.text();
    const json =
      response.headers.get('content-type')?.includes('json') && text !== '' ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  };
}

const state = operation({
  id: 'state',
  method: 'PUT',
  path: '/rooms/{roomId}/state/{eventType}/{stateKey}',
  aliases: ['/rooms/{roomId}/state/{eventType}', '/rooms/{roomId}/state/{eventType}/'],
  access: 'public',
  rate: 'write',
  answer: ({ params }) => ({ ...params }),
});

describe('paths', () => {
  const call = serve([
    state,
    operation({
      id: 'alias',
      method: 'GET',
      path: '/alias/{alias}',
      access: 'public',
      rate: 'read',
      answer: ({ params }) => ({ alias: params.alias }),
    }),
    operation({
      id: 'fixed',
      method: 'GET',
      path: '/alias/fixed',
      access: 'public',
      rate: 'read',
      answer: () => ({ fixed: true }),
    }),
    operation({
      id: 'profilePage',
      method: 'GET',
      path: '/@{name}',
      access: 'public',
      rate: 'discovery',
      answer: ({ params }) => ({ name: params.name }),
    }),
  ]);

  it('decodes parameters after splitting at the raw slashes', async () => {
    expect((await call('GET', '/alias/%23tea%3Aexample.org')).json).toEqual({ alias: '#tea:example.org' });
    expect((await call('PUT', '/rooms/!r/state/a.b/with%2Fslash%2Fes')).json).toEqual({
      roomId: '!r',
      eventType: 'a.b',
      stateKey: 'with/slash/es',
    });
    expect((await call('GET', '/alias/%C3%A9%25')).json).toEqual({ alias: 'é%' });
  });

  it.each(['/rooms/!r/state/t', '/rooms/!r/state/t/'])('takes %s as an empty state key', async (path) => {
    expect((await call('PUT', path)).json).toEqual({ roomId: '!r', eventType: 't', stateKey: '' });
  });

  it('does not take an empty segment for a parameter that no alias leaves out', async () => {
    expect((await call('GET', '/alias/')).status).toBe(404);
    expect((await call('PUT', '/rooms//state/t')).status).toBe(404);
    expect((await call('GET', '/@')).status).toBe(404);
  });

  it('prefers fixed text to a parameter, and knows parameters behind a prefix', async () => {
    expect((await call('GET', '/alias/fixed')).json).toEqual({ fixed: true });
    expect((await call('GET', '/alias/fixe%64')).json).toEqual({ fixed: true });
    expect((await call('GET', '/@alice')).json).toEqual({ name: 'alice' });
  });

  it.each(['/alias/%zz', '/alias/%e2%82', '/alias/%'])('refuses the malformed encoding %s', async (path) => {
    expect(await call('GET', path)).toMatchObject({ status: 400, json: { errcode: 'M_INVALID_PARAM' } });
  });

  it('takes a parameter of 1,024 bytes and none longer', async () => {
    expect((await call('GET', `/alias/${'%C3%A9'.repeat(512)}`)).json).toEqual({ alias: 'é'.repeat(512) });
    for (const path of [`/alias/${'%C3%A9'.repeat(513)}`, `/alias/${'a'.repeat(1_025)}`]) {
      expect(await call('GET', path)).toMatchObject({ status: 413, json: { errcode: 'M_TOO_LARGE' } });
    }
  });

  it('answers 404 for an unknown path and 405 with Allow for another method', async () => {
    expect(await call('GET', '/nowhere')).toMatchObject({ status: 404, json: { errcode: 'M_UNRECOGNIZED' } });
    const wrong = await call('DELETE', '/alias/fixed');
    expect(wrong).toMatchObject({ status: 405, json: { errcode: 'M_UNRECOGNIZED' } });
    expect(wrong.headers.get('allow')).toBe('GET, OPTIONS');
  });

  it('answers HEAD like GET, without the body', async () => {
    const head = await call('HEAD', '/alias/fixed');
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers.get('content-length')).toBe('14');
  });

  it('refuses two operations at one place or under one name', () => {
    expect(() => serve([state, { ...state, id: 'other' }])).toThrow(/belongs to state and other/);
    expect(() => serve([state, { ...state, method: 'GET' }])).toThrow(/called state/);
  });
});

describe('access', () => {
  const whoami = operation({
    id: 'whoami',
    method: 'GET',
    path: '/whoami',
    access: 'user',
    rate: 'read',
    answer: ({ caller }) => ({ user_id: caller.userId, device_id: caller.deviceId }),
  });
  const optional = operation({
    id: 'optional',
    method: 'GET',
    path: '/optional',
    access: 'userOptional',
    rate: 'read',
    answer: ({ caller }) => ({ known: caller !== undefined }),
  });
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it('asks for a token, refuses a wrong one, and hands on the caller of a right one', async () => {
    const call = serve([whoami]);
    expect(await call('GET', '/whoami')).toMatchObject({ status: 401, json: { errcode: 'M_MISSING_TOKEN' } });
    expect(await call('GET', '/whoami', { headers: { authorization: 'Basic Zm9v' } })).toMatchObject({
      status: 401,
      json: { errcode: 'M_MISSING_TOKEN' },
    });
    expect(await call('GET', '/whoami', bearer('bad'))).toMatchObject({
      status: 401,
      json: { errcode: 'M_UNKNOWN_TOKEN' },
    });
    expect((await call('GET', '/whoami', bearer('good'))).json).toEqual({
      user_id: '@alice:example.org',
      device_id: 'PHONE',
    });
    expect((await call('GET', '/whoami', { headers: { authorization: 'bearer good' } })).status).toBe(200);
  });

  it('reads a token from the query only where that is switched on', async () => {
    expect((await serve([whoami])('GET', '/whoami?access_token=good')).status).toBe(401);
    expect(
      (await serve([whoami], { accessTokensInQuery: true })('GET', '/whoami?access_token=good')).status,
    ).toBe(200);
  });

  it('lets everybody in where a token is optional, but not with a wrong one', async () => {
    const call = serve([optional]);
    expect((await call('GET', '/optional')).json).toEqual({ known: false });
    expect((await call('GET', '/optional', bearer('good'))).json).toEqual({ known: true });
    expect((await call('GET', '/optional', bearer('bad'))).status).toBe(401);
  });

  it('takes an access rule of another API, whose caller the operation sees', async () => {
    const peer: AccessRule<{ server: string }> = {
      name: 'peer',
      async identify(call) {
        if ((await call.bytes()).toString() !== '{"a":1}')
          throw new ProtocolError('unauthorized', 'Not signed.');
        return { server: call.header('x-peer') ?? '' };
      },
      rateSubject: (caller) => caller.server,
    };
    const call = serve([
      operation({
        id: 'peered',
        method: 'PUT',
        path: '/peered',
        access: peer,
        rate: 'federation',
        body: z.object({ a: z.number() }),
        answer: ({ caller, body }) => ({ from: caller.server, a: body.a }),
      }),
    ]);
    expect((await call('PUT', '/peered', { body: '{"a":1}', headers: { 'x-peer': 'b.test' } })).json).toEqual(
      {
        from: 'b.test',
        a: 1,
      },
    );
    expect((await call('PUT', '/peered', { body: '{"a":2}' })).status).toBe(401);
  });
});

describe('what comes in', () => {
  const call = serve([
    operation({
      id: 'search',
      method: 'GET',
      path: '/search',
      access: 'public',
      rate: 'read',
      query: z.object({ term: z.string(), limit: queryInteger.optional(), via: queryList.optional() }),
      answer: ({ query }) => query,
    }),
    operation({
      id: 'put',
      method: 'PUT',
      path: '/put',
      access: 'public',
      rate: 'write',
      bodyBytesMax: 10_000,
      body: z.object({ name: z.string(), nested: z.object({ count: z.number() }).optional() }),
      answer: ({ body }) => body,
    }),
    operation({
      id: 'leave',
      method: 'POST',
      path: '/leave',
      access: 'public',
      rate: 'write',
      bodyOptional: true,
      body: z.object({ reason: z.string().optional() }),
      answer: ({ body }) => body,
    }),
  ]);

  it('reads numbers and lists from the query', async () => {
    expect((await call('GET', '/search?term=a%20b&limit=5&via=x&via=y')).json).toEqual({
      term: 'a b',
      limit: 5,
      via: ['x', 'y'],
    });
    expect((await call('GET', '/search?term=a&via=x')).json).toEqual({ term: 'a', via: ['x'] });
  });

  it.each([
    ['/search', 'M_MISSING_PARAM', 'term'],
    ['/search?term=a&limit=-1', 'M_INVALID_PARAM', 'limit'],
    ['/search?term=a&term=b', 'M_INVALID_PARAM', 'term'],
    ['/search?__proto__=x', 'M_MISSING_PARAM', 'term'],
  ])('refuses %s with %s', async (path, errcode, field) => {
    const { status, json } = await call('GET', path);
    expect({ status, errcode: json.errcode }).toEqual({ status: 400, errcode });
    expect(json.error).toContain(`"${field}"`);
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>, number, string]>([
    ['an empty body', '', 400, 'M_NOT_JSON'],
    ['half a body', '{"name":', 400, 'M_NOT_JSON'],
    ['invalid UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 400, 'M_NOT_JSON'],
    ['another type of body', '[]', 400, 'M_BAD_JSON'],
    ['null', 'null', 400, 'M_BAD_JSON'],
    ['__proto__', '{"name":"a","__proto__":{"x":1}}', 400, 'M_BAD_JSON'],
    ['an escaped __proto__', '{"name":"a","\\u005f_proto__":{"x":1}}', 400, 'M_BAD_JSON'],
    ['half of a surrogate pair', '{"name":"\\ud83d"}', 400, 'M_BAD_JSON'],
    ['half of a surrogate pair in a name', '{"name":"a","deep":[{"\\ude00":1}]}', 400, 'M_BAD_JSON'],
    ['too deep a body', `{"name":"a","deep":${'['.repeat(101)}${']'.repeat(101)}}`, 400, 'M_BAD_JSON'],
    ['too large a body', JSON.stringify({ name: 'a'.repeat(10_000) }), 413, 'M_TOO_LARGE'],
  ])('refuses %s', async (_name, body, status, errcode) => {
    expect(await call('PUT', '/put', { body })).toMatchObject({ status, json: { errcode } });
  });

  it('names the field that is missing or wrong', async () => {
    const missing = await call('PUT', '/put', { body: '{}' });
    expect(missing.json).toEqual({
      errcode: 'M_BAD_JSON',
      error: 'The field "name" of the body: it is required.',
    });
    const wrong = await call('PUT', '/put', { body: '{"name":"a","nested":{"count":"1"}}' });
    expect(wrong.json.errcode).toBe('M_BAD_JSON');
    expect(wrong.json.error).toBe('The field "nested.count" of the body: expected number, received string.');
  });

  it('takes JSON under any content type, many brackets that do not nest, and no body where that is allowed', async () => {
    expect((await call('PUT', '/put', { body: '{"name":"a"}' })).json).toEqual({ name: 'a' });
    const wide = JSON.stringify({ name: 'a', ignored: Array(200).fill([{}]) });
    expect((await call('PUT', '/put', { body: wide })).json).toEqual({ name: 'a' });
    expect((await call('POST', '/leave')).json).toEqual({});
    expect((await call('POST', '/leave', { body: '{"reason":"late"}' })).json).toEqual({ reason: 'late' });
  });
});

describe('answers', () => {
  it('carries CORS headers on every answer, and answers OPTIONS everywhere without doing anything', async () => {
    let calls = 0;
    const call = serve([
      operation({
        id: 'a',
        method: 'POST',
        path: '/a',
        access: 'public',
        rate: 'write',
        answer: () => calls++,
      }),
    ]);
    for (const [method, path] of [
      ['OPTIONS', '/a'],
      ['OPTIONS', '/nowhere'],
      ['GET', '/nowhere'],
      ['GET', '/a'],
    ] as const) {
      const { headers } = await call(method, path);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-methods')).toContain('PUT');
      expect(headers.get('access-control-allow-headers')).toBe(
        'X-Requested-With, Content-Type, Authorization',
      );
    }
    expect(calls).toBe(0);
  });

  it('takes values, replies, texts and responses from operations', async () => {
    const get = (path: string, answer: () => unknown) =>
      operation({ id: path, method: 'GET', path, access: 'public', rate: 'read', answer });
    const call = serve([
      get('/nothing', () => undefined),
      get('/reply', () =>
        reply(201, { a: 1 }, { 'content-type': 'application/activity+json', 'x-more': 'yes' }),
      ),
      get('/accepted', () => reply(202)),
      get('/text', () => replyText(200, 'text/html; charset=utf-8', '<p>é</p>')),
      get('/response', () => new Response('raw', { status: 203, headers: { 'x-raw': 'yes' } })),
    ]);
    expect((await call('GET', '/nothing')).json).toEqual({});
    const replied = await call('GET', '/reply');
    expect([replied.status, replied.headers.get('content-type'), replied.headers.get('x-more')]).toEqual([
      201,
      'application/activity+json',
      'yes',
    ]);
    expect(replied.json).toEqual({ a: 1 });
    expect(await call('GET', '/accepted')).toMatchObject({ status: 202, text: '' });
    const text = await call('GET', '/text');
    expect([text.text, text.headers.get('content-length')]).toEqual(['<p>é</p>', '9']);
    const raw = await call('GET', '/response');
    expect([raw.status, raw.text, raw.headers.get('x-raw')]).toEqual([203, 'raw', 'yes']);
  });

  it('hides what went wrong inside, and logs it under the id that it gives', async () => {
    const logged: object[] = [];
    const failing = operation({
      id: 'failing',
      method: 'GET',
      path: '/failing',
      access: 'public',
      rate: 'read',
      answer: () => Promise.reject(new Error('the secret is 1234')),
    });
    const logger = { ...silentLogger, error: (fields: object) => void logged.push(fields) };
    const { status, text, json } = await serve([failing], { logger })('GET', '/failing');
    expect({ status, errcode: json.errcode }).toEqual({ status: 500, errcode: 'M_UNKNOWN' });
    expect(text).not.toContain('1234');
    const requestId = /request (\w+)/.exec(json.error)?.[1];
    expect(logged).toMatchObject([{ requestId, operation: 'failing' }]);
  });

  it('limits each client by itself, before the body is looked at', async () => {
    const rateLimits = makeRateLimits({ now: () => 0, sleep: async () => undefined });
    const call = serve(
      [
        operation({
          id: 'register',
          method: 'POST',
          path: '/register',
          access: 'public',
          rate: 'registration',
          body: z.object({}),
          answer: () => ({}),
        }),
      ],
      { rateLimits, clientAddress: makeClientAddress(['127.0.0.1']) },
    );
    const from = (address: string, body: string) =>
      call('POST', '/register', { body, headers: { 'x-forwarded-for': address } });
    for (let attempt = 0; attempt < 10; attempt++) expect((await from('198.51.100.1', '{')).status).toBe(400);
    const limited = await from('198.51.100.1', '{}');
    expect(limited).toMatchObject({
      status: 429,
      json: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 5_000 },
    });
    expect(limited.headers.get('retry-after')).toBe('5');
    expect((await from('198.51.100.2', '{}')).status).toBe(200);
  });

  it('tells an observer what each operation answered', async () => {
    const seen: [string, number][] = [];
    const call = serve([state], {
      observe: (observed, answer) => void seen.push([observed.id, answer.status]),
    });
    await call('PUT', '/rooms/!r/state/t');
    await call('GET', '/nowhere');
    expect(seen).toEqual([['state', 200]]);
  });
});
