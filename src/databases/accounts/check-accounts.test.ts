import { expect, test } from 'vitest';
import { openAccountsDatabase } from '#databases/accounts/accounts-database';
import type { UserId } from '#protocol/matrix/identifiers';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';

const alice = '@alice:example.org' as UserId;
const tokenHash = Buffer.alloc(32, 7).toString('base64');

test('nothing is found in a house in order, and each row that is put out of order is', async () => {
  await using store = makeStore(openMemoryEngine());
  const accounts = await openAccountsDatabase(store);
  const { tables } = accounts;
  for (const v of [1, 2]) {
    await accounts.write(async (writer) => {
      writer.setAccount(alice, { createdAt: 1 });
      await writer.setDevice(alice, 'D', { createdAt: 1, tokenHash });
      await writer.setAccountData(alice, { type: 'a' }, { v });
    });
  }
  const check = async () => (await accounts.check()).value;
  expect(await check()).toEqual({ rowsRead: 5, differences: [] });

  for (const [name, range] of Object.entries({
    accounts: tables.accounts.range(),
    tokens: tables.tokens.range(),
    accountDataSlots: tables.accountDataSlots.range(),
  })) {
    const { entries } = await store.read((snapshot) => snapshot.getRange(range));
    const [entry] = entries;
    if (!entry) throw new Error(`no row in ${name}`);
    await store.transact((transaction) => transaction.clear(entry.key));
    expect((await check()).differences).toMatchObject([{ table: name, expected: expect.any(String) }]);
    await store.transact((transaction) => transaction.set(entry.key, entry.value));
  }

  const stray = Buffer.alloc(32, 8);
  await store.transact((transaction) =>
    tables.tokens.set(transaction, [stray], { userId: alice, deviceId: 'D' }),
  );
  expect((await check()).differences).toEqual([
    { table: 'tokens', key: stray.toString('base64'), found: `${alice} | D` },
  ]);
  await store.transact((transaction) => tables.tokens.clear(transaction, [stray]));

  const { entries } = await store.read((snapshot) => snapshot.getRange(tables.accountData.range()));
  await accounts.write((writer) => writer.setAccountData(alice, { type: 'a' }, { v: 3 }));
  await store.transact((transaction) => transaction.set(entries[0]!.key, entries[0]!.value));
  expect((await check()).differences).toMatchObject([
    { table: 'accountDataSlots', key: `${alice} | g/a (left behind)` },
  ]);
});
