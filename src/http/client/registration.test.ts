import { expect, test } from 'vitest';
import { deactivateAccount } from '#domain/identity/deactivate-account';
import type { RegistrationPolicy } from '#domain/identity/identity';
import { createRegistrationToken } from '#domain/identity/registration-tokens';
import type { UserId } from '#protocol/matrix/identifiers';
import { makeTestClient } from '#test/fixtures/account-client';
import { openTestIdentity } from '#test/fixtures/identity';

const open = async (registration: RegistrationPolicy = 'open') => {
  const test = await openTestIdentity(registration);
  return { ...test, ...makeTestClient(test.identity) };
};

const dummy = { type: 'm.login.dummy' };
const validityPath = 'v1/register/m.login.registration_token/validity';

test('registration asks for a stage first, then makes the account and signs in to it', async () => {
  const { call } = await open();
  const wanted = {
    username: 'alice',
    password: 'secret',
    device_id: 'D',
    initial_device_display_name: 'phone',
  };
  const first = await call('POST', 'v3/register', { body: wanted });
  const flows = [{ stages: ['m.login.dummy'] }];
  expect(first).toEqual({ status: 401, body: { flows, params: {}, session: expect.any(String) } });

  const auth = { ...dummy, session: first.body.session };
  const second = await call('POST', 'v3/register', { body: { ...wanted, auth } });
  expect(second).toEqual({
    status: 200,
    body: { user_id: '@alice:example.org', access_token: expect.any(String), device_id: 'D' },
  });
  const token = String(second.body.access_token);
  const whoami = await call('GET', 'v3/account/whoami', { token });
  expect(whoami.body).toEqual({ user_id: '@alice:example.org', device_id: 'D', is_guest: false });
  expect((await call('GET', 'v3/devices/D', { token })).body).toMatchObject({ display_name: 'phone' });
});

test('an empty body asks which flows there are', async () => {
  const { call } = await open();
  expect(await call('POST', 'v3/register', { body: {} })).toMatchObject({ status: 401 });
});

test('inhibit_login makes the account and no session', async () => {
  const { call } = await open();
  const body = { username: 'alice', password: 'secret', inhibit_login: true, auth: dummy };
  expect(await call('POST', 'v3/register', { body })).toEqual({
    status: 200,
    body: { user_id: '@alice:example.org' },
  });
});

test('with a registration token, which is asked for and judged', async () => {
  const { call, identity } = await open('token');
  const { token } = await createRegistrationToken(identity, { usesAllowed: 1 });
  const attempt = (auth: object, username = 'alice') =>
    call('POST', 'v3/register', { body: { username, password: 'secret', auth } });
  const type = 'm.login.registration_token';
  const flows = [{ stages: [type] }];
  expect(await attempt(dummy)).toMatchObject({ status: 401, body: { flows, errcode: 'M_UNAUTHORIZED' } });
  expect(await attempt({ type })).toMatchObject({ status: 400, body: { errcode: 'M_MISSING_PARAM' } });
  expect(await attempt({ type, token: 'x' })).toMatchObject({
    status: 401,
    body: { flows, errcode: 'M_FORBIDDEN' },
  });

  const validity = () => call('GET', `${validityPath}?token=${token}`);
  expect(await validity()).toEqual({ status: 200, body: { valid: true } });
  expect(await attempt({ type, token })).toMatchObject({ status: 200 });
  expect(await validity()).toEqual({ status: 200, body: { valid: false } });
  expect(await attempt({ type, token }, 'bob')).toMatchObject({
    status: 401,
    body: { errcode: 'M_FORBIDDEN' },
  });
});

test('closed registration is refused, and no token is valid then', async () => {
  const { call } = await open('closed');
  const refused = { status: 403, body: { errcode: 'M_FORBIDDEN' } };
  expect(await call('POST', 'v3/register', { body: { username: 'a', password: 'b' } })).toMatchObject(
    refused,
  );
  expect(await call('GET', `${validityPath}?token=x`)).toMatchObject(refused);
  const withoutToken = { status: 400, body: { errcode: 'M_MISSING_PARAM' } };
  expect(await call('GET', validityPath)).toMatchObject(withoutToken);
});

test('guests are refused, and kinds that do not exist', async () => {
  const { call } = await open();
  expect(await call('POST', 'v3/register?kind=guest', { body: {} })).toMatchObject({
    status: 403,
    body: { errcode: 'M_GUEST_ACCESS_FORBIDDEN' },
  });
  expect(await call('POST', 'v3/register?kind=king', { body: {} })).toMatchObject({
    status: 400,
    body: { errcode: 'M_INVALID_PARAM' },
  });
  expect(await call('POST', 'v3/register?kind=user', { body: {} })).toMatchObject({ status: 401 });
});

test.each([
  ['bad name', 'M_INVALID_USERNAME'],
  ['', 'M_INVALID_USERNAME'],
  ['@alice:example.org', 'M_INVALID_USERNAME'],
  ['jürgen', 'M_INVALID_USERNAME'],
  ['x'.repeat(255), 'M_INVALID_USERNAME'],
  ['taken', 'M_USER_IN_USE'],
  ['TAKEN', 'M_USER_IN_USE'],
  ['gone', 'M_USER_IN_USE'],
])('the user name %j is refused before any stage', async (username, errcode) => {
  const { call, register, identity } = await open();
  await register('taken');
  const gone = await register('gone');
  await deactivateAccount(identity, gone.userId as UserId, true);
  const refused = { status: 400, body: { errcode } };
  expect(await call('POST', 'v3/register', { body: { username, password: 'x' } })).toMatchObject(refused);
  const query = new URLSearchParams({ username });
  expect(await call('GET', `v3/register/available?${query}`)).toMatchObject(refused);
});

test('a free user name is available, and upper case counts as lower case', async () => {
  const { call, register } = await open();
  expect(await call('GET', 'v3/register/available?username=Alice')).toEqual({
    status: 200,
    body: { available: true },
  });
  expect(await register('Alice')).toMatchObject({ userId: '@alice:example.org' });
  expect(await call('GET', 'v3/register/available')).toMatchObject({
    status: 400,
    body: { errcode: 'M_MISSING_PARAM' },
  });
});

test.each([
  [{ username: 7 }, 'M_BAD_JSON'],
  [{ auth: 'dummy' }, 'M_BAD_JSON'],
  [{ inhibit_login: 'yes' }, 'M_BAD_JSON'],
  [[], 'M_BAD_JSON'],
  ['{"username":', 'M_NOT_JSON'],
  ['', 'M_NOT_JSON'],
  [{ auth: dummy }, 'M_MISSING_PARAM'],
  [{ auth: dummy, password: '' }, 'M_WEAK_PASSWORD'],
  [{ auth: dummy, password: 'x'.repeat(513) }, 'M_INVALID_PARAM'],
  [{ auth: dummy, password: 'x', device_id: '' }, 'M_INVALID_PARAM'],
  [{ auth: dummy, password: 'x', device_id: 'x'.repeat(256) }, 'M_INVALID_PARAM'],
  [{ auth: dummy, password: 'x', initial_device_display_name: 'x'.repeat(257) }, 'M_INVALID_PARAM'],
])('the body %j is refused with %s', async (body, errcode) => {
  const { call } = await open();
  expect(await call('POST', 'v3/register', { body })).toMatchObject({ status: 400, body: { errcode } });
});
