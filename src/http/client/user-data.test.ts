import { expect, test } from 'vitest';
import { readAccountData, storeAccountData } from '#domain/identity/account-data';
import { resolveFilter } from '#domain/identity/filters';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { makeTestClient } from '#test/fixtures/account-client';
import { openTestIdentity } from '#test/fixtures/identity';

const alice = '@alice:example.org' as UserId;
const profile = `v3/profile/${alice}`;
const data = `v3/user/${alice}/account_data`;
const roomData = `v3/user/${alice}/rooms/!r%2Fx:example.org/account_data`;

const open = async () => {
  const test = await openTestIdentity();
  const client = makeTestClient(test.identity);
  const { token } = await client.register('alice');
  const bob = (await client.register('bob')).token;
  test.carriedOut.length = 0;
  const as = (method: string, path: string, body?: unknown) => client.call(method, path, { token, body });
  return { ...test, ...client, as, bob };
};

test('fields of a profile are set, read by anyone, and removed', async () => {
  const { as, call } = await open();
  expect(await call('GET', profile)).toEqual({ status: 200, body: {} });
  const fields = {
    displayname: 'Alice',
    avatar_url: 'mxc://example.org/a',
    'm.tz': 'Europe/Berlin',
    'org.x-y.z_1': [null],
  };
  for (const [name, value] of Object.entries(fields)) {
    expect(await as('PUT', `${profile}/${name}`, { [name]: value })).toEqual({ status: 200, body: {} });
    expect(await call('GET', `${profile}/${name}`)).toEqual({ status: 200, body: { [name]: value } });
  }
  expect((await call('GET', profile)).body).toEqual(fields);
  expect(await as('DELETE', `${profile}/m.tz`)).toEqual({ status: 200, body: {} });
  expect(await as('DELETE', `${profile}/m.tz`)).toEqual({ status: 200, body: {} });
  expect(await call('GET', `${profile}/m.tz`)).toMatchObject({
    status: 404,
    body: { errcode: 'M_NOT_FOUND' },
  });
});

test('rooms are told of a new display name or avatar, and of nothing else', async () => {
  const { as, carriedOut } = await open();
  await as('PUT', `${profile}/displayname`, { displayname: 'Alice' });
  await as('PUT', `${profile}/displayname`, { displayname: 'Alice' });
  await as('PUT', `${profile}/m.tz`, { 'm.tz': 'UTC' });
  await as('PUT', `${profile}/displayname`, { displayname: '' });
  expect(carriedOut).toEqual([
    `profile of ${alice}: {"displayname":"Alice"}`,
    `profile of ${alice}: {"m.tz":"UTC"}`,
  ]);
});

test.each([
  ['displayname', {}, 400, 'M_MISSING_PARAM'],
  ['displayname', { displayname: 7 }, 400, 'M_BAD_JSON'],
  ['displayname', { displayname: null }, 400, 'M_BAD_JSON'],
  ['displayname', { displayname: 'x', avatar_url: 'mxc://a/b' }, 400, 'M_BAD_JSON'],
  ['displayname', { displayname: 'x'.repeat(257) }, 400, 'M_INVALID_PARAM'],
  ['displayname', [], 400, 'M_BAD_JSON'],
  ['displayname', '{', 400, 'M_NOT_JSON'],
  ['avatar_url', { avatar_url: 'https://example.org/a.png' }, 400, 'M_INVALID_PARAM'],
  ['avatar_url', { avatar_url: `mxc://a/${'x'.repeat(1_000)}` }, 400, 'M_INVALID_PARAM'],
  ['m.tz', { 'm.tz': 1 }, 400, 'M_BAD_JSON'],
  ['Upper', { Upper: 1 }, 400, 'M_INVALID_PARAM'],
  ['1st', { '1st': 1 }, 400, 'M_INVALID_PARAM'],
  [`a${'.b'.repeat(128)}`, { [`a${'.b'.repeat(128)}`]: 1 }, 400, 'M_KEY_TOO_LARGE'],
  ['org.x', { 'org.x': 'x'.repeat(65_530) }, 400, 'M_PROFILE_TOO_LARGE'],
])('the profile field %s cannot be set by %j', async (field, body, status, errcode) => {
  const { as, call } = await open();
  expect(await as('PUT', `${profile}/${field}`, body)).toMatchObject({ status, body: { errcode } });
  expect((await call('GET', profile)).body).toEqual({});
});

test('nobody changes the profile of somebody else, and there are none of unknown people', async () => {
  const { call, bob } = await open();
  const forbidden = { status: 403, body: { errcode: 'M_FORBIDDEN' } };
  const body = { displayname: 'x' };
  expect(await call('PUT', `${profile}/displayname`, { token: bob, body })).toMatchObject(forbidden);
  expect(await call('DELETE', `${profile}/displayname`, { token: bob })).toMatchObject(forbidden);
  expect(await call('PUT', `${profile}/displayname`, { body })).toMatchObject({ status: 401 });
  for (const user of ['@nobody:example.org', '@alice:elsewhere.org']) {
    const unknown = { status: 404, body: { errcode: 'M_NOT_FOUND' } };
    expect(await call('GET', `v3/profile/${user}`)).toMatchObject(unknown);
    expect(await call('GET', `v3/profile/${user}/displayname`)).toMatchObject(unknown);
  }
  expect(await call('GET', 'v3/profile/alice')).toMatchObject({
    status: 400,
    body: { errcode: 'M_INVALID_PARAM' },
  });
});

test('account data is kept globally and per room, apart', async () => {
  const { as } = await open();
  expect(await as('PUT', `${data}/org.x`, { v: 1 })).toEqual({ status: 200, body: {} });
  expect(await as('PUT', `${roomData}/org.x`, { v: 2 })).toEqual({ status: 200, body: {} });
  expect(await as('GET', `${data}/org.x`)).toEqual({ status: 200, body: { v: 1 } });
  expect(await as('GET', `${roomData}/org.x`)).toEqual({ status: 200, body: { v: 2 } });
  const none = { status: 404, body: { errcode: 'M_NOT_FOUND' } };
  expect(await as('GET', `${data}/org.y`)).toMatchObject(none);
  expect(await as('GET', `${roomData}/org.y`)).toMatchObject(none);
});

test.each(['m.fully_read', 'm.push_rules'])("%s is the server's to change, and readable", async (type) => {
  const { as, identity } = await open();
  const managed = { status: 405, body: { errcode: 'M_BAD_JSON' } };
  expect(await as('PUT', `${data}/${type}`, {})).toMatchObject(managed);
  expect(await as('PUT', `${roomData}/${type}`, {})).toMatchObject(managed);
  const name = { type, roomId: '!r/x:example.org' as RoomId };
  await storeAccountData(identity, alice, name, { event_id: '$e' });
  expect(await as('GET', `${roomData}/${type}`)).toEqual({ status: 200, body: { event_id: '$e' } });
});

test.each([
  ['GET', `${data}/org.x`, undefined],
  ['PUT', `${data}/org.x`, {}],
  ['GET', `${roomData}/org.x`, undefined],
  ['PUT', `${roomData}/org.x`, {}],
  ['POST', `v3/user/${alice}/filter`, {}],
  ['GET', `v3/user/${alice}/filter/x`, undefined],
])('%s %s is for the user only whom it names', async (method, path, body) => {
  const { call, bob } = await open();
  expect(await call(method, path, { token: bob, body })).toMatchObject({
    status: 403,
    body: { errcode: 'M_FORBIDDEN' },
  });
  expect(await call(method, path, { body })).toMatchObject({
    status: 401,
    body: { errcode: 'M_MISSING_TOKEN' },
  });
});

test.each([
  [`${data}/org.x`, [], 400, 'M_BAD_JSON'],
  [`${data}/org.x`, '"text"', 400, 'M_BAD_JSON'],
  [`${data}/org.x`, 'text', 400, 'M_NOT_JSON'],
  [`${data}/${'x'.repeat(256)}`, {}, 400, 'M_INVALID_PARAM'],
  [`${data}/a%00b`, {}, 400, 'M_INVALID_PARAM'],
  [`${data}/org.x`, { v: 'x'.repeat(96_000) }, 413, 'M_TOO_LARGE'],
  [`v3/user/${alice}/rooms/room/account_data/org.x`, {}, 400, 'M_INVALID_PARAM'],
])('account data at %s is refused', async (path, body, status, errcode) => {
  const { as } = await open();
  expect(await as('PUT', path, body)).toMatchObject({ status, body: { errcode } });
});

test('the largest account data fits, with the longest names', async () => {
  const { as } = await open();
  const path = `v3/user/${alice}/rooms/!${'%01'.repeat(242)}:example.org/account_data/${'%02'.repeat(255)}`;
  const content = { v: 'x'.repeat(96_000 - '{"v":""}'.length) };
  expect(await as('PUT', path, content)).toEqual({ status: 200, body: {} });
  expect((await as('GET', path)).body).toEqual(content);
});

test('push rules are the predefined ones, by each of their ways', async () => {
  const { as, identity } = await open();
  const { body } = await as('GET', 'v3/pushrules/');
  const rule = { rule_id: '.m.rule.master', default: true, enabled: false, actions: [] };
  expect(body).toMatchObject({
    global: { override: expect.arrayContaining([expect.objectContaining(rule)]) },
  });
  expect((await as('GET', 'v3/pushrules')).body).toEqual(body);
  expect((await as('GET', 'v3/pushrules/global/')).body).toEqual(body.global);
  expect((await as('GET', `${data}/m.push_rules`)).body).toEqual(body);

  const read = (after?: Awaited<ReturnType<typeof storeAccountData>>) =>
    identity.accounts.read(async (reader) => readAccountData(reader, alice, after, await reader.position()));
  expect(await read()).toEqual([{ type: 'm.push_rules', content: body }]);
  const position = await storeAccountData(identity, alice, { type: 'org.x' }, {});
  expect(await read()).toMatchObject([{ type: 'm.push_rules' }, { type: 'org.x' }]);
  expect(await read(position)).toEqual([]);
});

test('a filter is kept under an id that the same filter gets again', async () => {
  const { as, identity } = await open();
  const path = `v3/user/${alice}/filter`;
  const filter = { room: { timeline: { limit: 5 } }, 'org.x': 1 };
  const { body } = await as('POST', path, filter);
  const id = String(body.filter_id);
  expect(id).toMatch(/^[A-Za-z0-9_-]{16}$/);
  expect((await as('POST', path, { 'org.x': 1, room: { timeline: { limit: 5 } } })).body).toEqual(body);
  expect((await as('POST', path, {})).body).not.toEqual(body);
  expect(await as('GET', `${path}/${id}`)).toEqual({ status: 200, body: filter });
  expect(await as('GET', `${path}/none`)).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });

  const known = { room: { timeline: { limit: 5 } } };
  expect(await resolveFilter(identity, alice, id)).toEqual(known);
  expect(await resolveFilter(identity, alice, JSON.stringify(filter))).toEqual(known);
  await expect(resolveFilter(identity, alice, '{')).rejects.toMatchObject({ errcode: 'M_NOT_JSON' });
  await expect(resolveFilter(identity, alice, 'x')).rejects.toMatchObject({ errcode: 'M_NOT_FOUND' });
});

test.each([
  [{ room: { timeline: { limit: 'ten' } } }, 'M_BAD_JSON'],
  [{ event_format: 'xml' }, 'M_BAD_JSON'],
  [[], 'M_BAD_JSON'],
  ['', 'M_NOT_JSON'],
  [{ 'org.x': 'x'.repeat(65_536) }, 'M_INVALID_PARAM'],
])('the filter %j is refused', async (filter, errcode) => {
  const { as } = await open();
  const answer = await as('POST', `v3/user/${alice}/filter`, filter);
  expect(answer).toMatchObject({ status: 400, body: { errcode } });
});
