import { expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { inviteUser, joinRoom, leaveRoom } from '#domain/rooms/membership';
import { sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import type { KeyRange } from '#store/contract';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { room as forkedRoom, idOf, makeForkedRoom } from '#test/fixtures/forked-room';
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
    authReferrers: tables.authReferrers.range(),
    members: tables.members.range(),
    memberCounts: tables.memberCounts.range(),
    localMembers: tables.localMembers.range(),
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

test('finds what is out of order at forks: overlays, asides, changes that no event carries', async () => {
  const made = await makeForkedRoom();
  const { tables } = made.database;
  await made.topic('tea', 'tea');
  for (const index of [1, 2, 3]) await made.put({ id: `n${index}`, type: 'x', stateKey: `${index}` });
  await made.put({ id: 'left', type: 'y', stateKey: '', prev: ['tea'] });
  await made.put({ id: 'after', prev: ['left'] });
  await made.topic('soft', 'soft', { standing: 'soft-failed' });
  await made.member('bob', '@bob:test', 'join', { prev: ['tea'] });
  const closed = { type: 'm.room.join_rules', stateKey: '', content: { join_rule: 'invite' } };
  await made.put({ id: 'closed', ...closed, prev: ['tea'], atMs: 1_000 });
  expect((await made.now())['m.room.member|@bob:test']).toBeUndefined();
  expect(await made.differences()).toEqual([]);

  const overlay = tables.overlays.key([forkedRoom, '>$left', 0]);
  const places = await made.read(async (reader) => ({
    soft: (await reader.anyEvent(idOf('soft')))?.at,
    changes: await reader.stateHistory(forkedRoom, 'm.room.member', '@bob:test', {}),
  }));
  const [joined, gone] = places.changes;
  if (!places.soft || !joined || !gone) throw new Error('the room is not as it should be');
  const damages: readonly [string, Buffer][] = [
    ['overlays', overlay],
    ['events', tables.asides.key([forkedRoom, places.soft])],
    ['stateByKey', tables.stateByTime.key([forkedRoom, 0, gone.at])],
    ['stateByKey', tables.stateByKey.key([forkedRoom, 0, 'm.room.member', '@bob:test', gone.at])],
  ];
  for (const [table, key] of damages) {
    const value = await made.store.read((snapshot) => snapshot.get(key));
    if (!value) throw new Error(`there is no row in ${table}`);
    await made.store.transact((transaction) => transaction.clear(key));
    const differences = await made.differences();
    expect(
      differences.map((each) => each.table),
      table,
    ).not.toEqual([]);
    await made.store.transact((transaction) => transaction.set(key, value));
  }
  expect(await made.differences()).toEqual([]);
});

test('takes a store from before there were generations and lists of local members as it is, and as it goes on', async () => {
  await using store = makeStore(openMemoryEngine());
  const rooms = await openRooms(store);
  const { tables } = rooms.database;
  const room = await createRoom(rooms, alice, { preset: 'public_chat' });
  for (const user of [bob, carol]) await joinRoom(rooms, user, room);
  await store.transact(async (transaction) => {
    for (const table of [tables.authReferrers, tables.localMembers]) table.clearRange(transaction, []);
    for (const { key, value } of await tables.timeline.list(transaction, [room])) {
      const { generation: _, ...older } = value;
      tables.timeline.set(transaction, key, older);
    }
  });
  // Where such a store keeps them.
  const groups = await store.read((snapshot) => tables.members.list(snapshot, [room]));
  expect(new Set(groups.map(({ key }) => key[1]))).toEqual(new Set(['join']));

  const later = await openRooms(store);
  const differences = async () => (await later.database.check()).value.differences;
  expect(await differences()).toEqual([]);
  await sendEvent(later, bob, { room, type: 'm.x', transactionId: '1', content: {} });
  await leaveRoom(later, bob, room);
  const displayname = { membership: 'join', displayname: 'Al' };
  await setState(later, alice, { room, type: 'm.room.member', stateKey: alice.userId, content: displayname });
  expect(await differences()).toEqual([]);
  const listed = await later.database.read((reader) => reader.localMembers(room, 0));
  expect(listed).toEqual([alice.userId, bob.userId]);
});
