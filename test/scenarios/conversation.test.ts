// The first conversation over real HTTP, as strangers with plain requests have it: every step as the Client-Server API
// describes it, with what each of them gets to see of the others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedHearth, serveHearth } from '#test/fixtures/served-hearth';
import { api, type Call, type Person, personOf, refusal, signUp, strangerAt } from '#test/fixtures/stranger';
import { type ClientEvent, glance, sync } from '#test/fixtures/sync-answer';

let hearth: ServedHearth;
let call: Call;
let alice: Person;
let bob: Person;
let carol: Person;

beforeAll(async () => {
  hearth = await serveHearth();
  call = strangerAt(hearth.url);
  [alice, bob, carol] = [await signUp(call, 'alice'), await signUp(call, 'bob'), await signUp(call, 'carol')];
});
afterAll(() => hearth[Symbol.asyncDispose]());

const encode = encodeURIComponent;

async function createRoom(person: Person, body: object = {}): Promise<{ id: string; path: string }> {
  const { room_id } = await person.post('/createRoom', body);
  return { id: String(room_id), path: `/rooms/${encode(String(room_id))}` };
}

let transactions = 0;
async function say(person: Person, room: { path: string }, body: string): Promise<string> {
  const message = { msgtype: 'm.text', body };
  const { event_id } = await person.put(`${room.path}/send/m.room.message/${transactions++}`, message);
  return String(event_id);
}

async function messages(person: Person, room: { path: string }, query: string) {
  const answer = await person.get(`${room.path}/messages?${query}`);
  return answer as { chunk: ClientEvent[]; start: string; end?: string; state?: ClientEvent[] };
}

describe('discovery', () => {
  it('says where the server is and what it understands', async () => {
    const { body: wellKnown } = await call('GET', '/.well-known/matrix/client');
    expect(wellKnown['m.homeserver']).toEqual({ base_url: hearth.config.publicUrl });
    expect(wellKnown['io.element.e2ee']).toEqual({ default: false, force_disable: true });
    const { body: delegated } = await call('GET', '/.well-known/matrix/server');
    expect(delegated['m.server']).toBe(new URL(hearth.config.publicUrl).host);
    expect((await call('GET', '/_matrix/client/versions')).body.versions).toContain('v1.1');
    const { capabilities } = await alice.get('/capabilities');
    expect(capabilities).toMatchObject({
      'm.room_versions': { default: '12', available: { 11: 'stable', 12: 'stable' } },
    });
  });
});

describe('an account', () => {
  it('signs in on a second device, says who it is, and signs out', async () => {
    expect((await call('GET', `${api}/login`)).body.flows).toContainEqual({ type: 'm.login.password' });
    const login = {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: 'bob' },
      password: "bob's password",
      device_id: 'LAPTOP',
    };
    const laptop = personOf(call, (await call('POST', `${api}/login`, { body: login })).body);
    expect(await laptop.get('/account/whoami')).toMatchObject({ user_id: bob.userId, device_id: 'LAPTOP' });
    // The same device signing in again invalidates its former token ("Relationship between access tokens and devices").
    const again = personOf(call, (await call('POST', `${api}/login`, { body: login })).body);
    expect(refusal(await laptop.call('GET', '/account/whoami'))).toBe('401 M_UNKNOWN_TOKEN');
    expect((await again.call('POST', '/logout')).status).toBe(200);
    expect(refusal(await again.call('GET', '/account/whoami'))).toBe('401 M_UNKNOWN_TOKEN');
    expect(await bob.get('/account/whoami')).toMatchObject({ user_id: bob.userId });
  });

  it('signs out everywhere', async () => {
    const first = await signUp(call, 'dave');
    const login = { type: 'm.login.password', user: 'dave', password: "dave's password" };
    const second = personOf(call, (await call('POST', `${api}/login`, { body: login })).body);
    await second.post('/logout/all', {});
    for (const { call: ask } of [first, second]) {
      expect(refusal(await ask('GET', '/account/whoami'))).toBe('401 M_UNKNOWN_TOKEN');
    }
  });

  it('keeps account data, filters and a profile for itself', async () => {
    const own = `/user/${encode(alice.userId)}`;
    await alice.put(`${own}/account_data/org.example.colour`, { colour: 'blue' });
    expect(await alice.get(`${own}/account_data/org.example.colour`)).toEqual({ colour: 'blue' });
    const { filter_id } = await alice.post(`${own}/filter`, { room: { timeline: { limit: 3 } } });
    expect(await alice.get(`${own}/filter/${filter_id}`)).toEqual({ room: { timeline: { limit: 3 } } });
    for (const path of ['/account_data/org.example.colour', `/filter/${filter_id}`]) {
      expect(refusal(await bob.call('GET', own + path))).toBe('403 M_FORBIDDEN');
    }
    expect(refusal(await bob.call('GET', `/user/${encode(bob.userId)}/filter/${filter_id}`))).toBe(
      '404 M_NOT_FOUND',
    );
    await carol.put(`/profile/${encode(carol.userId)}/displayname`, { displayname: 'Carol ☕' });
    const profile = `${api}/profile/${encode(carol.userId)}`;
    expect((await call('GET', profile)).body).toEqual({ displayname: 'Carol ☕' });
    expect(refusal(await bob.call('PUT', `/profile/${encode(carol.userId)}/displayname`, { body: {} }))).toBe(
      '403 M_FORBIDDEN',
    );
  });
});

describe('a room', () => {
  it.each(['11', '12'])('of version %s is made as asked', async (version) => {
    // Room version 12: creators have unlimited power, and the power levels may not name them.
    const isNamed = version === '11';
    const users = { ...(isNamed ? { [alice.userId]: 100 } : {}), [bob.userId]: 50 };
    const room = await createRoom(alice, {
      room_version: version,
      preset: 'private_chat',
      name: 'Tea',
      topic: 'All about tea',
      invite: [bob.userId],
      room_alias_name: `tea-${version}`,
      initial_state: [{ type: 'org.example.pot', content: { full: true } }],
      power_level_content_override: { events_default: 10, users },
      creation_content: { type: 'org.example.parlour' },
    });
    const state = await alice.get(`${room.path}/state/m.room.create/`);
    expect(state).toMatchObject({ room_version: version, type: 'org.example.parlour' });
    expect(room.id.includes(':')).toBe(isNamed);
    const levels = await alice.get(`${room.path}/state/m.room.power_levels`);
    expect(levels).toMatchObject({ events_default: 10, ban: 50 });
    expect(levels.users).toEqual(users);
    expect(await alice.get(`${room.path}/state/m.room.join_rules/`)).toEqual({ join_rule: 'invite' });
    expect(await alice.get(`${room.path}/state/m.room.history_visibility`)).toEqual({
      history_visibility: 'shared',
    });
    expect(await alice.get(`${room.path}/state/m.room.guest_access`)).toEqual({ guest_access: 'can_join' });
    expect(await alice.get(`${room.path}/state/org.example.pot`)).toEqual({ full: true });
    expect(await alice.get(`${room.path}/state/m.room.name`)).toEqual({ name: 'Tea' });
    const topic = await alice.get(`${room.path}/state/m.room.topic`);
    expect(topic).toMatchObject({ topic: 'All about tea' });
    const alias = `#tea-${version}:${hearth.config.serverName}`;
    expect(await alice.get(`${room.path}/state/m.room.canonical_alias`)).toEqual({ alias });
    expect((await call('GET', `${api}/directory/room/${encode(alias)}`)).body).toEqual({
      room_id: room.id,
      servers: [hearth.config.serverName],
    });
  });

  it('gives trusted invitees the power of its creator', async () => {
    const room = await createRoom(alice, { preset: 'trusted_private_chat', invite: [bob.userId] });
    await bob.post(`${room.path}/join`, {});
    await bob.put(`${room.path}/state/m.room.name/`, { name: "Bob's too" });
    expect(await alice.get(`${room.path}/state/m.room.name/`)).toEqual({ name: "Bob's too" });
  });

  it('is entered by invitation, by alias and by id, and by nobody else', async () => {
    const room = await createRoom(alice, { name: 'Private' });
    expect(refusal(await bob.call('POST', `${room.path}/join`, { body: {} }))).toBe('403 M_FORBIDDEN');
    await alice.post(`${room.path}/invite`, { user_id: bob.userId, reason: 'Do come.' });
    const { rooms } = await sync(bob);
    const invitation = rooms?.invite?.[room.id]?.invite_state.events ?? [];
    expect(invitation.map(glance)).toEqual(
      expect.arrayContaining([
        'm.room.create',
        'm.room.join_rules',
        'm.room.name',
        `m.room.member ${bob.userId}`,
      ]),
    );
    expect(invitation.find(({ state_key }) => state_key === bob.userId)?.content).toMatchObject({
      membership: 'invite',
      reason: 'Do come.',
    });
    expect(await bob.post(`/join/${encode(room.id)}`, {})).toEqual({ room_id: room.id });
    // Joining a room that one is in changes nothing.
    expect(await bob.post(`${room.path}/join`, {})).toEqual({ room_id: room.id });
    expect(await bob.get('/joined_rooms')).toEqual({ joined_rooms: expect.arrayContaining([room.id]) });
    const open = await createRoom(alice, { preset: 'public_chat', room_alias_name: 'open/house é' });
    const alias = encode(`#open/house é:${hearth.config.serverName}`);
    expect(await carol.post(`/join/${alias}`, {})).toEqual({ room_id: open.id });
  });

  it('shows who is in it, and to its members only', async () => {
    const room = await createRoom(alice, { invite: [bob.userId, carol.userId] });
    await carol.post(`${room.path}/join`, {});
    const { chunk } = (await alice.get(`${room.path}/members`)) as { chunk: ClientEvent[] };
    const memberships = chunk.map(({ state_key, content }) => [state_key, content.membership]);
    expect(Object.fromEntries(memberships)).toEqual({
      [alice.userId]: 'join',
      [bob.userId]: 'invite',
      [carol.userId]: 'join',
    });
    expect(await alice.get(`${room.path}/joined_members`)).toEqual({
      joined: { [alice.userId]: {}, [carol.userId]: { display_name: 'Carol ☕' } },
    });
    const invited = (await alice.get(`${room.path}/members?membership=invite`)) as { chunk: ClientEvent[] };
    expect(invited.chunk.map(glance)).toEqual([`m.room.member ${bob.userId}`]);
    for (const path of ['/members', '/joined_members', '/state', '/messages?dir=b']) {
      expect(refusal(await bob.call('GET', room.path + path))).toBe('403 M_FORBIDDEN');
    }
  });
});

describe('what is said', () => {
  it('is told once, however often it is sent', async () => {
    const room = await createRoom(alice, { invite: [bob.userId] });
    await bob.post(`${room.path}/join`, {});
    const send = (person: Person, path = 'send/m.room.message/one') =>
      person.put(`${room.path}/${path}`, { msgtype: 'm.text', body: path });
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(alice)));
    const ids = new Set(answers.map(({ event_id }) => event_id));
    expect(ids.size).toBe(1);
    // "Transaction identifiers": scoped to the device and the path.
    ids.add((await send(bob)).event_id);
    ids.add((await send(alice, 'send/m.room.message/two')).event_id);
    ids.add((await send(alice, 'send/org.example.message/one')).event_id);
    const login = { type: 'm.login.password', user: 'alice', password: "alice's password" };
    const phone = personOf(call, (await call('POST', `${api}/login`, { body: login })).body);
    ids.add((await send(phone)).event_id);
    expect(ids.size).toBe(5);
    const { chunk } = await messages(alice, room, 'dir=b&limit=50');
    const said = chunk.filter(({ event_id }) => ids.has(event_id));
    expect(said).toHaveLength(5);
    // "Transaction identifiers in unsigned": to the device that has sent the event, and to nobody else.
    const echoed = said.filter(({ unsigned }) => unsigned?.transaction_id !== undefined);
    expect(echoed.map(({ unsigned }) => unsigned?.transaction_id).toSorted()).toEqual(['one', 'one', 'two']);
    const seenByBob = (await messages(bob, room, 'dir=b&limit=50')).chunk;
    expect(seenByBob.filter(({ unsigned }) => unsigned?.transaction_id !== undefined)).toHaveLength(1);
  });

  it('arrives at whoever waits for it, and a wait without news ends empty', async () => {
    const room = await createRoom(alice, { invite: [bob.userId] });
    await bob.post(`${room.path}/join`, {});
    const { next_batch: since } = await sync(bob);
    const quiet = await sync(bob, { since, timeout: 50 });
    expect(quiet.rooms?.join ?? {}).toEqual({});
    const waiting = sync(bob, { since: quiet.next_batch, timeout: 10_000 });
    await say(alice, room, 'Are you there?');
    const { rooms } = await waiting;
    expect(rooms?.join?.[room.id]?.timeline.events.map(glance)).toEqual(['Are you there?']);
    // The same token gives the same, or more.
    await say(alice, room, 'Well?');
    const repeated = await sync(bob, { since: quiet.next_batch });
    expect(repeated.rooms?.join?.[room.id]?.timeline.events.map(glance)).toEqual(['Are you there?', 'Well?']);
  });

  it('leaves gaps that are closed by their tokens, with the state that changed in them', async () => {
    const room = await createRoom(alice, { name: 'Before' });
    const { next_batch: since } = await sync(alice);
    await alice.put(`${room.path}/state/m.room.name/`, { name: 'After' });
    for (let index = 0; index < 12; index++) await say(alice, room, `m${index}`);
    const filter = { room: { timeline: { limit: 5 } } };
    const { rooms } = await sync(alice, { since, filter });
    const joined = rooms?.join?.[room.id];
    expect(joined?.timeline.limited).toBe(true);
    expect(joined?.timeline.events.map(glance)).toEqual(['m7', 'm8', 'm9', 'm10', 'm11']);
    expect(joined?.state.events.map(({ type, content }) => [type, content])).toEqual([
      ['m.room.name', { name: 'After' }],
    ]);
    const gap = await messages(
      alice,
      room,
      `dir=b&from=${joined?.timeline.prev_batch}&to=${since}&limit=100`,
    );
    expect(gap.chunk.map(glance)).toEqual(['m6', 'm5', 'm4', 'm3', 'm2', 'm1', 'm0', 'm.room.name']);
    const ahead = await messages(alice, room, `dir=f&from=${since}&limit=3`);
    expect(ahead.chunk.map(glance)).toEqual(['m.room.name', 'm0', 'm1']);
    const further = await messages(alice, room, `dir=f&from=${ahead.end}&limit=2`);
    expect(further.chunk.map(glance)).toEqual(['m2', 'm3']);
  });

  it('is read back to the beginning, page by page, each event once', async () => {
    const room = await createRoom(alice);
    for (let index = 0; index < 25; index++) await say(alice, room, `m${index}`);
    const backwards: string[] = [];
    for (let from: string | undefined = ''; from !== undefined; ) {
      const page: { chunk: ClientEvent[]; end?: string } = await messages(
        alice,
        room,
        `dir=b&limit=7${from === '' ? '' : `&from=${from}`}`,
      );
      backwards.push(...page.chunk.map(({ event_id }) => event_id));
      from = page.end;
    }
    const forwards = (await messages(alice, room, 'dir=f&limit=500')).chunk.map(({ event_id }) => event_id);
    expect(backwards.toReversed()).toEqual(forwards);
    expect(forwards.at(0)?.slice(1)).toBe(room.id.slice(1));
  });

  it('is shown in its context', async () => {
    const room = await createRoom(alice);
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.push(await say(alice, room, `m${index}`));
    const context = (await alice.get(`${room.path}/context/${encode(ids[2]!)}?limit=4`)) as unknown as {
      event: ClientEvent;
      events_before: ClientEvent[];
      events_after: ClientEvent[];
      state: ClientEvent[];
      start: string;
      end: string;
    };
    expect(glance(context.event)).toBe('m2');
    expect(context.events_before.map(glance)).toEqual(['m1', 'm0']);
    expect(context.events_after.map(glance)).toEqual(['m3', 'm4']);
    expect(context.state.map(glance)).toContain('m.room.power_levels');
    const before = await messages(alice, room, `dir=b&from=${context.start}&limit=1`);
    expect(before.chunk.map(({ type }) => type)).not.toContain('m.room.message');
    const after = await messages(alice, room, `dir=f&from=${context.end}&limit=1`);
    expect(after.chunk).toEqual([]);
    expect(glance((await alice.get(`${room.path}/event/${encode(ids[3]!)}`)) as unknown as ClientEvent)).toBe(
      'm3',
    );
  });

  it('is taken back, and nothing of it is left', async () => {
    const room = await createRoom(alice, { preset: 'public_chat' });
    await bob.post(`${room.path}/join`, {});
    await carol.post(`${room.path}/join`, {});
    const { next_batch: since } = await sync(carol);
    const regretted = await say(bob, room, 'regretted');
    const redact = (person: Person, txn: string) =>
      person.call('PUT', `${room.path}/redact/${encode(regretted)}/${txn}`, { body: { reason: 'Sorry.' } });
    expect(refusal(await redact(carol, 'c'))).toBe('403 M_FORBIDDEN');
    const { body } = await redact(bob, 'b');
    expect((await redact(bob, 'b')).body).toEqual(body);
    const event = (await carol.get(`${room.path}/event/${encode(regretted)}`)) as unknown as ClientEvent;
    expect(event.content).toEqual({});
    expect(event.unsigned?.redacted_because).toMatchObject({
      event_id: body.event_id,
      sender: bob.userId,
      content: { reason: 'Sorry.', redacts: regretted },
    });
    const { rooms } = await sync(carol, { since });
    const seen = rooms?.join?.[room.id]?.timeline.events ?? [];
    expect(seen.map(({ event_id }) => event_id)).toEqual([regretted, body.event_id]);
    expect(JSON.stringify([seen, (await messages(carol, room, 'dir=b')).chunk])).not.toContain('regretted"');
  });
});

describe('who may see what', () => {
  it('lets those who have left see what was said until then, and no more', async () => {
    const room = await createRoom(alice, { preset: 'public_chat' });
    await bob.post(`${room.path}/join`, {});
    const { next_batch: since } = await sync(bob);
    await say(alice, room, 'before');
    await bob.post(`${room.path}/leave`, { reason: 'Tired.' });
    const after = await say(alice, room, 'after');
    const { rooms } = await sync(bob, { since });
    expect(rooms?.join ?? {}).toEqual({});
    const left = rooms?.leave?.[room.id];
    expect(left?.timeline.events.map(glance)).toEqual(['before', `m.room.member ${bob.userId}`]);
    expect((await messages(bob, room, 'dir=b&limit=2')).chunk.map(glance)).toEqual([
      `m.room.member ${bob.userId}`,
      'before',
    ]);
    expect(refusal(await bob.call('GET', `${room.path}/event/${encode(after)}`))).toBe('404 M_NOT_FOUND');
    expect(refusal(await bob.call('GET', `${room.path}/context/${encode(after)}`))).toMatch(/^40[34] /);
    // State is that of the moment of leaving.
    await alice.put(`${room.path}/state/m.room.topic/`, { topic: 'What bob misses' });
    expect(refusal(await bob.call('GET', `${room.path}/state/m.room.topic`))).toBe('404 M_NOT_FOUND');
    expect(await bob.post(`${room.path}/forget`, {})).toEqual({});
    expect(refusal(await bob.call('GET', `${room.path}/messages?dir=b`))).toBe('403 M_FORBIDDEN');
    const filter = { room: { include_leave: true } };
    expect((await sync(bob, { filter })).rooms?.leave?.[room.id]).toBe(undefined);
    await bob.post(`${room.path}/join`, {});
    expect((await sync(bob)).rooms?.join?.[room.id]?.timeline.events.map(glance)).toContain('after');
  });

  it.each([
    ['shared', ['before', 'invited', 'joined']],
    ['invited', ['invited', 'joined']],
    ['joined', ['joined']],
    ['world_readable', ['before', 'invited', 'joined']],
  ])('with the history visibility %s', async (visibility, expected) => {
    const room = await createRoom(alice, {
      initial_state: [{ type: 'm.room.history_visibility', content: { history_visibility: visibility } }],
    });
    const before = await say(alice, room, 'before');
    await alice.post(`${room.path}/invite`, { user_id: bob.userId });
    await say(alice, room, 'invited');
    await bob.post(`${room.path}/join`, {});
    await say(alice, room, 'joined');
    const seen = (await messages(bob, room, 'dir=f&limit=100')).chunk;
    expect(seen.filter(({ type }) => type === 'm.room.message').map(glance)).toEqual(expected);
    const { status } = await bob.call('GET', `${room.path}/event/${encode(before)}`);
    expect(status).toBe(expected.includes('before') ? 200 : 404);
    const timeline = (await sync(bob)).rooms?.join?.[room.id]?.timeline.events ?? [];
    expect(timeline.filter(({ type }) => type === 'm.room.message').map(glance)).toEqual(expected);
    const isPublic = visibility === 'world_readable';
    expect((await carol.call('GET', `${room.path}/messages?dir=b`)).status).toBe(isPublic ? 200 : 403);
    expect((await carol.call('GET', `${room.path}/state`)).status).toBe(isPublic ? 200 : 403);
  });

  it('removes, bans and lets in again', async () => {
    const room = await createRoom(alice, { preset: 'public_chat' });
    await bob.post(`${room.path}/join`, {});
    await carol.post(`${room.path}/join`, {});
    const target = (person: Person) => ({ body: { user_id: person.userId } });
    expect(refusal(await bob.call('POST', `${room.path}/kick`, target(carol)))).toBe('403 M_FORBIDDEN');
    expect(refusal(await bob.call('POST', `${room.path}/ban`, target(carol)))).toBe('403 M_FORBIDDEN');
    await alice.post(`${room.path}/kick`, { user_id: bob.userId, reason: 'Out.' });
    expect(refusal(await bob.call('PUT', `${room.path}/send/m.room.message/k`, { body: {} }))).toBe(
      '403 M_FORBIDDEN',
    );
    await bob.post(`${room.path}/join`, {});
    await alice.post(`${room.path}/ban`, { user_id: bob.userId });
    expect(refusal(await bob.call('POST', `${room.path}/join`, { body: {} }))).toBe('403 M_FORBIDDEN');
    expect(refusal(await bob.call('POST', `${room.path}/leave`, { body: {} }))).toBe('403 M_FORBIDDEN');
    expect(refusal(await alice.call('POST', `${room.path}/invite`, target(bob)))).toBe('403 M_FORBIDDEN');
    expect(refusal(await carol.call('POST', `${room.path}/unban`, target(bob)))).toBe('403 M_FORBIDDEN');
    const member = { body: { membership: 'leave' } };
    const bobsState = `${room.path}/state/m.room.member/${encode(bob.userId)}`;
    expect(refusal(await bob.call('PUT', bobsState, member))).toBe('403 M_FORBIDDEN');
    await alice.post(`${room.path}/unban`, { user_id: bob.userId });
    expect((await alice.call('POST', `${room.path}/unban`, target(bob))).body.errcode).toBe('M_BAD_STATE');
    await bob.post(`${room.path}/join`, {});
  });

  it('tells those outside nothing of who is in it or banned from it', async () => {
    const room = await createRoom(alice, { invite: [bob.userId] });
    const dave = await signUp(call, 'dave2');
    await alice.post(`${room.path}/ban`, { user_id: dave.userId });
    const refusals = new Set<string>();
    for (const target of [alice, bob, dave, carol]) {
      for (const change of ['kick', 'unban']) {
        const answer = await carol.call('POST', `${room.path}/${change}`, {
          body: { user_id: target.userId },
        });
        refusals.add(answer.text);
      }
    }
    expect([...refusals].map((text) => JSON.parse(text).errcode)).toEqual(['M_FORBIDDEN']);
  });
});

describe('aliases', () => {
  it('are made, listed, resolved and deleted', async () => {
    const room = await createRoom(alice, { preset: 'public_chat' });
    await bob.post(`${room.path}/join`, {});
    const alias = encode(`#a/b?c%d:${hearth.config.serverName}`);
    const path = `/directory/room/${alias}`;
    await bob.put(path, { room_id: room.id });
    expect(refusal(await alice.call('PUT', path, { body: { room_id: room.id } }))).toBe('409 M_UNKNOWN');
    expect(await alice.get(path)).toMatchObject({ room_id: room.id });
    expect(await bob.get(`${room.path}/aliases`)).toEqual({ aliases: [decodeURIComponent(alias)] });
    expect(refusal(await carol.call('GET', `${room.path}/aliases`))).toBe('403 M_FORBIDDEN');
    expect(refusal(await carol.call('DELETE', path))).toBe('403 M_FORBIDDEN');
    const canonical = `${room.path}/state/m.room.canonical_alias`;
    await alice.put(canonical, { alias: decodeURIComponent(alias) });
    const wrong = { body: { alias: `#elsewhere:${hearth.config.serverName}` } };
    expect(refusal(await alice.call('PUT', canonical, wrong))).toBe('400 M_BAD_ALIAS');
    for (const body of [{ alias: 'tea' }, { alias: 5 }, { alt_aliases: ['tea'] }, { alt_aliases: 'tea' }]) {
      expect(refusal(await alice.call('PUT', canonical, { body }))).toBe('400 M_INVALID_PARAM');
    }
    expect((await bob.call('DELETE', path)).status).toBe(200);
    expect(refusal(await bob.call('GET', path))).toBe('404 M_NOT_FOUND');
    expect(refusal(await bob.call('DELETE', path))).toBe('404 M_NOT_FOUND');
  });
});

describe('state', () => {
  it('has keys of every kind', async () => {
    const room = await createRoom(alice);
    const keys = ['', 'a/b', '%2F', 'ü ☕', '...', '?q=1', '#x', 'a\u0001b'];
    for (const key of keys) await alice.put(`${room.path}/state/org.example.key/${encode(key)}`, { key });
    for (const key of keys) {
      expect(await alice.get(`${room.path}/state/org.example.key/${encode(key)}`)).toEqual({ key });
    }
    const state = (await alice.get(`${room.path}/state`)) as unknown as ClientEvent[];
    const stored = state.filter(({ type }) => type === 'org.example.key').map(({ state_key }) => state_key);
    expect(stored.toSorted()).toEqual(keys.toSorted());
    const event = await alice.get(`${room.path}/state/org.example.key/a%2Fb?format=event`);
    expect(event).toMatchObject({ state_key: 'a/b', content: { key: 'a/b' }, room_id: room.id });
  });

  it('that does not change keeps its event', async () => {
    const room = await createRoom(alice);
    const set = (topic: string) => alice.put(`${room.path}/state/org.example.topic`, { topic });
    const first = await set('tea');
    expect(await set('tea')).toEqual(first);
    const second = await set('coffee');
    expect(second).not.toEqual(first);
    expect(await set('tea')).not.toEqual(first);
  });

  it("carries people's names, and their changes", async () => {
    const dora = await signUp(call, 'dora');
    const room = await createRoom(dora);
    const { next_batch: since } = await sync(dora);
    await dora.put(`/profile/${encode(dora.userId)}/displayname`, { displayname: 'Dora' });
    const member = `${room.path}/state/m.room.member/${encode(dora.userId)}`;
    expect(await dora.get(member)).toEqual({ membership: 'join', displayname: 'Dora' });
    const { rooms } = await sync(dora, { since });
    expect(rooms?.join?.[room.id]?.timeline.events.map(glance)).toEqual([`m.room.member ${dora.userId}`]);
  });
});

describe('beside the events', () => {
  it('typing comes and goes', async () => {
    const room = await createRoom(alice, { preset: 'public_chat' });
    await bob.post(`${room.path}/join`, {});
    const { next_batch: since } = await sync(alice);
    const typing = `${room.path}/typing/${encode(bob.userId)}`;
    await bob.put(typing, { typing: true, timeout: 200 });
    const begun = await sync(alice, { since, timeout: 5_000 });
    expect(begun.rooms?.join?.[room.id]?.ephemeral.events).toEqual([
      { type: 'm.typing', content: { user_ids: [bob.userId] } },
    ]);
    const ended = await sync(alice, { since: begun.next_batch, timeout: 5_000 });
    expect(ended.rooms?.join?.[room.id]?.ephemeral.events).toEqual([
      { type: 'm.typing', content: { user_ids: [] } },
    ]);
    await bob.put(typing, { typing: true, timeout: 30_000 });
    await bob.put(typing, { typing: false });
    const stopped = await sync(alice, { since: ended.next_batch });
    expect(stopped.rooms?.join?.[room.id]?.ephemeral.events.map(({ content }) => content)).toEqual([
      { user_ids: [] },
    ]);
  });

  it('receipts are for all, private ones and markers for oneself', async () => {
    const room = await createRoom(alice, { preset: 'public_chat' });
    await bob.post(`${room.path}/join`, {});
    const [first, second] = [await say(alice, room, 'one'), await say(alice, room, 'two')];
    const { next_batch: since } = await sync(alice);
    await bob.post(`${room.path}/receipt/m.read/${encode(first)}`, {});
    await bob.post(`${room.path}/receipt/m.read.private/${encode(second)}`, {});
    await bob.post(`${room.path}/read_markers`, { 'm.fully_read': second });
    const seen = async (person: Person) => {
      const joined = (await sync(person, { since })).rooms?.join?.[room.id];
      return {
        receipts: joined?.ephemeral.events.flatMap(({ content }) =>
          Object.entries(content).flatMap(([eventId, types]) =>
            Object.keys(types as object).map((type) => `${type} ${eventId}`),
          ),
        ),
        markers: joined?.account_data.events.map(({ type, content }) => ({ type, content })),
      };
    };
    expect((await seen(alice)).receipts).toEqual([`m.read ${first}`]);
    const own = await seen(bob);
    expect(own.receipts?.toSorted()).toEqual([`m.read ${first}`, `m.read.private ${second}`].toSorted());
    expect(own.markers).toEqual([{ type: 'm.fully_read', content: { event_id: second } }]);
  });

  it('account data is told to its owner, once it changes', async () => {
    const room = await createRoom(alice);
    const { next_batch: since } = await sync(alice);
    const own = `/user/${encode(alice.userId)}`;
    await alice.put(`${own}/account_data/org.example.a`, { a: 1 });
    await alice.put(`${own}/account_data/org.example.a`, { a: 2 });
    await alice.put(`${own}/rooms/${encode(room.id)}/account_data/org.example.b`, { b: 1 });
    const changed = await sync(alice, { since });
    expect(changed.account_data?.events).toEqual([{ type: 'org.example.a', content: { a: 2 } }]);
    expect(changed.rooms?.join?.[room.id]?.account_data.events).toEqual([
      { type: 'org.example.b', content: { b: 1 } },
    ]);
    const quiet = await sync(alice, { since: changed.next_batch });
    expect(quiet.account_data?.events ?? []).toEqual([]);
  });

  it('filters choose limits, types and rooms', async () => {
    const [one, other] = [await createRoom(alice), await createRoom(alice)];
    const { next_batch: since } = await sync(alice);
    for (const room of [one, other]) {
      await say(alice, room, 'text');
      await alice.put(`${room.path}/send/org.example.other/${transactions++}`, {});
    }
    const room = { rooms: [one.id], timeline: { types: ['m.room.*'] }, state: { types: [] } };
    const filtered = await sync(alice, { since, filter: { room, account_data: { types: [] } } });
    expect(Object.keys(filtered.rooms?.join ?? {})).toEqual([one.id]);
    expect(filtered.rooms?.join?.[one.id]?.timeline.events.map(glance)).toEqual(['text']);
    const without = await sync(alice, { since, filter: { room: { not_rooms: [one.id] } } });
    expect(Object.keys(without.rooms?.join ?? {})).toEqual([other.id]);
    const chosen = await messages(alice, one, `dir=b&filter=${encode('{"not_types":["m.*"]}')}`);
    expect(chosen.chunk.map(({ type }) => type)).toEqual(['org.example.other']);
  });

  it('push rules are there from the beginning', async () => {
    const { global } = (await alice.get('/pushrules/')) as { global: Record<string, { rule_id: string }[]> };
    expect(global.override?.map(({ rule_id }) => rule_id)).toContain('.m.rule.master');
    const { account_data } = await sync(await signUp(call, 'erin'));
    expect(account_data?.events.map(({ type }) => type)).toContain('m.push_rules');
  });
});
