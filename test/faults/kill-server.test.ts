// A server that is killed under load, again and again: what it has acknowledged, and what it has shown to anybody, is
// there after each start, once; a request that is sent again gets the answer that it got, or would have got.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startProgram, startServer } from '#test/fixtures/program';
import { type Call, type Person, personOf, signUp, strangerAt } from '#test/fixtures/stranger';
import type { ClientEvent } from '#test/fixtures/sync-answer';

/** How long each server lives under load, in milliseconds. */
const lives = [20, 150, 400, 700];
const sendersPerRoom = 6;

interface Sending {
  readonly person: 0 | 1;
  readonly room: string;
  /** The transaction id, and the text of the message. */
  readonly name: string;
  /** Undefined where the answer never came. */
  eventId?: string;
}

test('acknowledged messages survive kill -9, once each', { timeout: 180_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'hearth-kill-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(data, { recursive: true, force: true }));

  const sendings: Sending[] = [];
  const shown = new Map<string, Set<string>>();
  let rooms: string[] = [];
  let sessions: Record<string, unknown>[] = [];

  for (const [life, lifeMs] of lives.entries()) {
    await using server = await startServer(data);
    const call = strangerAt(server.url);
    if (life === 0) ({ sessions, rooms } = await furnish(call));
    const people = sessions.map((session) => personOf(call, session));
    await judge(people, rooms, sendings, shown);

    const load = rooms.flatMap((room) =>
      Array.from({ length: sendersPerRoom }, (_, sender) =>
        sendUntilGone(
          people,
          { room, label: `${life}-${room}-${sender}`, person: sender % 2 ? 1 : 0 },
          sendings,
        ),
      ),
    );
    const reading = rooms.map((room) => readUntilGone(people[0]!, room, shown));
    await sleep(lifeMs);
    await server[Symbol.asyncDispose]();
    await Promise.all([...load, ...reading]);
  }

  {
    await using server = await startServer(data);
    const call = strangerAt(server.url);
    await judge(
      sessions.map((session) => personOf(call, session)),
      rooms,
      sendings,
      shown,
    );
  }
  expect(sendings.length).toBeGreaterThan(100);
  const checked = await startProgram(['check', '--data', data, '--json']).ended;
  expect(checked).toMatchObject({ code: 0, err: '' });
  for (const database of ['rooms', 'accounts', 'transitory', 'social']) {
    expect(JSON.parse(checked.out)[database]).toMatchObject({ differences: [] });
  }
});

/** Two people, and rooms that they share. */
async function furnish(call: Call): Promise<{ sessions: Record<string, unknown>[]; rooms: string[] }> {
  const people = [await signUp(call, 'alice'), await signUp(call, 'bob')];
  const rooms: string[] = [];
  for (let index = 0; index < 2; index++) {
    const { room_id } = await people[0]!.post('/createRoom', { preset: 'public_chat' });
    await people[1]!.post(`/join/${encodeURIComponent(String(room_id))}`, {});
    rooms.push(encodeURIComponent(String(room_id)));
  }
  const sessions = people.map(({ userId, deviceId, token }) => ({
    user_id: userId,
    device_id: deviceId,
    access_token: token,
  }));
  return { sessions, rooms };
}

/** What `fetch` says of a lost connection; anything else is a failure of the server. */
function isGone(error: unknown): false {
  if (error instanceof TypeError) return false;
  throw error;
}

async function sendUntilGone(
  people: readonly Person[],
  { room, label, person }: Pick<Sending, 'room' | 'person'> & { label: string },
  sendings: Sending[],
): Promise<void> {
  for (let count = 0; ; count++) {
    const sending: Sending = { room, person, name: `${label}-${count}` };
    sendings.push(sending);
    if (!(await send(people, sending).catch(isGone))) return;
  }
}

/** True when it was acknowledged. @throws Error when the server is gone */
async function send(people: readonly Person[], sending: Sending): Promise<boolean> {
  const { name, person, room } = sending;
  const path = `/rooms/${room}/send/m.room.message/${encodeURIComponent(name)}`;
  const answer = await people[person]!.call('PUT', path, { body: { msgtype: 'm.text', body: name } });
  expect(answer.status).toBe(200);
  sending.eventId = String(answer.body.event_id);
  return true;
}

/** Notes what others get to see while the server lives: no answer may be ahead of what is durable. */
async function readUntilGone(person: Person, room: string, shown: Map<string, Set<string>>): Promise<void> {
  const seen = shown.get(room) ?? new Set();
  shown.set(room, seen);
  try {
    for (;;) {
      const { chunk } = await person.get(`/rooms/${room}/messages?dir=b&limit=20`);
      for (const { event_id } of chunk as ClientEvent[]) seen.add(event_id);
    }
  } catch (error) {
    isGone(error);
  }
}

async function judge(
  people: readonly Person[],
  rooms: readonly string[],
  sendings: readonly Sending[],
  shown: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  const before = new Map<string, ClientEvent[]>();
  for (const room of rooms) before.set(room, await readAll(people[1]!, room));
  for (const [room, seen] of shown) {
    const stored = new Set(before.get(room)?.map(({ event_id }) => event_id));
    expect([...seen].filter((eventId) => !stored.has(eventId))).toEqual([]);
  }
  const acknowledged = sendings.filter(({ eventId }) => eventId !== undefined);
  const lost = sendings.filter(({ eventId }) => eventId === undefined);
  expectOnce(acknowledged, before);

  // Sent again: the same answers, and those whose answer never came take place now, or have done so already.
  const again = [...acknowledged.slice(-20), ...lost];
  const answers = again.map(({ eventId }) => eventId);
  await Promise.all(again.map((sending) => send(people, sending)));
  for (const [index, answer] of answers.entries()) if (answer) expect(again[index]?.eventId).toBe(answer);
  const after = new Map<string, ClientEvent[]>();
  for (const room of rooms) after.set(room, await readAll(people[0]!, room));
  expectOnce(sendings, after);
  for (const room of rooms) {
    const texts = after
      .get(room)
      ?.flatMap(({ type, content }) => (type === 'm.room.message' ? [content.body] : []));
    expect(texts?.toSorted()).toEqual(
      sendings
        .filter((one) => one.room === room)
        .map(({ name }) => name)
        .toSorted(),
    );
  }
}

function expectOnce(sendings: readonly Sending[], stored: ReadonlyMap<string, readonly ClientEvent[]>): void {
  const texts = new Map([...stored.values()].flat().map(({ event_id, content }) => [event_id, content.body]));
  expect(texts.size).toBe([...stored.values()].flat().length);
  for (const { eventId, name } of sendings) expect(texts.get(eventId ?? '')).toBe(name);
}

async function readAll(person: Person, room: string): Promise<ClientEvent[]> {
  const events: ClientEvent[] = [];
  for (let from = ''; ; ) {
    const page = await person.get(`/rooms/${room}/messages?dir=f&limit=500${from}`);
    events.push(...(page.chunk as ClientEvent[]));
    if (page.end === undefined) return events;
    from = `&from=${String(page.end)}`;
  }
}
