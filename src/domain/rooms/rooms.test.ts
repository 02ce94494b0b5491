import { describe, expect, test } from 'vitest';
import { createAlias, deleteAlias, resolveAlias } from '#domain/rooms/aliases';
import { createRoom } from '#domain/rooms/create-room';
import {
  banUser,
  forgetRoom,
  inviteUser,
  joinRoom,
  kickUser,
  leaveRoom,
  unbanUser,
} from '#domain/rooms/membership';
import type { Rooms } from '#domain/rooms/rooms';
import { redact, sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import { authEventIds, prevEventIds } from '#protocol/matrix/event';
import type { EventId, RoomAlias, RoomId, UserId } from '#protocol/matrix/identifiers';
import { roomVersions } from '#protocol/matrix/room-versions';
import { alice, bob, carol, openRooms } from '#test/fixtures/rooms';

const text = (body: string) => ({ msgtype: 'm.text', body });

function send(
  rooms: Rooms,
  sender: typeof alice,
  room: RoomId,
  body: string,
  transactionId = body,
): Promise<EventId> {
  return sendEvent(rooms, sender, { room, type: 'm.room.message', transactionId, content: text(body) });
}

async function bodies(rooms: Rooms, room: RoomId): Promise<unknown[]> {
  const { events } = await rooms.database.read((reader) => reader.timeline(room, {}));
  return events.filter(({ pdu }) => pdu.type === 'm.room.message').map(({ pdu }) => pdu.content.body);
}

const membershipOf = async (rooms: Rooms, room: RoomId, user: UserId) =>
  (await rooms.database.read((reader) => reader.membership(user, room)))?.membership;

describe.each([...roomVersions.keys()])('a room of version %s', (roomVersion) => {
  test('two people talk in it', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { roomVersion, name: 'Tea', invite: [bob.userId] });
    await joinRoom(rooms, bob, room);
    await send(rooms, alice, room, 'hello');
    await send(rooms, bob, room, 'hi');
    expect(await bodies(rooms, room)).toEqual(['hello', 'hi']);
    const counts = await rooms.database.read((reader) =>
      Promise.all([reader.memberCount(room, 'join'), reader.memberCount(room, 'invite')]),
    );
    expect(counts).toEqual([2, 0]);
  });

  test('each event follows the one before it', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { roomVersion });
    await Promise.all([send(rooms, alice, room, '1'), send(rooms, alice, room, '2')]);
    const { events } = await rooms.database.read((reader) => reader.timeline(room, {}));
    events.forEach(({ pdu, eventId }, index) => {
      expect(pdu.depth).toBe(index + 1);
      expect(prevEventIds(pdu)).toEqual(index === 0 ? [] : [events[index - 1]?.eventId]);
      expect(authEventIds(pdu)).not.toContain(eventId);
    });
  });

  test('who was never let in is kept out', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { roomVersion });
    await expect(joinRoom(rooms, bob, room)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(send(rooms, bob, room, 'x')).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(send(rooms, bob, '!no:test' as RoomId, 'x')).rejects.toMatchObject({ kind: 'notFound' });
  });

  test('an event can be emptied by its sender and by those with the power, not by others', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { roomVersion, preset: 'public_chat' });
    await joinRoom(rooms, bob, room);
    await joinRoom(rooms, carol, room);
    const eventId = await send(rooms, bob, room, 'oops');
    const request = { room, eventId, transactionId: 'r1' };
    await expect(redact(rooms, carol, request)).rejects.toMatchObject({ kind: 'forbidden' });
    const redaction = await redact(rooms, alice, { ...request, reason: 'rude' });
    const event = await rooms.database.read((reader) => reader.event(eventId));
    expect(event?.pdu.content).toEqual({});
    expect(event?.redactedBy).toBe(redaction);
    await expect(
      redact(rooms, bob, { ...request, eventId: '$none' as EventId, transactionId: 'r2' }),
    ).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('transaction ids', () => {
  test('the same id from the same device is the same event, also at the same moment', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, {});
    const sent = await Promise.all([send(rooms, alice, room, 'a', 't'), send(rooms, alice, room, 'a', 't')]);
    expect(await send(rooms, alice, room, 'a', 't')).toBe(sent[0]);
    expect(sent[0]).toBe(sent[1]);
    expect(await bodies(rooms, room)).toEqual(['a']);
    const other = { ...alice, deviceId: 'other' };
    expect(await send(rooms, other, room, 'a', 't')).not.toBe(sent[0]);
  });

  test('the event remembers who sent it and how', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, {});
    const eventId = await send(rooms, alice, room, 'a', 't1');
    const event = await rooms.database.read((reader) => reader.event(eventId));
    expect(event?.sentBy).toEqual({ deviceId: 'A', transactionId: 't1' });
  });
});

describe('state', () => {
  test('setting what is set already answers the event that did', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, {});
    const request = { room, type: 'm.room.topic', stateKey: '', content: { topic: 'x' } };
    const first = await setState(rooms, alice, request);
    expect(await setState(rooms, alice, request)).toBe(first);
    expect(await setState(rooms, alice, { ...request, content: { topic: 'y' } })).not.toBe(first);
    await expect(setState(rooms, bob, { ...request, content: { topic: 'y' } })).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });

  test('is known at every position', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { name: 'one' });
    const at = await rooms.database.read((reader) => reader.position());
    await setState(rooms, alice, { room, type: 'm.room.name', stateKey: '', content: { name: 'two' } });
    await setState(rooms, alice, { room, type: 'm.new', stateKey: 'k', content: {} });
    await rooms.database.read(async (reader) => {
      const before = await reader.stateAt(room, at);
      expect(before.some(({ type }) => type === 'm.new')).toBe(false);
      const name = before.find(({ type }) => type === 'm.room.name');
      const event = name && (await reader.stateEntryEvent(room, name));
      expect(event?.pdu.content).toEqual({ name: 'one' });
      expect((await reader.stateEvent(room, 'm.room.name', ''))?.pdu.content).toEqual({ name: 'two' });
    });
  });

  test('a canonical alias must name the room', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, {});
    const request = { room, type: 'm.room.canonical_alias', stateKey: '', content: { alias: '#tea:test' } };
    await expect(setState(rooms, alice, request)).rejects.toMatchObject({ kind: 'badAlias' });
    await createAlias(rooms, alice, '#tea:test' as RoomAlias, room);
    await setState(rooms, alice, request);
  });
});

describe('memberships', () => {
  test('invite, decline, invite again, join, kick, ban, unban, forget', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, {});
    const is = (membership?: string) =>
      expect(membershipOf(rooms, room, bob.userId)).resolves.toBe(membership);
    await inviteUser(rooms, alice, room, bob.userId);
    await is('invite');
    const shown = await rooms.database.read((reader) => reader.invite(bob.userId, room));
    expect(shown).toContainEqual(expect.objectContaining({ type: 'm.room.create' }));
    expect(shown).toContainEqual(expect.objectContaining({ type: 'm.room.member', state_key: bob.userId }));
    await leaveRoom(rooms, bob, room);
    await is('leave');
    await inviteUser(rooms, alice, room, bob.userId);
    await joinRoom(rooms, bob, room);
    await joinRoom(rooms, bob, room);
    await is('join');
    await kickUser(rooms, alice, room, bob.userId, 'bye');
    await is('leave');
    await expect(kickUser(rooms, alice, room, bob.userId)).rejects.toMatchObject({ kind: 'forbidden' });
    await banUser(rooms, alice, room, bob.userId);
    await is('ban');
    await expect(unbanUser(rooms, bob, room, bob.userId)).rejects.toMatchObject({ kind: 'forbidden' });
    await unbanUser(rooms, alice, room, bob.userId);
    await is('leave');
    await expect(forgetRoom(rooms, alice, room)).rejects.toMatchObject({ kind: 'unknown' });
    await forgetRoom(rooms, bob, room);
    const standing = await rooms.database.read((reader) => reader.membership(bob.userId, room));
    expect(standing).toMatchObject({ forgotten: true, hasJoined: true });
  });

  test('an invite shows as much of the room as can be kept with it', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { name: 'n'.repeat(20_000), topic: 't'.repeat(10_000) });
    await inviteUser(rooms, alice, room, bob.userId);
    const shown = await rooms.database.read((reader) => reader.invite(bob.userId, room));
    const types = (shown as { type: string }[]).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['m.room.create', 'm.room.join_rules', 'm.room.name']));
    expect(types).not.toContain('m.room.topic');
    expect(types.filter((type) => type === 'm.room.member')).toHaveLength(2);
  });

  test('the largest createRoom fits its transaction, and a larger one is refused', async () => {
    const rooms = await openRooms();
    const everybody = Array.from({ length: 100 }, (_, index) => `@user${index}:test` as UserId);
    const stateOf = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        type: 'org.example.state',
        state_key: String(index).padStart(255, 's'),
        content: { body: 'x'.repeat(600) },
      }));
    const request = { topic: 't'.repeat(15_000), invite: everybody, initial_state: stateOf(1_000) };
    const room = await createRoom(rooms, alice, request);
    expect(await rooms.database.read((reader) => reader.memberCount(room, 'invite'))).toBe(100);
    const larger = createRoom(rooms, alice, { initial_state: stateOf(1_001) });
    await expect(larger).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
  });

  test('whoever has no account here cannot be invited', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, {});
    await expect(inviteUser(rooms, alice, room, '@x:elsewhere' as UserId)).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  test('a restricted room lets members of the named room in', async () => {
    const rooms = await openRooms();
    const club = await createRoom(rooms, alice, { preset: 'public_chat' });
    const content = { join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: club }] };
    const room = await createRoom(rooms, alice, { initial_state: [{ type: 'm.room.join_rules', content }] });
    await expect(joinRoom(rooms, bob, room)).rejects.toMatchObject({ kind: 'forbidden' });
    await joinRoom(rooms, bob, club);
    await joinRoom(rooms, bob, room);
    expect(await membershipOf(rooms, room, bob.userId)).toBe('join');
  });
});

describe('aliases', () => {
  test('name one room, and go again', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { aliasName: 'tea' });
    const alias = '#tea:test' as RoomAlias;
    expect((await resolveAlias(rooms, alias)).room).toBe(room);
    await expect(createRoom(rooms, alice, { aliasName: 'tea' })).rejects.toMatchObject({ kind: 'roomInUse' });
    await expect(createAlias(rooms, alice, alias, room)).rejects.toMatchObject({ kind: 'aliasInUse' });
    await expect(deleteAlias(rooms, bob, alias)).rejects.toMatchObject({ kind: 'forbidden' });
    await deleteAlias(rooms, alice, alias);
    await expect(resolveAlias(rooms, alias)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(createAlias(rooms, alice, '#x:elsewhere' as RoomAlias, room)).rejects.toMatchObject({
      kind: 'invalidParam',
    });
  });

  test('that go are no longer shown by the room, where whoever deletes them may change that', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, { preset: 'public_chat' });
    await joinRoom(rooms, bob, room);
    const [tea, cake, toast] = ['#tea:test', '#cake:test', '#toast:test'] as RoomAlias[];
    for (const alias of [tea, cake]) await createAlias(rooms, alice, alias as RoomAlias, room);
    await createAlias(rooms, bob, toast as RoomAlias, room);
    const type = 'm.room.canonical_alias';
    const content = { alias: tea as string, alt_aliases: [cake as string, toast as string] };
    await setState(rooms, alice, { room, type, stateKey: '', content });
    const shown = async () =>
      (await rooms.database.read((reader) => reader.stateEvent(room, type, '')))?.pdu.content;
    await deleteAlias(rooms, bob, toast as RoomAlias);
    expect(await shown()).toEqual(content);
    await deleteAlias(rooms, alice, cake as RoomAlias);
    expect(await shown()).toEqual({ alias: tea, alt_aliases: [toast] });
    await deleteAlias(rooms, alice, tea as RoomAlias);
    expect(await shown()).toEqual({ alt_aliases: [toast] });
  });
});

describe('lanes', () => {
  test('a hundred senders at once: every message once, refusals by themselves', async () => {
    const rooms = await openRooms();
    const room = await createRoom(rooms, alice, {});
    const sends = Array.from({ length: 200 }, (_, index) =>
      send(rooms, index % 10 === 0 ? bob : alice, room, `m${index}`).then(
        () => 'sent',
        (error: { kind: string }) => error.kind,
      ),
    );
    const outcomes = await Promise.all(sends);
    expect(outcomes.filter((outcome) => outcome === 'forbidden')).toHaveLength(20);
    expect(new Set(await bodies(rooms, room)).size).toBe(180);
  });

  test('two rooms made in the same millisecond are two rooms', async () => {
    const rooms = { ...(await openRooms()), clock: { now: () => 1, sleep: async () => {} } };
    expect(await createRoom(rooms, alice, {})).not.toBe(await createRoom(rooms, alice, {}));
  });
});
