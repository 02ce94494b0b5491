import { expect, test } from 'vitest';
import { makeRateLimits, rateClasses } from '#http/rate-limits';
import { makeTestClient } from '#test/fixtures/account-client';
import { openTestIdentity } from '#test/fixtures/identity';

const open = async () => {
  const test = await openTestIdentity();
  const client = makeTestClient(test.identity);
  return { ...test, ...client, alice: await client.register('alice') };
};

const user = (name: string) => ({ identifier: { type: 'm.id.user', user: name } });
const type = 'm.login.password';

test('the flows are those that work', async () => {
  const { call } = await open();
  expect(await call('GET', 'v3/login')).toEqual({ status: 200, body: { flows: [{ type }] } });
});

test.each([
  ['a local part', user('alice')],
  ['a user id', user('@alice:example.org')],
  ['upper case', user('Alice')],
  ['the old field', { user: 'alice' }],
  ['the old field with a user id', { user: '@alice:example.org' }],
])('people sign in by %s', async (_name, named) => {
  const { call } = await open();
  const { status, body } = await call('POST', 'v3/login', { body: { type, ...named, password: 'secret' } });
  expect({ status, body }).toEqual({
    status: 200,
    body: { user_id: '@alice:example.org', access_token: expect.any(String), device_id: expect.any(String) },
  });
  const whoami = await call('GET', 'v3/account/whoami', { token: String(body.access_token) });
  expect(whoami.body).toMatchObject({ device_id: body.device_id });
});

test('a wrong password, an unknown name and a name from elsewhere get the same answer', async () => {
  const { call } = await open();
  const attempts = [
    { ...user('alice'), password: 'wrong' },
    { ...user('nobody'), password: 'secret' },
    { ...user('@alice:elsewhere.org'), password: 'secret' },
    { ...user('not a name'), password: 'secret' },
    { ...user('alice'), password: 'x'.repeat(1_000) },
  ];
  const answers = await Promise.all(
    attempts.map((body) => call('POST', 'v3/login', { body: { type, ...body } })),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
});

test.each([
  [{ ...user('alice'), password: 'secret' }, 400, 'M_BAD_JSON'],
  [{ type: 'm.login.token', token: 'x' }, 400, 'M_UNKNOWN'],
  [{ type, password: 'secret' }, 400, 'M_MISSING_PARAM'],
  [{ type, ...user('alice') }, 400, 'M_MISSING_PARAM'],
  [{ type, identifier: {}, password: 'secret' }, 400, 'M_MISSING_PARAM'],
  [{ type, identifier: { type: 'm.id.user' }, password: 'secret' }, 400, 'M_MISSING_PARAM'],
  [{ type, identifier: { type: 'x.y' }, password: 'secret' }, 400, 'M_UNKNOWN'],
  [{ type, identifier: 'alice', password: 'secret' }, 400, 'M_BAD_JSON'],
  [{ type, ...user('alice'), password: 7 }, 400, 'M_BAD_JSON'],
  [
    { type, identifier: { type: 'm.id.thirdparty', medium: 'email', address: 'a@b.c' }, password: 'x' },
    403,
    'M_FORBIDDEN',
  ],
  [
    { type, identifier: { type: 'm.id.phone', country: 'DE', phone: '1' }, password: 'x' },
    403,
    'M_FORBIDDEN',
  ],
  ['nonsense', 400, 'M_NOT_JSON'],
])('the body %j is refused', async (body, status, errcode) => {
  const { call } = await open();
  expect(await call('POST', 'v3/login', { body })).toMatchObject({ status, body: { errcode } });
});

test('logout ends one session, logout/all every one', async () => {
  const { call, alice } = await open();
  const signIn = async () => {
    const { body } = await call('POST', 'v3/login', { body: { type, ...user('alice'), password: 'secret' } });
    return String(body.access_token);
  };
  const [second, third] = [await signIn(), await signIn()];
  const statusOf = async (token: string) => (await call('GET', 'v3/account/whoami', { token })).status;
  expect(await call('POST', 'v3/logout', { token: second })).toEqual({ status: 200, body: {} });
  expect([await statusOf(alice.token), await statusOf(second), await statusOf(third)]).toEqual([
    200, 401, 200,
  ]);
  expect(await call('POST', 'v3/logout/all', { token: third })).toEqual({ status: 200, body: {} });
  expect([await statusOf(alice.token), await statusOf(third)]).toEqual([401, 401]);
});

test("a missing token and one that is nobody's are told apart", async () => {
  const { call } = await open();
  const missing = { status: 401, body: { errcode: 'M_MISSING_TOKEN' } };
  const unknown = { status: 401, body: { errcode: 'M_UNKNOWN_TOKEN', soft_logout: false } };
  for (const [method, path] of [
    ['GET', 'v3/account/whoami'],
    ['POST', 'v3/logout'],
    ['GET', 'v3/devices'],
  ] as const) {
    expect(await call(method, path)).toMatchObject(missing);
    expect(await call(method, path, { token: 'x' })).toMatchObject(unknown);
  }
});

test('attempts on one account are limited, whichever password they try; other accounts are not', async () => {
  const { identity, register } = await open();
  await register('bob');
  const classes = { ...rateClasses, login: { perSecond: 1_000, burst: 1_000 } };
  const { call } = makeTestClient(identity, makeRateLimits(identity.clock, classes));
  const attempt = (name: string, password: string) =>
    call('POST', 'v3/login', { body: { type, ...user(name), password } });
  for (let count = 0; count < rateClasses.loginToAccount.burst; count++) {
    expect(await attempt(count % 2 ? 'alice' : '@ALICE:example.org', 'wrong')).toMatchObject({ status: 403 });
  }
  expect(await attempt('alice', 'secret')).toMatchObject({
    status: 429,
    body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: expect.any(Number) },
  });
  expect(await attempt('bob', 'secret')).toMatchObject({ status: 200 });
});

test('attempts from one address are limited, whichever account they try', async () => {
  const { identity } = await open();
  const { call } = makeTestClient(identity, makeRateLimits(identity.clock));
  const attempt = (name: string) =>
    call('POST', 'v3/login', { body: { type, ...user(name), password: 'wrong' } });
  for (let count = 0; count < rateClasses.login.burst; count++) {
    expect(await attempt(`user${count}`)).toMatchObject({ status: 403 });
  }
  expect(await attempt('one-more')).toMatchObject({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED' } });
});
