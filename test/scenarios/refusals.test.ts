// What is wrong with a request is said with the status and code that the Client-Server API has for it ("Common error
// codes", "Other error codes", "Size limits", and the answers that each operation names), over real HTTP.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedHearth, serveHearth } from '#test/fixtures/served-hearth';
import { api, type Call, type Person, refusal, signUp, strangerAt } from '#test/fixtures/stranger';
import type { ClientEvent } from '#test/fixtures/sync-answer';

let hearth: ServedHearth;
let call: Call;
let alice: Person;
let bob: Person;
let room: string;
let eventId: string;

beforeAll(async () => {
  hearth = await serveHearth();
  call = strangerAt(hearth.url);
  [alice, bob] = [await signUp(call, 'alice'), await signUp(call, 'bob')];
  const { room_id } = await alice.post('/createRoom', { preset: 'private_chat', room_alias_name: 'tea' });
  room = `/rooms/${encodeURIComponent(String(room_id))}`;
  const { event_id } = await alice.put(`${room}/send/m.room.message/first`, {
    msgtype: 'm.text',
    body: 'hi',
  });
  eventId = encodeURIComponent(String(event_id));
});
afterAll(() => hearth[Symbol.asyncDispose]());

describe('the transport', () => {
  it.each([
    ['GET', '/_matrix/client/v3/nowhere', '404 M_UNRECOGNIZED'],
    ['GET', '/_matrix/client/v9/login', '404 M_UNRECOGNIZED'],
    ['GET', '/_matrix/client/v3/login/', '404 M_UNRECOGNIZED'],
    ['PUT', `${api}/login`, '405 M_UNRECOGNIZED'],
    ['DELETE', '/_matrix/client/versions', '405 M_UNRECOGNIZED'],
    ['PROPFIND', `${api}/account/whoami`, '405 M_UNRECOGNIZED'],
    ['GET', `${api}/profile/%ff`, '400 M_INVALID_PARAM'],
  ])('%s %s', async (method, path, expected) => {
    const answer = await call(method, path);
    expect(refusal(answer)).toBe(expected);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  it('lets pages of any origin call ("Web Browser Clients")', async () => {
    const preflight = await call('OPTIONS', `${api}/login`, {
      headers: { origin: 'https://client.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBeLessThan(300);
    expect(preflight.text).toBe('');
    const answer = await call('GET', `${api}/account/whoami`);
    for (const { headers } of [preflight, answer]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      const methods = headers.get('access-control-allow-methods')?.split(', ');
      expect(methods).toEqual(expect.arrayContaining(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']));
      const allowed = headers.get('access-control-allow-headers')?.split(', ');
      expect(allowed).toEqual(expect.arrayContaining(['X-Requested-With', 'Content-Type', 'Authorization']));
    }
  });

  it('answers HEAD with the headers alone', async () => {
    const [head, get] = [
      await call('HEAD', '/_matrix/client/versions'),
      await call('GET', '/_matrix/client/versions'),
    ];
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(Number(head.headers.get('content-length'))).toBe(get.text.length);
  });

  it('does not mind the Content-Type ("API Standards")', async () => {
    const put = (type: string) =>
      alice.call('PUT', `${room}/send/m.room.message/${encodeURIComponent(type)}`, {
        body: '{}',
        headers: { 'content-type': type },
      });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
      expect((await put(type)).status).toBe(200);
    }
  });
});

describe('access tokens', () => {
  it.each<[string, Record<string, string>, string]>([
    ['none', {}, '401 M_MISSING_TOKEN'],
    ['another scheme', { authorization: 'Basic YWxpY2U6c2VjcmV0' }, '401 M_MISSING_TOKEN'],
    ['an empty one', { authorization: 'Bearer ' }, '401 M_MISSING_TOKEN'],
    ['an unknown one', { authorization: 'Bearer unknown' }, '401 M_UNKNOWN_TOKEN'],
    ['an unknown long one', { authorization: `Bearer ${'x'.repeat(9_000)}` }, '401 M_UNKNOWN_TOKEN'],
  ])('%s', async (_name, headers, expected) => {
    for (const path of ['/account/whoami', '/sync', `${room}/state`, '/joined_rooms']) {
      expect(refusal(await call('GET', api + path, { headers }))).toBe(expected);
    }
    const send = `${api}${room}/send/m.room.message/x`;
    expect(refusal(await call('PUT', send, { headers, body: 'not even JSON' }))).toBe(expected);
  });

  it('in the query count where they are switched on only', async () => {
    expect((await call('GET', `${api}/account/whoami?access_token=${alice.token}`)).status).toBe(401);
  });
});

describe('bodies', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', '400 M_NOT_JSON'],
    ['half an object', '{"body":', '400 M_NOT_JSON'],
    ['two objects', '{}{}', '400 M_NOT_JSON'],
    ['a trailing comma', '{"a":1,}', '400 M_NOT_JSON'],
    ['a byte order mark', '\uFEFF{}', '400 M_NOT_JSON'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), '400 M_NOT_JSON'],
    ['an encoded surrogate', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), '400 M_NOT_JSON'],
    ['an array', '[]', '400 M_BAD_JSON'],
    ['a string', '"hello"', '400 M_BAD_JSON'],
    ['null', 'null', '400 M_BAD_JSON'],
    ['a fraction', '{"a":1.5}', '400 M_BAD_JSON'],
    ['too large an integer', '{"a":9007199254740992}', '400 M_BAD_JSON'],
    ['too small an integer', '{"a":-9007199254740992}', '400 M_BAD_JSON'],
    ['infinity', '{"a":[1e400]}', '400 M_BAD_JSON'],
    ['half of a surrogate pair', '{"a":"\\ud83d"}', '400 M_BAD_JSON'],
    ['half of a surrogate pair in a key', '{"\\ude00":1}', '400 M_BAD_JSON'],
    ['__proto__', '{"__proto__":{"admin":true}}', '400 M_BAD_JSON'],
    ['nesting', nested(101), '400 M_BAD_JSON'],
    ['endless nesting', '['.repeat(100_000) + ']'.repeat(100_000), '400 M_BAD_JSON'],
    ['an event over 65,536 bytes', JSON.stringify({ body: 'x'.repeat(65_536) }), '413 M_TOO_LARGE'],
    ['the same in few characters', JSON.stringify({ body: '☕'.repeat(21_845) }), '413 M_TOO_LARGE'],
    ['far too much', JSON.stringify({ body: 'x'.repeat(3_000_000) }), '413 M_TOO_LARGE'],
  ])('%s', async (name, body, expected) => {
    const path = `${room}/send/m.room.message/${encodeURIComponent(name)}`;
    expect(refusal(await alice.call('PUT', path, { body }))).toBe(expected);
    // The transaction id is not used up by what was refused.
    expect((await alice.call('PUT', path, { body: { body: name } })).status).toBe(200);
  });

  it('may hold whatever JSON can, and give it back', async () => {
    const content = {
      body: 'ünï☕\u0000\u2028🦆',
      'm.mentions': {},
      constructor: { prototype: { polluted: true } },
      toString: 'own',
      '': [[], {}, null, true, -9007199254740991, 9007199254740991],
      nested: JSON.parse(nested(90)),
    };
    const { event_id } = await alice.put(`${room}/send/org.example.any/whatever`, content);
    const event = (await alice.get(`${room}/event/${encodeURIComponent(String(event_id))}`)) as unknown;
    expect((event as ClientEvent).content).toEqual(content);
    expect({}).not.toHaveProperty('polluted');
  });

  it('may hold an event of just under 65,536 bytes', async () => {
    const room65k = (await alice.post('/createRoom', {})).room_id;
    const send = (size: number) =>
      alice.call('PUT', `/rooms/${encodeURIComponent(String(room65k))}/send/a/${size}`, {
        body: { body: 'x'.repeat(size) },
      });
    let [fits, breaks] = [60_000, 65_536];
    while (breaks - fits > 1) {
      const middle = Math.floor((fits + breaks) / 2);
      if ((await send(middle)).status === 200) fits = middle;
      else breaks = middle;
    }
    // What hashes, signature and the other keys need, and no more.
    expect(fits).toBeGreaterThan(64_500);
    expect(refusal(await send(breaks))).toBe('413 M_TOO_LARGE');
  });
});

describe('events', () => {
  it.each<[string, string, unknown, string]>([
    ['a type of 256 bytes', `send/${'t'.repeat(256)}/1`, {}, '413 M_TOO_LARGE'],
    ['a type of 256 bytes in 128 characters', `send/${'%C3%BC'.repeat(128)}/1`, {}, '413 M_TOO_LARGE'],
    ['a state key of 256 bytes', `state/org.example/${'k'.repeat(256)}`, {}, '413 M_TOO_LARGE'],
    ['a malformed percent encoding', 'send/%ED%A0%80/1', {}, '400 M_INVALID_PARAM'],
    ['a second create event', 'state/m.room.create', { room_version: '11' }, '403 M_FORBIDDEN'],
    ['a member event without state key', 'send/m.room.member/1', { membership: 'join' }, '403 M_FORBIDDEN'],
    ["another user's id as state key", 'state/org.example/@somebody:else', {}, '403 M_FORBIDDEN'],
    ['power levels of the wrong type', 'state/m.room.power_levels', { users: 'all' }, '403 M_FORBIDDEN'],
    ['power levels in strings', 'state/m.room.power_levels', { ban: '50' }, '403 M_FORBIDDEN'],
    ['an unknown membership', 'state/m.room.member/@x:y', { membership: 'emperor' }, '403 M_FORBIDDEN'],
    ['joining for somebody else', 'state/m.room.member/@x:y', { membership: 'join' }, '404 M_NOT_FOUND'],
    ['a redaction of nothing', 'send/m.room.redaction/1', {}, '400 M_BAD_JSON'],
    ['a redaction of an unknown event', 'send/m.room.redaction/1', { redacts: '$nope' }, '404 M_NOT_FOUND'],
    ['redacting an unknown event', 'redact/$nope/1', {}, '404 M_NOT_FOUND'],
    ['redacting no event id', 'redact/nope/1', {}, '400 M_INVALID_PARAM'],
    ['a reason that is no text', 'redact/$nope/1', { reason: 1 }, '400 M_BAD_JSON'],
    ['a state key with a transaction id', 'state/org.example/key/1', {}, '404 M_UNRECOGNIZED'],
  ])('%s', async (_name, path, body, expected) => {
    expect(refusal(await alice.call('PUT', `${room}/${path}`, { body }))).toBe(expected);
  });

  it('go into rooms that one is in only', async () => {
    for (const path of [`${room}/send/m.room.message/1`, `${room}/state/m.room.topic/`]) {
      expect(refusal(await bob.call('PUT', path, { body: {} }))).toBe('403 M_FORBIDDEN');
    }
    expect(refusal(await bob.call('PUT', `${room}/redact/${eventId}/1`, { body: {} }))).toBe(
      '403 M_FORBIDDEN',
    );
    expect(refusal(await bob.call('PUT', '/rooms/nope/send/a/1', { body: {} }))).toBe('400 M_INVALID_PARAM');
    expect((await bob.call('PUT', '/rooms/!nope:a.test/send/a/1', { body: {} })).status).toBe(404);
  });
});

describe('createRoom', () => {
  const me = () => alice.userId;
  it.each<[string, () => unknown, string]>([
    ['an unknown version', () => ({ room_version: '99' }), '400 M_UNSUPPORTED_ROOM_VERSION'],
    ['a version as a number', () => ({ room_version: 12 }), '400 M_BAD_JSON'],
    ['an unknown preset', () => ({ preset: 'secret_chat' }), '400 M_BAD_JSON'],
    ['a name that is no text', () => ({ name: {} }), '400 M_BAD_JSON'],
    ['an endless name', () => ({ name: 'x'.repeat(70_000) }), '413 M_TOO_LARGE'],
    ['an alias that is taken', () => ({ room_alias_name: 'tea' }), '400 M_ROOM_IN_USE'],
    ['an alias with a domain', () => ({ room_alias_name: 'a:b' }), '400 M_BAD_ALIAS'],
    ['an invitee without account', () => ({ invite: ['@nobody:a.test'] }), '404 M_NOT_FOUND'],
    ['an invitee that is none', () => ({ invite: ['nobody'] }), '400 M_BAD_JSON'],
    ['invitees that are no list', () => ({ invite: '@nobody:a.test' }), '400 M_BAD_JSON'],
    ['oneself as invitee', () => ({ invite: [me()] }), '400 M_INVALID_ROOM_STATE'],
    ['state without content', () => ({ initial_state: [{ type: 'a' }] }), '400 M_BAD_JSON'],
    [
      'state with fractions',
      () => ({ initial_state: [{ type: 'a', content: { a: 0.5 } }] }),
      '400 M_BAD_JSON',
    ],
    [
      'a second create event',
      () => ({ initial_state: [{ type: 'm.room.create', content: {} }] }),
      '400 M_INVALID_ROOM_STATE',
    ],
    [
      'power that names a creator',
      () => ({ power_level_content_override: { users: { [me()]: 100 } } }),
      '400 M_INVALID_ROOM_STATE',
    ],
    [
      'power that lets nobody name the room',
      () => ({
        room_version: '11',
        name: 'Nameless',
        power_level_content_override: { users: {}, state_default: 50 },
      }),
      '400 M_INVALID_ROOM_STATE',
    ],
    [
      'creators that are none',
      () => ({ creation_content: { additional_creators: ['nobody'] } }),
      '400 M_BAD_JSON',
    ],
  ])('%s', async (_name, body, expected) => {
    expect(refusal(await alice.call('POST', '/createRoom', { body: body() }))).toBe(expected);
  });

  it('that is refused leaves nothing behind', async () => {
    const before = await alice.get('/joined_rooms');
    const body = { room_alias_name: 'unmade', initial_state: [{ type: 'm.room.create', content: {} }] };
    expect((await alice.call('POST', '/createRoom', { body })).status).toBe(400);
    expect(await alice.get('/joined_rooms')).toEqual(before);
    const alias = encodeURIComponent(`#unmade:${hearth.config.serverName}`);
    expect(refusal(await call('GET', `${api}/directory/room/${alias}`))).toBe('404 M_NOT_FOUND');
  });
});

describe('memberships', () => {
  it.each<[string, unknown, string]>([
    ['/join/nowhere', {}, '400 M_INVALID_PARAM'],
    ['/join/%23nowhere', {}, '400 M_INVALID_PARAM'],
    ['/join/!nowhere:a.test', {}, '404 M_NOT_FOUND'],
    ['ROOM/invite', {}, '400 M_BAD_JSON'],
    ['ROOM/invite', { user_id: 5 }, '400 M_BAD_JSON'],
    ['ROOM/invite', { user_id: 'bob' }, '400 M_BAD_JSON'],
    ['ROOM/invite', { user_id: '@nobody:a.test' }, '404 M_NOT_FOUND'],
    ['ROOM/kick', { user_id: '@nobody:a.test' }, '403 M_FORBIDDEN'],
    ['ROOM/ban', { user_id: '@nobody:a.test', reason: [] }, '400 M_BAD_JSON'],
    ['ROOM/forget', {}, '400 M_UNKNOWN'],
  ])('%s %j', async (path, body, expected) => {
    expect(refusal(await alice.call('POST', path.replace('ROOM', room), { body }))).toBe(expected);
  });
});

describe('reading', () => {
  it.each([
    ['/sync?since=garbage', '400 M_INVALID_PARAM'],
    ['/sync?since=', '400 M_INVALID_PARAM'],
    [`/sync?since=${'s'.repeat(9_000)}`, '400 M_INVALID_PARAM'],
    ['/sync?since=a&since=b', '400 M_INVALID_PARAM'],
    ['/sync?timeout=-1', '400 M_INVALID_PARAM'],
    ['/sync?timeout=soon', '400 M_INVALID_PARAM'],
    ['/sync?full_state=perhaps', '400 M_INVALID_PARAM'],
    ['/sync?set_presence=asleep', '400 M_INVALID_PARAM'],
    ['/sync?filter=nope', '404 M_NOT_FOUND'],
    [`/sync?filter=${'x'.repeat(12_000)}`, '404 M_NOT_FOUND'],
    ['/sync?filter=%7B', '400 M_NOT_JSON'],
    ['/sync?filter=%7B%22room%22:%5B%5D%7D', '400 M_BAD_JSON'],
    ['/sync?filter=%7B%22room%22:%7B%22timeline%22:%7B%22limit%22:-1%7D%7D%7D', '400 M_BAD_JSON'],
    ['ROOM/messages', '400 M_MISSING_PARAM'],
    ['ROOM/messages?dir=up', '400 M_INVALID_PARAM'],
    ['ROOM/messages?dir=b&limit=-5', '400 M_INVALID_PARAM'],
    ['ROOM/messages?dir=b&limit=1e3', '400 M_INVALID_PARAM'],
    ['ROOM/messages?dir=b&from=garbage', '400 M_INVALID_PARAM'],
    ['ROOM/messages?dir=b&to=garbage', '400 M_INVALID_PARAM'],
    ['ROOM/messages?dir=b&filter=garbage', '400 M_NOT_JSON'],
    ['ROOM/messages?dir=b&filter=%7B%22types%22:5%7D', '400 M_BAD_JSON'],
    ['ROOM/context/EVENT?limit=many', '400 M_INVALID_PARAM'],
    ['ROOM/context/$nope', '404 M_NOT_FOUND'],
    ['ROOM/event/$nope', '404 M_NOT_FOUND'],
    ['ROOM/event/nope', '400 M_INVALID_PARAM'],
    ['ROOM/state/org.example.none', '404 M_NOT_FOUND'],
    ['ROOM/state/m.room.create/?format=xml', '400 M_INVALID_PARAM'],
    ['ROOM/members?membership=emperor', '400 M_INVALID_PARAM'],
    ['ROOM/members?at=garbage', '400 M_INVALID_PARAM'],
    ['/rooms/!nope/messages?dir=b', '403 M_FORBIDDEN'],
    ['/rooms/nope/messages?dir=b', '400 M_INVALID_PARAM'],
  ])('%s', async (path, expected) => {
    const answer = await alice.call('GET', path.replace('ROOM', room).replace('EVENT', eventId));
    expect(refusal(answer)).toBe(expected);
  });

  it.each([
    '/event/EVENT',
    '/context/EVENT',
    '/messages?dir=b',
    '/state',
    '/state/m.room.create',
    '/members',
  ])('%s is not for those outside', async (path) => {
    const answer = await bob.call('GET', room + path.replace('EVENT', eventId));
    expect(answer.status).toBe(path.startsWith('/event') ? 404 : 403);
  });

  it('as much as one likes gives as much as there is at once', async () => {
    const { chunk } = await alice.get(`${room}/messages?dir=b&limit=999999999999`);
    expect((chunk as unknown[]).length).toBeLessThanOrEqual(500);
  });
});

describe('receipts and typing', () => {
  it.each<[string, string, unknown, string]>([
    ['POST', 'receipt/m.unknown/EVENT', {}, '400 M_INVALID_PARAM'],
    ['POST', 'receipt/m.read/$nope', {}, '404 M_NOT_FOUND'],
    ['POST', 'receipt/m.read/EVENT', { thread_id: 5 }, '400 M_INVALID_PARAM'],
    ['POST', 'receipt/m.read/EVENT', { thread_id: '' }, '400 M_INVALID_PARAM'],
    ['POST', 'receipt/m.fully_read/EVENT', { thread_id: 'main' }, '400 M_INVALID_PARAM'],
    ['POST', 'receipt/m.read/EVENT', [], '400 M_BAD_JSON'],
    ['POST', 'read_markers', { 'm.read': 5 }, '400 M_BAD_JSON'],
    ['PUT', 'typing/SELF', {}, '400 M_BAD_JSON'],
    ['PUT', 'typing/SELF', { typing: 'yes' }, '400 M_BAD_JSON'],
    ['PUT', 'typing/SELF', { typing: true, timeout: -1 }, '400 M_BAD_JSON'],
    ['PUT', 'typing/@other:a.test', { typing: true }, '403 M_FORBIDDEN'],
  ])('%s %s %j', async (method, path, body, expected) => {
    const full = path.replace('EVENT', eventId).replace('SELF', encodeURIComponent(alice.userId));
    expect(refusal(await alice.call(method, `${room}/${full}`, { body }))).toBe(expected);
  });

  it('are not for those outside', async () => {
    expect(refusal(await bob.call('POST', `${room}/receipt/m.read/${eventId}`, { body: {} }))).toBe(
      '403 M_FORBIDDEN',
    );
    const typing = `${room}/typing/${encodeURIComponent(bob.userId)}`;
    expect(refusal(await bob.call('PUT', typing, { body: { typing: true } }))).toBe('403 M_FORBIDDEN');
  });
});

describe('accounts', () => {
  const dummy = { type: 'm.login.dummy' };
  it.each<[string, unknown, string]>([
    ['/login', {}, '400 M_BAD_JSON'],
    ['/login', { type: 'm.login.magic' }, '400 M_UNKNOWN'],
    ['/login', { type: 'm.login.password', user: 'alice', password: 'wrong' }, '403 M_FORBIDDEN'],
    ['/login', { type: 'm.login.password', user: 'nobody', password: 'wrong' }, '403 M_FORBIDDEN'],
    ['/login', { type: 'm.login.password', user: 'alice', password: 5 }, '400 M_BAD_JSON'],
    ['/login', { type: 'm.login.password', user: 'alice' }, '400 M_MISSING_PARAM'],
    ['/login', { type: 'm.login.password', password: 'x' }, '400 M_MISSING_PARAM'],
    ['/register', { username: 'alice', password: 'x', auth: dummy }, '400 M_USER_IN_USE'],
    ['/register', { username: 'not this', password: 'x', auth: dummy }, '400 M_INVALID_USERNAME'],
    ['/register', { username: 'a'.repeat(255), password: 'x', auth: dummy }, '400 M_INVALID_USERNAME'],
    ['/register', { username: 'new', auth: dummy }, '400 M_MISSING_PARAM'],
    ['/register', { username: ['new'], password: 'x', auth: dummy }, '400 M_BAD_JSON'],
    ['/register', { username: 'new', password: 'x', auth: { type: 'm.login.magic' } }, '401 M_UNAUTHORIZED'],
    ['/register?kind=guest', {}, '403 M_GUEST_ACCESS_FORBIDDEN'],
  ])('%s %j', async (path, body, expected) => {
    expect(refusal(await call('POST', api + path, { body }))).toBe(expected);
  });

  it('are registered after authentication, which says what it needs', async () => {
    const { status, body } = await call('POST', `${api}/register`, {
      body: { username: 'new', password: 'x' },
    });
    expect(status).toBe(401);
    expect(body).toMatchObject({ flows: [{ stages: ['m.login.dummy'] }], session: expect.any(String) });
  });

  it.each([
    ['', '400 M_MISSING_PARAM'],
    ['?username=alice', '400 M_USER_IN_USE'],
    ['?username=Not%20this', '400 M_INVALID_USERNAME'],
  ])('/register/available%s', async (query, expected) => {
    expect(refusal(await call('GET', `${api}/register/available${query}`))).toBe(expected);
  });

  it.each<[string, string, unknown, string]>([
    ['PUT', '/user/SELF/account_data/m.fully_read', {}, '405 M_BAD_JSON'],
    ['PUT', '/user/SELF/account_data/m.push_rules', {}, '405 M_BAD_JSON'],
    ['PUT', '/user/SELF/account_data/org.example', [], '400 M_BAD_JSON'],
    ['PUT', '/user/SELF/account_data/org.example', { a: 'x'.repeat(200_000) }, '413 M_TOO_LARGE'],
    ['PUT', '/user/SELF/rooms/nope/account_data/org.example', {}, '400 M_INVALID_PARAM'],
    ['PUT', '/user/@bob:a.test/account_data/org.example', {}, '403 M_FORBIDDEN'],
    ['POST', '/user/SELF/filter', { room: { timeline: { limit: 0 } } }, '400 M_BAD_JSON'],
    ['POST', '/user/SELF/filter', { room: { rooms: ['nope'] } }, '400 M_BAD_JSON'],
    ['PUT', '/profile/SELF/displayname', { displayname: 5 }, '400 M_BAD_JSON'],
    ['PUT', '/profile/SELF/displayname', '{"displayname":"\\ud800"}', '400 M_BAD_JSON'],
    ['PUT', '/profile/SELF/avatar_url', { avatar_url: 'https://a.test/a.png' }, '400 M_INVALID_PARAM'],
    ['PUT', '/profile/@bob:a.test/displayname', { displayname: 'x' }, '403 M_FORBIDDEN'],
  ])('%s %s %j', async (method, path, body, expected) => {
    const answer = await alice.call(method, path.replace('SELF', encodeURIComponent(alice.userId)), { body });
    expect(refusal(answer)).toBe(expected);
  });

  it.each([
    ['/user/SELF/account_data/org.example.none', '404 M_NOT_FOUND'],
    ['/user/SELF/account_data/__proto__', '404 M_NOT_FOUND'],
    ['/user/SELF/filter/nope', '404 M_NOT_FOUND'],
    ['/profile/SELF/constructor', '404 M_NOT_FOUND'],
    ['/profile/@nobody:a.test', '404 M_NOT_FOUND'],
    ['/profile/nobody', '400 M_INVALID_PARAM'],
    ['/directory/room/tea', '400 M_INVALID_PARAM'],
    ['/directory/room/%23nowhere:a.test', '404 M_NOT_FOUND'],
  ])('GET %s', async (path, expected) => {
    const answer = await alice.call('GET', path.replace('SELF', encodeURIComponent(alice.userId)));
    expect(refusal(answer)).toBe(expected);
  });
});
