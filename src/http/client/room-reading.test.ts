// The operations that read rooms, over HTTP: what they answer and how they refuse. The answers are held to the
// specification's schemas by the served Hearth itself.
import { describe, expect, test } from 'vitest';
import { serveHearth } from '#test/fixtures/served-hearth';
import { api, type Person, refusal, signUp, strangerAt } from '#test/fixtures/stranger';

interface Town extends AsyncDisposable {
  readonly alice: Person;
  readonly bob: Person;
  /** A public room that both are in. */
  readonly room: string;
  /** `/rooms/{roomId}` of it. */
  readonly path: string;
}

async function openTown(): Promise<Town> {
  await using building = new AsyncDisposableStack();
  const hearth = building.use(await serveHearth());
  const call = strangerAt(hearth.url);
  const [alice, bob] = [await signUp(call, 'alice'), await signUp(call, 'bob')];
  const { room_id: room } = await alice.post('/createRoom', { preset: 'public_chat', name: 'Tea' });
  const path = `/rooms/${encodeURIComponent(String(room))}`;
  await bob.post(`${path}/join`, {});
  const built = building.move();
  return { alice, bob, room: String(room), path, [Symbol.asyncDispose]: () => built.disposeAsync() };
}

let counter = 0;

const say = async (person: Person, path: string, body: string): Promise<string> => {
  const content = { msgtype: 'm.text', body };
  return String((await person.put(`${path}/send/m.room.message/t${counter++}`, content)).event_id);
};

describe('syncing', () => {
  test('a conversation arrives, with receipts, typing and markers', async () => {
    await using town = await openTown();
    const { alice, bob, room, path } = town;
    const first = await bob.get('/sync');
    const eventId = await say(alice, path, 'hello');
    const second = await bob.get(`/sync?since=${String(first.next_batch)}&timeout=30000`);
    expect(JSON.stringify(second)).toContain('hello');
    const seen = await alice.get('/sync');
    await bob.put(`${path}/typing/${encodeURIComponent(bob.userId)}`, { typing: true, timeout: 30_000 });
    await bob.post(`${path}/receipt/m.read/${encodeURIComponent(eventId)}`, {});
    await bob.post(`${path}/read_markers`, { 'm.fully_read': eventId, 'm.read.private': eventId });
    const third = await alice.get(`/sync?since=${String(seen.next_batch)}`);
    expect(third).toMatchObject({
      rooms: {
        join: {
          [room]: {
            ephemeral: {
              events: [
                { type: 'm.receipt', content: { [eventId]: { 'm.read': { [bob.userId]: {} } } } },
                { type: 'm.typing', content: { user_ids: [bob.userId] } },
              ],
            },
          },
        },
      },
    });
    expect(JSON.stringify(third)).not.toContain('m.read.private');
    const own = await bob.get(`/sync?since=${String(second.next_batch)}`);
    expect(JSON.stringify(own)).toContain('m.read.private');
    expect(JSON.stringify(own)).toContain('m.fully_read');
  });

  test('takes filters by id and written out', async () => {
    await using town = await openTown();
    const { alice, path } = town;
    await say(alice, path, 'hello');
    const filter = { room: { timeline: { types: ['m.room.create'] }, state: { types: [] } } };
    const { filter_id: id } = await alice.post(`/user/${encodeURIComponent(alice.userId)}/filter`, filter);
    for (const given of [String(id), JSON.stringify(filter)]) {
      const answer = JSON.stringify(await alice.get(`/sync?filter=${encodeURIComponent(given)}`));
      expect(answer).toContain('m.room.create');
      expect(answer).not.toContain('hello');
    }
  });

  test.each([
    ['since=nonsense', '400 M_INVALID_PARAM'],
    ['since=', '400 M_INVALID_PARAM'],
    ['since=s______8.A_8.A_8', '400 M_INVALID_PARAM'],
    ['timeout=soon', '400 M_INVALID_PARAM'],
    ['timeout=-1', '400 M_INVALID_PARAM'],
    ['full_state=perhaps', '400 M_INVALID_PARAM'],
    ['set_presence=asleep', '400 M_INVALID_PARAM'],
    ['filter=unknown', '404 M_NOT_FOUND'],
    ['filter=%7B', '400 M_NOT_JSON'],
    ['filter=%7B%22room%22%3A7%7D', '400 M_BAD_JSON'],
  ])('refuses %s with %s', async (query, expected) => {
    await using town = await openTown();
    expect(refusal(await town.alice.call('GET', `/sync?${query}`))).toBe(expected);
  });

  test('a wait ends with the server', async () => {
    const town = await openTown();
    const { next_batch: since } = await town.alice.get('/sync');
    const waiting = town.alice
      .call('GET', `/sync?since=${String(since)}&timeout=60000`)
      .catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await town[Symbol.asyncDispose]();
    const answer = await waiting;
    if (answer) expect(answer.status).toBe(200);
  });
});

describe('history, state and members', () => {
  test('are there for those in the room', async () => {
    await using town = await openTown();
    const { alice, bob, room, path } = town;
    const eventId = await say(bob, path, 'hello');
    const event = encodeURIComponent(eventId);
    expect(await alice.get(`${path}/messages?dir=b&limit=1`)).toMatchObject({
      chunk: [{ event_id: eventId, room_id: room, content: { body: 'hello' } }],
    });
    const lazily = encodeURIComponent(JSON.stringify({ lazy_load_members: true }));
    expect(await alice.get(`${path}/messages?dir=b&limit=1&filter=${lazily}`)).toMatchObject({
      state: [{ type: 'm.room.member', state_key: bob.userId }],
    });
    expect(await alice.get(`${path}/event/${event}`)).toMatchObject({
      event_id: eventId,
      sender: bob.userId,
    });
    expect(await alice.get(`${path}/context/${event}?limit=3`)).toMatchObject({
      event: { event_id: eventId },
    });
    expect(await alice.get(`${path}/state/m.room.name`)).toEqual({ name: 'Tea' });
    expect(await alice.get(`${path}/state/m.room.name/?format=event`)).toMatchObject({ type: 'm.room.name' });
    const { text } = await alice.call('GET', `${path}/state`);
    expect((JSON.parse(text) as { type: string }[]).map(({ type }) => type)).toContain('m.room.create');
    expect(await alice.get(`${path}/members?not_membership=leave`)).toMatchObject({ chunk: [{}, {}] });
    expect(await alice.get(`${path}/joined_members`)).toEqual({
      joined: { [alice.userId]: {}, [bob.userId]: {} },
    });
    expect(await bob.get('/joined_rooms')).toEqual({ joined_rooms: [room] });
  });

  test('refuse others, and what there is not', async () => {
    await using town = await openTown();
    const { alice, bob, path } = town;
    const eventId = encodeURIComponent(await say(alice, path, 'hello'));
    const { room_id: closed } = await alice.post('/createRoom', { preset: 'private_chat' });
    const closedPath = `/rooms/${encodeURIComponent(String(closed))}`;
    const hidden = encodeURIComponent(await say(alice, closedPath, 'hidden'));
    const refused = async (person: Person, path: string) => refusal(await person.call('GET', path));
    for (const part of ['/messages?dir=b', '/state', '/state/m.room.name', '/members', '/joined_members']) {
      expect(await refused(bob, closedPath + part)).toBe('403 M_FORBIDDEN');
      expect(await refused(bob, `/rooms/!none${part}`)).toBe('403 M_FORBIDDEN');
    }
    expect(await refused(bob, `${closedPath}/context/${hidden}`)).toBe('403 M_FORBIDDEN');
    expect(await refused(bob, `${closedPath}/event/${hidden}`)).toBe('404 M_NOT_FOUND');
    expect(await refused(bob, `${path}/event/${hidden}`)).toBe('404 M_NOT_FOUND');
    expect(await refused(alice, `${path}/event/$none`)).toBe('404 M_NOT_FOUND');
    expect(await refused(alice, `${path}/context/$none`)).toBe('404 M_NOT_FOUND');
    expect(await refused(alice, `${path}/state/m.room.topic`)).toBe('404 M_NOT_FOUND');
    expect(await refused(alice, `${path}/messages`)).toBe('400 M_MISSING_PARAM');
    expect(await refused(alice, `${path}/messages?dir=x`)).toBe('400 M_INVALID_PARAM');
    expect(await refused(alice, `${path}/messages?dir=b&from=x`)).toBe('400 M_INVALID_PARAM');
    expect(await refused(alice, `${path}/messages?dir=b&limit=many`)).toBe('400 M_INVALID_PARAM');
    expect(await refused(alice, `${path}/messages?dir=b&filter=%7B`)).toBe('400 M_NOT_JSON');
    expect(await refused(alice, `${path}/members?at=x`)).toBe('400 M_INVALID_PARAM');
    expect(await refused(alice, `${path}/members?membership=there`)).toBe('400 M_INVALID_PARAM');
    expect(await refused(alice, `/rooms/nothing/messages?dir=b`)).toBe('400 M_INVALID_PARAM');
    expect(await refused(alice, `${path}/event/nothing`)).toBe('400 M_INVALID_PARAM');
    expect(refusal(await alice.call('GET', `${path}/event/${eventId}`, { token: 'none' }))).toBe(
      '401 M_UNKNOWN_TOKEN',
    );
  });
});

describe('receipts, markers and typing', () => {
  test('refuse what they cannot take', async () => {
    await using town = await openTown();
    const { alice, bob, path } = town;
    const event = encodeURIComponent(await say(alice, path, 'hello'));
    const { room_id: closed } = await alice.post('/createRoom', {});
    const closedPath = `/rooms/${encodeURIComponent(String(closed))}`;
    const post = async (person: Person, path: string, body: unknown = {}) =>
      refusal(await person.call('POST', path, { body }));
    expect((await bob.call('POST', `${path}/receipt/m.read/${event}`)).status).toBe(200);
    expect(await post(bob, `${path}/receipt/m.liked/${event}`)).toBe('400 M_INVALID_PARAM');
    expect(await post(bob, `${path}/receipt/m.read/nothing`)).toBe('400 M_INVALID_PARAM');
    expect(await post(bob, `${path}/receipt/m.read/$none`)).toBe('404 M_NOT_FOUND');
    expect(await post(bob, `${closedPath}/receipt/m.read/${event}`)).toBe('403 M_FORBIDDEN');
    for (const thread of [7, '', 'x', null, '$none']) {
      expect(await post(bob, `${path}/receipt/m.read/${event}`, { thread_id: thread })).toBe(
        '400 M_INVALID_PARAM',
      );
    }
    expect(await post(bob, `${path}/receipt/m.fully_read/${event}`, { thread_id: 'main' })).toBe(
      '400 M_INVALID_PARAM',
    );
    expect(await post(bob, `${path}/read_markers`, { 'm.fully_read': 7 })).toBe('400 M_BAD_JSON');
    expect(await post(bob, `${path}/read_markers`, { 'm.fully_read': '$none' })).toBe('404 M_NOT_FOUND');
    expect((await bob.call('POST', `${path}/read_markers`, { body: {} })).status).toBe(200);
    const put = async (path: string, body: unknown) => refusal(await bob.call('PUT', path, { body }));
    const [own, others] = [bob, alice].map(({ userId }) => `typing/${encodeURIComponent(userId)}`);
    expect(await put(`${path}/${others}`, { typing: true })).toBe('403 M_FORBIDDEN');
    expect(await put(`${closedPath}/${own}`, { typing: true })).toBe('403 M_FORBIDDEN');
    expect(await put(`${path}/${own}`, {})).toBe('400 M_BAD_JSON');
    expect(await put(`${path}/${own}`, { typing: true, timeout: -1 })).toBe('400 M_BAD_JSON');
  });

  test('want an access token', async () => {
    await using hearth = await serveHearth();
    const call = strangerAt(hearth.url);
    for (const path of ['/sync', '/joined_rooms', '/rooms/!a/messages?dir=b', '/rooms/!a/state']) {
      expect(refusal(await call('GET', api + path))).toBe('401 M_MISSING_TOKEN');
    }
  });
});
