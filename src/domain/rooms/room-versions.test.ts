// A room's life in every version, and each of its events held against the text: hashes, ids, references and signatures
// are computed here once more, from nothing but the stored JSON and the lists of the specification. Server-Server API,
// "Signing Events"; room version pages, "Redactions" and "Event IDs".
import { Buffer } from 'node:buffer';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TimelineEvent } from '#databases/rooms/records';
import { createRoom } from '#domain/rooms/create-room';
import { banUser, joinRoom, kickUser } from '#domain/rooms/membership';
import { readEvent } from '#domain/rooms/reading/read-event';
import { readMessages } from '#domain/rooms/reading/read-messages';
import type { Rooms, Sender } from '#domain/rooms/rooms';
import { redact, sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { JsonObject, JsonValue } from '#protocol/matrix/json';
import { roomVersions } from '#protocol/matrix/room-versions';
import { alice, bob, carol, openRooms } from '#test/fixtures/rooms';

/** Canonical JSON of what has plain keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

const without = (object: object, ...keys: string[]) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
const only = (object: object, keys: string[]) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64').replace('=', '');

/** What the text leaves of an event, in version `n`. */
function stripped(event: JsonObject, n: number): JsonObject {
  const top = ['event_id', 'type', 'room_id', 'sender', 'state_key', 'content', 'hashes', 'signatures'];
  top.push('depth', 'prev_events', 'auth_events', 'origin_server_ts');
  if (n <= 10) top.push('prev_state', 'origin', 'membership');
  const levels = [
    'ban',
    'events',
    'events_default',
    'kick',
    'redact',
    'state_default',
    'users',
    'users_default',
  ];
  const content: Record<string, string[]> = {
    'm.room.member': ['membership', ...(n >= 9 ? ['join_authorised_via_users_server'] : [])],
    'm.room.create': ['creator'],
    'm.room.join_rules': ['join_rule', ...(n >= 8 ? ['allow'] : [])],
    'm.room.power_levels': [...levels, ...(n >= 11 ? ['invite'] : [])],
    'm.room.aliases': n <= 5 ? ['aliases'] : [],
    'm.room.history_visibility': ['history_visibility'],
    'm.room.redaction': n >= 11 ? ['redacts'] : [],
  };
  const whole = event.content as JsonObject;
  const isCreate = n >= 11 && event.type === 'm.room.create';
  const kept = isCreate ? whole : only(whole, content[event.type as string] ?? []);
  return { ...only(event, top), content: kept } as JsonObject;
}

const signedText = (event: JsonObject, n: number) =>
  canonical(without(stripped(event, n), 'signatures', 'unsigned'));

/** The id that the version's text gives an event. */
function idOf(event: JsonObject, n: number): JsonValue | undefined {
  if (n <= 2) return event.event_id;
  const standard = hashOf(signedText(event, n));
  return `$${n === 3 ? standard : standard.replaceAll('+', '-').replaceAll('/', '_')}`;
}

function checkEvent(rooms: Rooms, { eventId, pdu, redactedBy }: TimelineEvent, n: number): void {
  const event = pdu as unknown as JsonObject;
  expect(eventId).toBe(idOf(event, n));
  if (n <= 2) expect(eventId).toMatch(/^\$[A-Za-z0-9]{18,}:test$/);
  else expect(event).not.toHaveProperty('event_id');
  const covered = hashOf(canonical(without(event, 'hashes', 'signatures', 'unsigned')));
  if (redactedBy === undefined) expect(pdu.hashes).toEqual({ sha256: covered });
  else expect(event).toEqual(stripped(event, n));

  const { server, keyId, publicKey } = rooms.signingKey;
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signature = Buffer.from(pdu.signatures[server]?.[keyId] as string, 'base64');
  expect(verify(null, Buffer.from(signedText(event, n)), key, signature)).toBe(true);
}

/** Each reference is to an event before it, by its id and up to version 2 its reference hash. */
function checkReferences(events: readonly TimelineEvent[], n: number): void {
  const before = new Map<string, string>();
  for (const [index, { eventId, pdu }] of events.entries()) {
    for (const reference of [...pdu.prev_events, ...pdu.auth_events]) {
      const [id, hash] = typeof reference === 'string' ? [reference, undefined] : reference;
      expect(typeof reference === 'string').toBe(n > 2);
      expect(before.get(id)).toBeDefined();
      if (n <= 2) expect(hash).toEqual({ sha256: before.get(id) });
    }
    expect(pdu.prev_events).toHaveLength(index === 0 ? 0 : 1);
    expect(pdu.depth).toBe(index + 1);
    before.set(eventId, hashOf(signedText(pdu as unknown as JsonObject, n)));
  }
}

const send = (rooms: Rooms, sender: Sender, room: RoomId, body: string) =>
  sendEvent(rooms, sender, {
    room,
    type: 'm.room.message',
    transactionId: body,
    content: { msgtype: 'm.text', body },
  });

async function lifeOfARoom(version: string) {
  const rooms = await openRooms();
  const invite = [bob.userId];
  const room = await createRoom(rooms, alice, { roomVersion: version, name: 'Tea', topic: 'Leaves', invite });
  await joinRoom(rooms, bob, room);
  await setState(rooms, alice, {
    room,
    type: 'm.room.join_rules',
    stateKey: '',
    content: { join_rule: 'public' },
  });
  await joinRoom(rooms, carol, room);
  const spoken = await send(rooms, bob, room, 'oops');
  const kept = await send(rooms, carol, room, 'hello');
  const name = await setState(rooms, alice, {
    room,
    type: 'm.room.name',
    stateKey: '',
    content: { name: 'Chai' },
  });
  const redaction = await redact(rooms, bob, { room, eventId: spoken, transactionId: '1', reason: 'typo' });
  const content = { redacts: name, reason: 'no' };
  const sent = await sendEvent(rooms, alice, { room, type: 'm.room.redaction', transactionId: '2', content });
  await kickUser(rooms, alice, room, bob.userId);
  await banUser(rooms, alice, room, carol.userId, 'noise');
  const { events } = await rooms.database.read((reader) => reader.timeline(room, {}));
  return { rooms, room, events, spoken, kept, name, redaction, sent };
}

describe.each([...roomVersions.keys()])('in version %s', (version) => {
  const n = Number(version);
  let life: Awaited<ReturnType<typeof lifeOfARoom>>;
  beforeAll(async () => {
    life = await lifeOfARoom(version);
  });

  test('every event of a room is what the text says', async () => {
    const { rooms, events, room } = life;
    expect(events.length).toBeGreaterThan(15);
    for (const event of events) checkEvent(rooms, event, n);
    checkReferences(events, n);
    const [create] = events as [TimelineEvent];
    expect('creator' in create.pdu.content).toBe(n <= 10);
    expect(create.pdu.content.room_version).toBe(version);
    expect(create.pdu.room_id).toBe(n === 12 ? undefined : room);
    if (n === 12) expect(room).toBe(`!${create.eventId.slice(1)}`);
  });

  test('a redaction names its target where the version has it, empties it, and is shown to every client', async () => {
    const { rooms, room, events, spoken, name, redaction, sent, kept } = life;
    const reading = { rooms: rooms.database, clock: rooms.clock };
    const byId = (id: EventId) => events.find(({ eventId }) => eventId === id) as TimelineEvent;
    for (const [by, target, reason] of [
      [redaction, spoken, 'typo'],
      [sent, name, 'no'],
    ] as const) {
      const { pdu } = byId(by);
      expect(pdu.redacts).toBe(n <= 10 ? target : undefined);
      expect(pdu.content).toEqual(n <= 10 ? { reason } : { redacts: target, reason });
      expect(byId(target)).toMatchObject({ redactedBy: by, pdu: { content: {} } });
      const shown = JSON.parse(await readEvent(reading, alice, room, by));
      expect(shown).toMatchObject({ redacts: target, content: { redacts: target, reason } });
      const emptied = JSON.parse(await readEvent(reading, alice, room, target));
      expect(emptied.unsigned.redacted_because).toMatchObject({ event_id: by, redacts: target });
    }
    expect(byId(kept).redactedBy).toBeUndefined();
    const page = await readMessages(reading, alice, room, { direction: 'b', limit: 10 });
    const redactions = JSON.parse(page).chunk.filter(({ type }: JsonObject) => type === 'm.room.redaction');
    expect(redactions.map(({ content }: { content: JsonObject }) => content.redacts)).toEqual([name, spoken]);
  });

  test('a redaction in the state is one too', async () => {
    const { rooms, room, kept } = life;
    const request = { room, type: 'm.room.redaction', stateKey: 'x' };
    await expect(setState(rooms, alice, { ...request, content: {} })).rejects.toMatchObject({
      kind: 'badJson',
    });
    const by = await setState(rooms, alice, { ...request, content: { redacts: kept } });
    const event = await rooms.database.read((reader) => reader.event(kept));
    expect(event).toMatchObject({ redactedBy: by, pdu: { content: {} } });
  });
});
