import { expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { inviteUser, joinRoom, leaveRoom } from '#domain/rooms/membership';
import { sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import type { KeyRange } from '#store/contract';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { alice, bob, carol, openRooms } from '#test/fixtures/rooms';

test('finds nothing in a house in order, and each row that is put out of order', async () => {
  await using store = makeStore(openMemoryEngine());
  const rooms = await openRooms(store);
  const { tables } = rooms.database;
  const room = await createRoom(rooms, alice, { aliasName: 'tea', invite: [bob.userId, carol.userId] });
  await joinRoom(rooms, bob, room);
  await leaveRoom(rooms, bob, room);
  await inviteUser(rooms, alice, room, bob.userId);
  await setState(rooms, alice, { room, type: 'm.room.topic', stateKey: '', content: { topic: 'x' } });
  await sendEvent(rooms, alice, { room, type: 'm.x', transactionId: '1', content: {} });
  const check = () => rooms.database.check().then(({ value }) => value);
  expect((await check()).differences).toEqual([]);

  const ranges: Record<string, KeyRange> = {
    events: tables.events.range(),
    stateNow: tables.stateNow.range(),
    stateByKey: tables.stateByKey.range(),
    stateByTime: tables.stateByTime.range(),
    members: tables.members.range(),
    memberCounts: tables.memberCounts.range(),
    memberships: tables.memberships.range(),
    membershipStream: tables.membershipStream.range(),
    invites: tables.invites.range(),
    roomAliases: tables.roomAliases.range(),
  };
  for (const [name, range] of Object.entries(ranges)) {
    const [entry] = await store.read(
      async (snapshot) => (await snapshot.getRange(range, { limit: 1 })).entries,
    );
    if (!entry) throw new Error(`no row in ${name}`);
    await store.transact((transaction) => transaction.clear(entry.key));
    expect((await check()).differences, name).toMatchObject([{ table: name, expected: expect.any(String) }]);
    await store.transact((transaction) => transaction.set(entry.key, entry.value));
  }
  await store.transact((transaction) =>
    tables.heads.set(transaction, [room], { extremities: [], depth: 1, line: 0 }),
  );
  expect((await check()).differences).toMatchObject([{ table: 'heads', found: expect.any(String) }]);
});

test('agrees with an invite and the join that follows it in one transaction', async () => {
  await using store = makeStore(openMemoryEngine());
  const rooms = await openRooms(store);
  const room = await createRoom(rooms, alice, {});
  // Both wait in the room's lane when its transaction begins.
  await Promise.all([inviteUser(rooms, alice, room, bob.userId), joinRoom(rooms, bob, room)]);
  expect((await rooms.database.check()).value.differences).toEqual([]);
  const standing = await rooms.database.read((reader) => reader.membership(bob.userId, room));
  const joined = await rooms.database.read((reader) => reader.stateEvent(room, 'm.room.member', bob.userId));
  expect(standing).toMatchObject({ membership: 'join', event: joined?.eventId, hasJoined: true });

  // And what was stored before leaves no entry behind.
  await Promise.all([
    leaveRoom(rooms, bob, room),
    inviteUser(rooms, alice, room, bob.userId),
    joinRoom(rooms, bob, room),
  ]);
  expect((await rooms.database.check()).value.differences).toEqual([]);
  const entries = rooms.database.tables.membershipStream.range([bob.userId]);
  const page = await store.read((snapshot) => snapshot.getRange(entries));
  expect(page.entries).toHaveLength(1);
});
