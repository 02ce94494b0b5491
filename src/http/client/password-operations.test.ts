import { expect, test } from 'vitest';
import { makeRateLimits, rateClasses } from '#http/rate-limits';
import { makeTestClient } from '#test/fixtures/account-client';
import { openTestIdentity } from '#test/fixtures/identity';

const type = 'm.login.password';
const passwordOf = (name: string, password = 'secret') => ({
  type,
  identifier: { type: 'm.id.user', user: name },
  password,
});

const open = async () => {
  const test = await openTestIdentity();
  const client = makeTestClient(test.identity);
  const alice = await client.register('alice');
  const signIn = (password = 'secret', device_id?: string) =>
    client.call('POST', 'v3/login', { body: { ...passwordOf('alice', password), device_id } });
  return { ...test, ...client, alice, signIn };
};

const operations = [
  ['POST', 'v3/account/password', { new_password: 'new' }],
  ['POST', 'v3/account/deactivate', {}],
  ['DELETE', 'v3/devices/D', {}],
  ['POST', 'v3/delete_devices', { devices: ['D'] }],
] as const;

test.each(operations)('%s %s asks for the password of the account itself', async (method, path, body) => {
  const { call, alice, register } = await open();
  await register('bob');
  const { token } = alice;
  const flows = [{ stages: [type] }];
  const attempt = (auth?: object) => call(method, path, { token, body: { ...body, auth } });

  expect(await call(method, path, { body })).toMatchObject({
    status: 401,
    body: { errcode: 'M_MISSING_TOKEN' },
  });
  const first = await attempt();
  expect(first).toEqual({ status: 401, body: { flows, params: {}, session: expect.any(String) } });
  const { session } = first.body;
  const refused = { status: 401, body: { flows, session, errcode: 'M_FORBIDDEN' } };
  expect(await attempt({ ...passwordOf('alice', 'wrong'), session })).toMatchObject(refused);
  expect(await attempt({ ...passwordOf('bob'), session })).toMatchObject(refused);
  expect(await attempt({ type, user: 'alice', session })).toMatchObject({
    status: 400,
    body: { errcode: 'M_MISSING_PARAM' },
  });
  expect(await attempt({ type: 'm.login.dummy', session })).toMatchObject({
    status: 401,
    body: { flows, session, errcode: 'M_UNAUTHORIZED' },
  });
  expect(await attempt({ type, user: 'alice', password: 'secret', session })).toMatchObject({ status: 200 });
});

test.each(operations)('%s %s limits attempts on the password', async (method, path, body) => {
  const { identity, alice } = await open();
  const { call } = makeTestClient(identity, makeRateLimits(identity.clock));
  const attempt = () =>
    call(method, path, { token: alice.token, body: { ...body, auth: passwordOf('alice', 'wrong') } });
  for (let count = 0; count < rateClasses.loginToAccount.burst; count++) {
    expect(await attempt()).toMatchObject({ status: 401 });
  }
  expect(await attempt()).toMatchObject({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED' } });
});

test.each([
  [undefined, 401],
  [true, 401],
  [false, 200],
])('a new password with logout_devices %j leaves other sessions at %i', async (logout_devices, status) => {
  const { call, alice, signIn } = await open();
  const other = String((await signIn()).body.access_token);
  const body = { new_password: 'new', logout_devices, auth: passwordOf('alice') };
  expect(await call('POST', 'v3/account/password', { token: alice.token, body })).toEqual({
    status: 200,
    body: {},
  });
  expect(await call('GET', 'v3/account/whoami', { token: alice.token })).toMatchObject({ status: 200 });
  expect(await call('GET', 'v3/account/whoami', { token: other })).toMatchObject({ status });
  expect(await signIn('secret')).toMatchObject({ status: 403 });
  expect(await signIn('new')).toMatchObject({ status: 200 });
});

test.each([
  [{}, 'M_BAD_JSON'],
  [{ new_password: '', auth: passwordOf('alice') }, 'M_WEAK_PASSWORD'],
  [{ new_password: 'x'.repeat(513), auth: passwordOf('alice') }, 'M_INVALID_PARAM'],
])('the new password in %j is refused', async (body, errcode) => {
  const { call, alice } = await open();
  const answer = await call('POST', 'v3/account/password', { token: alice.token, body });
  expect(answer).toMatchObject({ status: 400, body: { errcode } });
});

test('a deactivated account is gone: sessions, sign-in, profile; its name stays taken', async () => {
  const { call, alice, signIn, carriedOut } = await open();
  const body = { erase: true, auth: passwordOf('alice') };
  expect(await call('POST', 'v3/account/deactivate', { token: alice.token, body })).toEqual({
    status: 200,
    body: { id_server_unbind_result: 'success' },
  });
  expect(carriedOut).toContain('deactivated @alice:example.org');
  expect(await call('GET', 'v3/account/whoami', { token: alice.token })).toMatchObject({ status: 401 });
  expect(await signIn()).toMatchObject({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  expect(await call('GET', `v3/profile/${alice.userId}`)).toMatchObject({ status: 404 });
  expect(await call('GET', 'v3/register/available?username=alice')).toMatchObject({ status: 400 });
});

test('devices are listed, shown and renamed', async () => {
  const { call, alice, signIn, identity, now } = await open();
  await signIn('secret', 'Z');
  const { token, deviceId } = alice;
  await call('PUT', 'v3/devices/Z', { token, body: { display_name: 'laptop' } });
  await call('PUT', 'v3/devices/Z', { token, body: {} });
  await identity[Symbol.asyncDispose]();
  const seen = { device_id: deviceId, last_seen_ts: now(), last_seen_ip: '127.0.0.1' };
  const { body } = await call('GET', 'v3/devices', { token });
  expect(body.devices).toHaveLength(2);
  expect(body.devices).toEqual(expect.arrayContaining([seen, { device_id: 'Z', display_name: 'laptop' }]));
  expect((await call('GET', 'v3/devices/Z', { token })).body).toEqual({
    device_id: 'Z',
    display_name: 'laptop',
  });
  const unknown = { status: 404, body: { errcode: 'M_NOT_FOUND' } };
  expect(await call('GET', 'v3/devices/none', { token })).toMatchObject(unknown);
  expect(await call('PUT', 'v3/devices/none', { token, body: {} })).toMatchObject(unknown);
  const long = { display_name: 'x'.repeat(257) };
  expect(await call('PUT', 'v3/devices/Z', { token, body: long })).toMatchObject({
    status: 400,
    body: { errcode: 'M_INVALID_PARAM' },
  });
});

test('removing devices ends their sessions, and ones that are not there count as removed', async () => {
  const { call, alice, signIn } = await open();
  const { token } = alice;
  const others = await Promise.all(['X', 'Y', 'Z'].map((id) => signIn('secret', id)));
  const auth = passwordOf('alice');
  expect(await call('DELETE', 'v3/devices/X', { token, body: { auth } })).toEqual({ status: 200, body: {} });
  const several = { auth, devices: ['Y', 'X', 'none'] };
  expect(await call('POST', 'v3/delete_devices', { token, body: several })).toEqual({
    status: 200,
    body: {},
  });
  const statuses = others.map(
    async ({ body }) => (await call('GET', 'v3/account/whoami', { token: String(body.access_token) })).status,
  );
  expect(await Promise.all(statuses)).toEqual([401, 401, 200]);
});
