import { describe, expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { inviteUser, joinRoom, leaveRoom } from '#domain/rooms/membership';
import { readContext, readEvent } from '#domain/rooms/reading/read-event';
import { readJoinedMembers, readJoinedRooms, readMembers } from '#domain/rooms/reading/read-members';
import { type PageWanted, readMessages } from '#domain/rooms/reading/read-messages';
import { readState, readStateKey } from '#domain/rooms/reading/read-state';
import type { Reading } from '#domain/rooms/reading/reading';
import type { Rooms } from '#domain/rooms/rooms';
import { sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { systemClock } from '#support/clock';
import { alice, bob, carol, openRooms } from '#test/fixtures/rooms';
import type { EventShape } from '#test/fixtures/sync';

interface PageShape {
  readonly chunk: (EventShape & { room_id: string })[];
  readonly start: string;
  readonly end?: string;
  readonly state?: EventShape[];
}

let counter = 0;

const open = async (): Promise<{ rooms: Rooms; reading: Reading }> => {
  const rooms = await openRooms();
  return { rooms, reading: { rooms: rooms.database, clock: systemClock } };
};

const say = (rooms: Rooms, room: RoomId, body: string, sender = alice): Promise<EventId> =>
  sendEvent(rooms, sender, {
    room,
    type: 'm.room.message',
    transactionId: `t${counter++}`,
    content: { body },
  });

const set = (rooms: Rooms, room: RoomId, type: string, content: Record<string, string>) =>
  setState(rooms, alice, { room, type, stateKey: '', content });

const page = async (reading: Reading, asker: typeof alice, room: RoomId, wanted: Partial<PageWanted> = {}) =>
  JSON.parse(await readMessages(reading, asker, room, { direction: 'b', ...wanted })) as PageShape;

const bodies = (events: readonly EventShape[]) =>
  events.filter(({ type }) => type === 'm.room.message').map(({ content }) => content.body);

const publicRoom = (rooms: Rooms) => createRoom(rooms, alice, { preset: 'public_chat', name: 'Tea' });

describe('pages of history', () => {
  test('go backward to the first event and forward to the last, each event once', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    for (let n = 0; n < 25; n++) await say(rooms, room, `${n}`);
    for (const direction of ['b', 'f'] as const) {
      const all: EventShape[] = [];
      let from: string | undefined;
      for (let pages = 0; pages < 20; pages++) {
        const found = await page(reading, alice, room, { direction, from, limit: 7 });
        expect(found.chunk.every((event) => event.room_id === room)).toBe(true);
        if (from !== undefined) expect(found.start).toBe(from);
        all.push(...found.chunk);
        if (found.end === undefined) break;
        expect(found.chunk).toHaveLength(7);
        from = found.end;
      }
      const oldestFirst = direction === 'b' ? all.toReversed() : all;
      expect(oldestFirst[0]?.type).toBe('m.room.create');
      expect(bodies(oldestFirst)).toEqual(Array.from({ length: 25 }, (_, n) => `${n}`));
      expect(new Set(all.map(({ event_id }) => event_id)).size).toBe(all.length);
    }
  });

  test('stop at "to", and say that there is more', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    for (let n = 0; n < 9; n++) await say(rooms, room, `${n}`);
    const newest = await page(reading, alice, room, { limit: 3 });
    const middle = await page(reading, alice, room, { from: newest.end, limit: 3 });
    const between = await page(reading, alice, room, { from: newest.start, to: middle.end, limit: 50 });
    expect(bodies(between.chunk)).toEqual(['8', '7', '6', '5', '4', '3']);
    const forward = await page(reading, alice, room, {
      direction: 'f',
      from: middle.end,
      to: newest.start,
      limit: 50,
    });
    expect(bodies(forward.chunk)).toEqual(['3', '4', '5', '6', '7', '8']);
  });

  test('are filtered, and bring the members that sent what is shown where those are loaded lazily', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    await joinRoom(rooms, bob, room);
    await say(rooms, room, 'a');
    await say(rooms, room, 'b', bob);
    const { chunk, state } = await page(reading, alice, room, {
      filter: { senders: [bob.userId], types: ['m.room.message'], lazy_load_members: true },
    });
    expect(bodies(chunk)).toEqual(['b']);
    expect(state?.map(({ state_key: key }) => key)).toEqual([bob.userId]);
  });

  test('refuse outsiders, the invited, and tokens of no making of ours', async () => {
    const { rooms, reading } = await open();
    const room = await createRoom(rooms, alice, { invite: [bob.userId] });
    await expect(page(reading, bob, room)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(page(reading, carol, room)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(page(reading, alice, '!none:test' as RoomId)).rejects.toMatchObject({ kind: 'forbidden' });
    for (const from of ['', 't', 'x', 't!', 's', 'tAAAA', `t${'_'.repeat(17)}`]) {
      await expect(page(reading, alice, room, { from }).then(JSON.stringify)).rejects.toMatchObject({
        kind: 'invalidParam',
      });
    }
  });
});

describe('what a user may see', () => {
  test('one who left sees what was said while they were there, and the leave, and nothing later', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    await set(rooms, room, 'm.room.history_visibility', { history_visibility: 'joined' });
    await say(rooms, room, 'before');
    await joinRoom(rooms, bob, room);
    const during = await say(rooms, room, 'during');
    await set(rooms, room, 'm.room.topic', { topic: 'then' });
    await leaveRoom(rooms, bob, room);
    const after = await say(rooms, room, 'after');
    await set(rooms, room, 'm.room.topic', { topic: 'now' });

    const { chunk } = await page(reading, bob, room, { limit: 100 });
    expect(bodies(chunk)).toEqual(['during']);
    expect(chunk[0]).toMatchObject({ state_key: bob.userId, content: { membership: 'leave' } });
    expect(await readEvent(reading, bob, room, during)).toContain('during');
    await expect(readEvent(reading, bob, room, after)).rejects.toMatchObject({ kind: 'notFound' });
    const key = { type: 'm.room.topic', stateKey: '', format: 'content' } as const;
    expect(JSON.parse(await readStateKey(reading, bob, room, key))).toEqual({ topic: 'then' });
    const state = JSON.parse(await readState(reading, bob, room)) as EventShape[];
    expect(state.find(({ type }) => type === 'm.room.topic')?.content).toEqual({ topic: 'then' });
    const members = JSON.parse(await readMembers(reading, bob, room, {})) as { chunk: EventShape[] };
    expect(members.chunk.find(({ state_key: user }) => user === bob.userId)?.content.membership).toBe(
      'leave',
    );
    await expect(readJoinedMembers(reading, bob, room)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test.each([
    ['shared', ['early', 'invited', 'joined', 'absent', 'again']],
    ['invited', ['invited', 'joined', 'again']],
    ['joined', ['joined', 'again']],
    ['world_readable', ['early', 'invited', 'joined', 'absent', 'again']],
  ])('under %s visibility, one who was invited, joined, left and came back', async (visibility, expected) => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    await set(rooms, room, 'm.room.history_visibility', { history_visibility: visibility });
    await say(rooms, room, 'early');
    await inviteUser(rooms, alice, room, bob.userId);
    await say(rooms, room, 'invited');
    await joinRoom(rooms, bob, room);
    await say(rooms, room, 'joined');
    await leaveRoom(rooms, bob, room);
    await say(rooms, room, 'absent');
    await joinRoom(rooms, bob, room);
    await say(rooms, room, 'again');
    const { chunk } = await page(reading, bob, room, { direction: 'f', limit: 100 });
    expect(bodies(chunk)).toEqual(expected);
  });

  test('visibility counts as it was at each event, and its changes show to both sides', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    await say(rooms, room, 'open');
    await set(rooms, room, 'm.room.history_visibility', { history_visibility: 'joined' });
    await say(rooms, room, 'closed');
    await set(rooms, room, 'm.room.history_visibility', { history_visibility: 'shared' });
    await say(rooms, room, 'open again');
    await joinRoom(rooms, bob, room);
    const { chunk } = await page(reading, bob, room, { direction: 'f', limit: 100 });
    expect(bodies(chunk)).toEqual(['open', 'open again']);
    const changes = chunk.filter(({ type }) => type === 'm.room.history_visibility');
    expect(changes.map(({ content }) => content.history_visibility)).toEqual(['shared', 'joined', 'shared']);
  });

  test('a world-readable room is there for everybody', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    await say(rooms, room, 'hidden');
    await set(rooms, room, 'm.room.history_visibility', { history_visibility: 'world_readable' });
    const shown = await say(rooms, room, 'shown');
    expect(bodies((await page(reading, carol, room, { limit: 100 })).chunk)).toEqual(['shown']);
    expect(await readEvent(reading, carol, room, shown)).toContain('shown');
    expect(await readState(reading, carol, room)).toContain('m.room.create');
  });
});

describe('single events and their context', () => {
  test('an event has its neighbours, the state at the last of them, and tokens for more', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    const ids: EventId[] = [];
    for (let n = 0; n < 9; n++) ids.push(await say(rooms, room, `${n}`));
    await set(rooms, room, 'm.room.topic', { topic: 'later' });
    const context = JSON.parse(await readContext(reading, alice, room, ids[4] as EventId, { limit: 4 })) as {
      event: EventShape;
      events_before: EventShape[];
      events_after: EventShape[];
      state: EventShape[];
      start: string;
      end: string;
    };
    expect(context.event.event_id).toBe(ids[4]);
    expect(bodies(context.events_before)).toEqual(['3', '2']);
    expect(bodies(context.events_after)).toEqual(['5', '6']);
    expect(context.state.map(({ type }) => type)).toContain('m.room.create');
    expect(context.state.map(({ type }) => type)).not.toContain('m.room.topic');
    expect(bodies((await page(reading, alice, room, { from: context.start, limit: 2 })).chunk)).toEqual([
      '1',
      '0',
    ]);
    const after = await page(reading, alice, room, { direction: 'f', from: context.end, limit: 2 });
    expect(bodies(after.chunk)).toEqual(['7', '8']);
    const alone = JSON.parse(await readContext(reading, alice, room, ids[4] as EventId, { limit: 0 })) as {
      events_before: EventShape[];
      events_after: EventShape[];
    };
    expect([...alone.events_before, ...alone.events_after]).toEqual([]);
  });

  test('an event of another room, and one that there is not, are not found', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    const elsewhere = await publicRoom(rooms);
    const eventId = await say(rooms, elsewhere, 'x');
    for (const id of [eventId, '$none' as EventId]) {
      await expect(readEvent(reading, alice, room, id)).rejects.toMatchObject({ kind: 'notFound' });
      await expect(readContext(reading, alice, room, id, {})).rejects.toMatchObject({ kind: 'notFound' });
    }
    await expect(readEvent(reading, bob, room, eventId)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(readContext(reading, bob, elsewhere, eventId, {})).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });
});

describe('state and members', () => {
  test('a key of the state is its content or its event; one that is not set is not found', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    const key = { type: 'm.room.name', stateKey: '' };
    expect(JSON.parse(await readStateKey(reading, alice, room, { ...key, format: 'content' }))).toEqual({
      name: 'Tea',
    });
    expect(JSON.parse(await readStateKey(reading, alice, room, { ...key, format: 'event' }))).toMatchObject({
      type: 'm.room.name',
      room_id: room,
      sender: alice.userId,
    });
    const unset = readStateKey(reading, alice, room, {
      type: 'm.room.name',
      stateKey: 'x',
      format: 'content',
    });
    await expect(unset).rejects.toMatchObject({ kind: 'notFound' });
    const outside = readStateKey(reading, bob, room, { ...key, format: 'content' });
    await expect(outside).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('members are chosen by membership, and as of a token', async () => {
    const { rooms, reading } = await open();
    const room = await publicRoom(rooms);
    await joinRoom(rooms, bob, room);
    await inviteUser(rooms, alice, room, carol.userId);
    const at = (await page(reading, alice, room, { limit: 1 })).start;
    await leaveRoom(rooms, bob, room);
    const members = async (wanted: Parameters<typeof readMembers>[3]) =>
      (JSON.parse(await readMembers(reading, alice, room, wanted)) as { chunk: EventShape[] }).chunk
        .map(({ state_key: user }) => user)
        .sort();
    expect(await members({})).toEqual([alice.userId, bob.userId, carol.userId]);
    expect(await members({ membership: 'join' })).toEqual([alice.userId]);
    expect(await members({ notMembership: 'join' })).toEqual([bob.userId, carol.userId]);
    expect(await members({ membership: 'join', notMembership: 'leave' })).toEqual([
      alice.userId,
      carol.userId,
    ]);
    expect(await members({ membership: 'join', at })).toEqual([alice.userId, bob.userId]);
    expect(await readJoinedMembers(reading, alice, room)).toEqual({
      joined: { [alice.userId]: { display_name: 'alice' } },
    });
    expect(await readJoinedRooms(reading, alice.userId)).toEqual([room]);
    expect(await readJoinedRooms(reading, bob.userId)).toEqual([]);
  });
});
