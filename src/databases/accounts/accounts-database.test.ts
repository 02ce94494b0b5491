import { expect, test } from 'vitest';
import { type AccountsDatabase, openAccountsDatabase } from '#databases/accounts/accounts-database';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { firstPosition } from '#store/versionstamp';

const alice = '@alice:example.org' as UserId;
const bob = '@bob:example.org' as UserId;
const room = '!a/b:example.org' as RoomId;

const open = (): Promise<AccountsDatabase> => openAccountsDatabase(makeStore(openMemoryEngine()));

const dataOf = (accounts: AccountsDatabase, user: UserId, after?: string) =>
  accounts.read(async (reader) => {
    const changes = await reader.accountDataChanges(user, after as never, await reader.position());
    return changes.map(({ type, roomId, content }) => [roomId ?? '', type, content]);
  });

test('account data is told once per type, by the newest change, under its own name', async () => {
  const accounts = await open();
  await accounts.write((writer) => writer.setAccountData(alice, { type: 'm.direct' }, { v: 1 }));
  await accounts.write((writer) => writer.setAccountData(alice, { type: 'm.tag', roomId: room }, { v: 2 }));
  const { position } = await accounts.write((writer) =>
    writer.setAccountData(bob, { type: 'm.direct' }, { v: 3 }),
  );
  await accounts.write((writer) => writer.setAccountData(alice, { type: 'm.direct' }, { v: 4 }));

  expect(await dataOf(accounts, alice)).toEqual([
    [room, 'm.tag', { v: 2 }],
    ['', 'm.direct', { v: 4 }],
  ]);
  expect(await dataOf(accounts, alice, position)).toEqual([['', 'm.direct', { v: 4 }]]);
  expect(await dataOf(accounts, bob, position)).toEqual([]);
});

test('a room id with slashes does not read back as another room or as global data', async () => {
  const accounts = await open();
  const name = { roomId: '!a/b/c:example.org' as RoomId, type: 'x/y' };
  await accounts.write((writer) => writer.setAccountData(alice, name, { v: 1 }));
  expect(await dataOf(accounts, alice)).toEqual([[name.roomId, 'x/y', { v: 1 }]]);
  const found = await accounts.read((reader) =>
    reader.accountData(alice, { roomId: '!a' as RoomId, type: 'b/c:example.org\0x/y' }),
  );
  expect(found).toBeUndefined();
});

test('removed account data leaves a tombstone for those who saw it', async () => {
  const accounts = await open();
  const { position } = await accounts.write((writer) =>
    writer.setAccountData(alice, { type: 'a' }, { v: 1 }),
  );
  await accounts.write((writer) => writer.setAccountData(alice, { type: 'a' }, undefined));
  expect(await dataOf(accounts, alice, position)).toEqual([['', 'a', undefined]]);
});

test('only changes of account data are named in the log', async () => {
  const accounts = await open();
  await accounts.write((writer) => writer.setAccount(alice, { createdAt: 1 }));
  await accounts.write((writer) => writer.setAccountData(alice, { type: 'a' }, {}));
  const { changes } = await accounts.readChanges(firstPosition);
  expect(changes.map(({ subjects }) => subjects)).toEqual([[`u${alice}`]]);
});

test("a device's new access token takes the place of its old one", async () => {
  const accounts = await open();
  const hashOf = (byte: number): Buffer => Buffer.alloc(32, byte);
  for (const byte of [1, 2]) {
    const tokenHash = hashOf(byte).toString('base64');
    await accounts.write((writer) => writer.setDevice(alice, 'D', { createdAt: 1, tokenHash }));
  }
  const owners = await accounts.read((reader) =>
    Promise.all([reader.tokenOwner(hashOf(1)), reader.tokenOwner(hashOf(2))]),
  );
  expect(owners).toEqual([undefined, { userId: alice, deviceId: 'D' }]);
});

test('removing devices removes their tokens and sightings, and spares the excepted one', async () => {
  const accounts = await open();
  const hashes = ['A', 'B'].map((id) => Buffer.alloc(32, id));
  await accounts.write(async (writer) => {
    for (const [index, id] of ['A', 'B'].entries()) {
      await writer.setDevice(alice, id, { createdAt: 1, tokenHash: hashes[index]!.toString('base64') });
      writer.setDeviceSeen(alice, id, { at: 1, address: '' });
    }
  });
  await accounts.write((writer) => writer.removeDevices(alice, 'B'));
  const left = await accounts.read(async (reader) => ({
    devices: (await reader.devices(alice)).map(({ deviceId }) => deviceId),
    seen: [...(await reader.devicesSeen(alice)).keys()],
    token: await reader.tokenOwner(hashes[0]!),
  }));
  expect(left).toEqual({ devices: ['B'], seen: ['B'], token: undefined });
});

test('sessions of interactive authentication that have lapsed are cleared as one range', async () => {
  const accounts = await open();
  await accounts.write((writer) => {
    for (const minute of [9, 10, 11])
      writer.setInteractiveSession(minute, 's', { purpose: 'p', completed: [] });
    writer.setAccount(alice, { createdAt: 1 });
  });
  await accounts.write((writer) => writer.clearInteractiveSessionsBefore(10));
  const left = await accounts.read(async (reader) => [
    await reader.interactiveSession(9, 's'),
    await reader.interactiveSession(10, 's'),
    await reader.interactiveSession(11, 's'),
    await reader.account(alice),
  ]);
  const kept = { purpose: 'p', completed: [] };
  expect(left).toEqual([undefined, kept, kept, { createdAt: 1 }]);
});

test('erasing leaves nothing of what a user has stored, and nothing of others is touched', async () => {
  const accounts = await open();
  await accounts.write(async (writer) => {
    for (const user of [alice, bob]) {
      writer.setProfile(user, { displayname: 'x' });
      writer.setFilter(user, 'f', {});
      await writer.setAccountData(user, { type: 'a' }, { v: 1 });
    }
  });
  await accounts.write((writer) => writer.erase(alice));
  const stored = (user: UserId) =>
    accounts.read(async (reader) => [
      await reader.profile(user),
      await reader.filter(user, 'f'),
      await reader.accountData(user, { type: 'a' }),
    ]);
  expect(await stored(alice)).toEqual([undefined, undefined, undefined]);
  expect(await stored(bob)).toEqual([{ displayname: 'x' }, {}, { v: 1 }]);
});
