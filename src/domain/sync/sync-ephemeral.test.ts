// Receipts, typing and filters in syncs.
import { describe, expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { joinRoom } from '#domain/rooms/membership';
import { putFullyRead, putReceipt, type Receipts } from '#domain/rooms/receipts';
import { sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import { Typing } from '#domain/rooms/typing';
import type { Filter } from '#protocol/matrix/filters';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { systemClock } from '#support/clock';
import { silentLogger } from '#support/logging';
import { alice, bob, carol } from '#test/fixtures/rooms';
import { openSyncHouse, type RoomShape, type SyncHouse } from '#test/fixtures/sync';

let counter = 0;

function send(
  house: SyncHouse,
  sender: typeof alice,
  room: RoomId,
  content: JsonObject,
  type = 'm.room.message',
) {
  return sendEvent(house.rooms, sender, { room, type, transactionId: `t${counter++}`, content });
}

async function houseWithRoom(
  ...others: (typeof alice)[]
): Promise<SyncHouse & { room: RoomId; receipts: Receipts }> {
  const house = await openSyncHouse();
  const room = await createRoom(house.rooms, alice, { preset: 'public_chat', name: 'Tea' });
  for (const other of others) await joinRoom(house.rooms, other, room);
  const identity = { accounts: house.accounts } as Receipts['identity'];
  return { ...house, room, receipts: { rooms: house.rooms.database, identity, clock: systemClock } };
}

/** The room in a sync, or undefined where it is not in it. */
async function news(
  house: SyncHouse & { room: RoomId },
  asker: typeof alice,
  since?: string,
  filter: Filter = {},
): Promise<{ room: RoomShape | undefined; since: string }> {
  const answer = await house.ask(asker, since, { filter });
  return { room: answer.rooms?.join?.[house.room], since: answer.next_batch };
}

const receiptsIn = (room: RoomShape | undefined) =>
  room?.ephemeral.events.filter(({ type }) => type === 'm.receipt').map(({ content }) => content);

describe('receipts', () => {
  test('reach everybody in the room, in a first sync and in later ones', async () => {
    await using house = await houseWithRoom(bob);
    const { room, receipts } = house;
    const eventId = await send(house, alice, room, { body: 'x' });
    const { since } = await news(house, alice);
    await putReceipt(receipts, bob.userId, room, 'm.read', { eventId });
    const expected = [{ [eventId]: { 'm.read': { [bob.userId]: { ts: expect.any(Number) } } } }];
    const after = await news(house, alice, since);
    expect(receiptsIn(after.room)).toEqual(expected);
    expect(after.room?.timeline.events).toEqual([]);
    expect(receiptsIn((await news(house, alice)).room)).toEqual(expected);
    await putReceipt(receipts, bob.userId, room, 'm.read', { eventId });
    expect((await news(house, alice, after.since)).room).toBeUndefined();
  });

  test('that are private are for their owner only', async () => {
    await using house = await houseWithRoom(bob);
    const { room, receipts } = house;
    const eventId = await send(house, alice, room, { body: 'x' });
    const tokens = { alice: (await news(house, alice)).since, bob: (await news(house, bob)).since };
    await putReceipt(receipts, bob.userId, room, 'm.read.private', { eventId });
    expect(receiptsIn((await news(house, bob, tokens.bob)).room)).toHaveLength(1);
    expect((await news(house, alice, tokens.alice)).room).toBeUndefined();
    expect(receiptsIn((await news(house, alice)).room)).toEqual([]);
  });

  test('do not move back', async () => {
    await using house = await houseWithRoom(bob);
    const { room, receipts } = house;
    const older = await send(house, alice, room, { body: '1' });
    const newer = await send(house, alice, room, { body: '2' });
    await putReceipt(receipts, bob.userId, room, 'm.read', { eventId: newer });
    await putReceipt(receipts, bob.userId, room, 'm.read', { eventId: older });
    expect(Object.keys(receiptsIn((await news(house, alice)).room)?.[0] ?? {})).toEqual([newer]);
  });

  test('of a thread stand beside those of the room, each in an event of its own', async () => {
    await using house = await houseWithRoom(bob);
    const { room, receipts } = house;
    const root = await send(house, alice, room, { body: 'root' });
    const inThread = { 'm.relates_to': { rel_type: 'm.thread', event_id: root } };
    const reply = await send(house, alice, room, { body: 'reply', ...inThread });
    const onReply = { 'm.relates_to': { rel_type: 'm.annotation', event_id: reply, key: '+' } };
    const reaction = await send(house, alice, room, onReply, 'm.reaction');
    await putReceipt(receipts, bob.userId, room, 'm.read', { eventId: reply });
    await putReceipt(receipts, bob.userId, room, 'm.read', { eventId: reply, threadId: root });
    await putReceipt(receipts, bob.userId, room, 'm.read', { eventId: reaction, threadId: root });
    await putReceipt(receipts, bob.userId, room, 'm.read', { eventId: root, threadId: 'main' });
    const found = receiptsIn((await news(house, alice)).room);
    const ts = expect.any(Number);
    expect(found).toContainEqual({ [reply]: { 'm.read': { [bob.userId]: { ts } } } });
    expect(found).toContainEqual({ [reaction]: { 'm.read': { [bob.userId]: { ts, thread_id: root } } } });
    expect(found).toContainEqual({ [root]: { 'm.read': { [bob.userId]: { ts, thread_id: 'main' } } } });
    for (const [eventId, threadId] of [
      [reply, 'main'],
      [root, reply],
      [root, 'no thread'],
      [root, ''],
    ] as [EventId, string][]) {
      const refused = putReceipt(receipts, bob.userId, room, 'm.read', { eventId, threadId });
      await expect(refused).rejects.toMatchObject({ kind: 'invalidParam' });
    }
  });

  test('are for those in the room, on events in the room', async () => {
    await using house = await houseWithRoom(bob);
    const { room, receipts } = house;
    const elsewhere = await createRoom(house.rooms, alice, {});
    const eventId = await send(house, alice, elsewhere, { body: 'x' });
    await expect(putReceipt(receipts, bob.userId, room, 'm.read', { eventId })).rejects.toMatchObject({
      kind: 'notFound',
    });
    await expect(putReceipt(receipts, bob.userId, elsewhere, 'm.read', { eventId })).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });

  test('the marker of what is fully read is account data of the room, and moves forward only', async () => {
    await using house = await houseWithRoom(bob);
    const { room, receipts } = house;
    const older = await send(house, alice, room, { body: '1' });
    const newer = await send(house, alice, room, { body: '2' });
    let { since } = await news(house, bob);
    await putFullyRead(receipts, bob.userId, room, newer);
    const after = await news(house, bob, since);
    expect(after.room?.account_data.events).toEqual([{ type: 'm.fully_read', content: { event_id: newer } }]);
    since = after.since;
    await putFullyRead(receipts, bob.userId, room, older);
    expect((await news(house, bob, since)).room).toBeUndefined();

    // Nor where two devices move it at the same time.
    const newest = await send(house, alice, room, { body: '3' });
    const marked = [newest, newer, older, newer, older];
    const putBy = ({ userId }: typeof alice) =>
      marked.map((eventId) => putFullyRead(receipts, userId, room, eventId));
    await Promise.all([...putBy(alice), ...putBy(bob)]);
    for (const { userId } of [alice, bob]) {
      const marker = await house.accounts.read((reader) =>
        reader.accountData(userId, { type: 'm.fully_read', roomId: room }),
      );
      expect(marker).toEqual({ event_id: newest });
    }
  });
});

describe('typing', () => {
  const open = (house: SyncHouse) =>
    Typing.open({
      rooms: house.rooms.database,
      transitory: house.transitory,
      clock: systemClock,
      logger: silentLogger,
    });
  const typingIn = (room: RoomShape | undefined) =>
    room?.ephemeral.events.find(({ type }) => type === 'm.typing')?.content.user_ids;

  test('is told as the whole list, and taken back by word or when the time is up', async () => {
    await using house = await houseWithRoom(bob, carol);
    await using typing = await open(house);
    const { room } = house;
    let { since } = await news(house, alice);
    const next = async () => {
      const answer = await house.ask(alice, since, { timeoutMs: 60_000 });
      since = answer.next_batch;
      return typingIn(answer.rooms?.join?.[room]);
    };
    await typing.set(bob.userId, room, true, 60_000);
    expect(await next()).toEqual([bob.userId]);
    await typing.set(carol.userId, room, true, 20);
    expect(await next()).toEqual([bob.userId, carol.userId]);
    expect(await next()).toEqual([bob.userId]);
    expect(typingIn((await news(house, alice)).room)).toEqual([bob.userId]);
    await typing.set(bob.userId, room, false);
    expect(await next()).toEqual([]);
    expect(typingIn((await news(house, alice)).room)).toBeUndefined();
  });

  test('is for those in the room', async () => {
    await using house = await houseWithRoom();
    await using typing = await open(house);
    await expect(typing.set(bob.userId, house.room, true)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('that a crash left behind is taken back, and what is long over is trimmed without being missed', async () => {
    await using house = await houseWithRoom(bob);
    const { room } = house;
    await house.transitory.write((writer) => writer.setTyping(room, bob.userId, { expiresAtMs: 1 }));
    const { since } = await news(house, alice);
    {
      await using _restarted = await open(house);
      expect(typingIn((await house.ask(alice, since, { timeoutMs: 60_000 })).rooms?.join?.[room])).toEqual(
        [],
      );
    }
    await using _again = await open(house);
    expect(await house.transitory.read((reader) => reader.typingEverywhere())).toEqual([]);
    const { changedAt } = await house.transitory.read((reader) => reader.typing(room));
    expect(changedAt > '0'.repeat(24)).toBe(true);
  });
});

describe('filters', () => {
  test('choose rooms, types, senders and how many', async () => {
    await using house = await houseWithRoom(bob);
    const { room } = house;
    const other = await createRoom(house.rooms, alice, {});
    const { since } = await news(house, alice);
    await send(house, alice, room, { body: 'a' });
    await send(house, bob, room, { body: 'b' });
    await send(house, alice, room, { body: 'c' }, 'org.test');
    await send(house, alice, other, { body: 'd' });
    const shown = async (filter: Filter) => {
      const { rooms } = await house.ask(alice, since, { filter });
      return Object.values(rooms?.join ?? {}).flatMap(({ timeline }) =>
        timeline.events.map(({ content }) => content.body),
      );
    };
    expect(await shown({})).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']));
    expect(await shown({ room: { rooms: [other] } })).toEqual(['d']);
    expect(await shown({ room: { not_rooms: [other] } })).toEqual(['a', 'b', 'c']);
    expect(await shown({ room: { not_rooms: [other], timeline: { types: ['org.*'] } } })).toEqual(['c']);
    expect(await shown({ room: { not_rooms: [other], timeline: { not_types: ['org.*'] } } })).toEqual([
      'a',
      'b',
    ]);
    expect(await shown({ room: { timeline: { senders: [bob.userId] } } })).toEqual(['b']);
    expect(await shown({ room: { timeline: { not_rooms: [room] } } })).toEqual(['d']);
    expect(await shown({ room: { not_rooms: [other], timeline: { limit: 1 } } })).toEqual(['c']);
  });

  test('that keep state out of the timeline do not hide it', async () => {
    await using house = await houseWithRoom();
    const { room } = house;
    const { since } = await news(house, alice);
    await setState(house.rooms, alice, {
      room,
      type: 'm.room.topic',
      stateKey: '',
      content: { topic: 'new' },
    });
    await send(house, alice, room, { body: 'x' });
    const { room: found } = await news(house, alice, since, {
      room: { timeline: { types: ['m.room.message'] } },
    });
    expect(found?.timeline.events.map(({ type }) => type)).toEqual(['m.room.message']);
    expect(found?.state.events.map(({ content }) => content)).toEqual([{ topic: 'new' }]);
  });

  test('event_format federation shows events as they were signed', async () => {
    await using house = await houseWithRoom();
    const { room } = await news(house, alice, undefined, { event_format: 'federation' });
    expect(room?.timeline.events[0]).toHaveProperty('signatures');
  });
});

describe('lazily loaded members', () => {
  const lazy: Filter = { room: { state: { lazy_load_members: true }, timeline: { limit: 2 } } };
  const membersIn = (room: RoomShape | undefined) =>
    room?.state.events.filter(({ type }) => type === 'm.room.member').map(({ state_key }) => state_key);

  test('are those who sent what is shown, and the user; later only those not sent yet', async () => {
    await using house = await houseWithRoom(bob, carol);
    const { room } = house;
    await send(house, bob, room, { body: '1' });
    await send(house, bob, room, { body: '2' });
    const first = await news(house, alice, undefined, lazy);
    expect(membersIn(first.room)?.sort()).toEqual([alice.userId, bob.userId]);
    await send(house, carol, room, { body: '3' });
    await send(house, bob, room, { body: '4' });
    const second = await news(house, alice, first.since, lazy);
    expect(membersIn(second.room)).toEqual([carol.userId]);
    // The answer may have been lost: the same token gets the member again.
    expect(membersIn((await news(house, alice, first.since, lazy)).room)).toEqual([carol.userId]);
    await send(house, carol, room, { body: '5' });
    expect(membersIn((await news(house, alice, second.since, lazy)).room)).toEqual([]);
    const redundant = {
      room: { ...lazy.room, state: { lazy_load_members: true, include_redundant_members: true } },
    };
    expect(membersIn((await news(house, alice, second.since, redundant)).room)).toEqual([carol.userId]);
  });

  test('include every change in a gap', async () => {
    await using house = await houseWithRoom(bob);
    const { room } = house;
    const { since } = await news(house, alice, undefined, lazy);
    await joinRoom(house.rooms, carol, room);
    for (let n = 0; n < 5; n++) await send(house, bob, room, { body: `${n}` });
    const { room: found } = await news(house, alice, since, lazy);
    expect(found?.timeline.limited).toBe(true);
    expect(membersIn(found)).toContain(carol.userId);
  });

  test('include the heroes of a room without a name', async () => {
    await using house = await openSyncHouse();
    const room = await createRoom(house.rooms, alice, { preset: 'public_chat' });
    await joinRoom(house.rooms, bob, room);
    await send(house, alice, room, { body: '1' });
    await send(house, alice, room, { body: '2' });
    const { room: found } = await news({ ...house, room }, alice, undefined, lazy);
    expect(found?.summary?.['m.heroes']).toEqual([bob.userId]);
    expect(membersIn(found)?.sort()).toEqual([alice.userId, bob.userId]);
  });
});
