import { expect, it } from 'vitest';
import { administerChecks } from '#app/administering/check';
import { openTransitoryDatabase } from '#databases/transitory/transitory-database';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import type { Difference } from '#support/difference';

const steady = { value: { rowsRead: 3, differences: [] }, steady: true };
const others = { rooms: async () => steady, accounts: async () => steady, social: async () => steady };

it('finds a slot that lies elsewhere than its entry', async () => {
  await using store = makeStore(openMemoryEngine());
  const database = await openTransitoryDatabase(store);
  const [room, alice] = ['!room:a.test' as RoomId, '@alice:a.test' as UserId];
  await database.write((writer) => writer.setTyping(room, alice, { expiresAtMs: 5_000 }));
  const { check } = administerChecks({ ...others, transitory: database.check });
  expect(await check({ database: 'transitory' })).toEqual({ rowsRead: 2, differences: [] });
  await store.transact(async (transaction) => {
    database.tables.typingSlots.clear(transaction, [room, alice]);
  });
  expect((await check({ database: 'transitory' })).differences).toEqual([
    expect.stringMatching(
      /^typingSlots \(!room:a\.test \| @alice:a\.test\) is missing, and should be there: .+$/,
    ),
  ]);
});

it('says what is there and should not be, and what is wrong', async () => {
  async function* yieldsDifferences(): AsyncGenerator<Difference, number> {
    yield { table: 'posts', key: 'a', found: '' };
    yield { table: 'posts', key: 'b', found: '1', expected: '2' };
    return 7;
  }
  const { check } = administerChecks({
    ...others,
    transitory: async () => steady,
    social: yieldsDifferences,
  });
  expect(await check({ database: 'rooms' })).toEqual({ rowsRead: 3, differences: [] });
  expect(await check({ database: 'social' })).toEqual({
    rowsRead: 7,
    differences: ['posts (a) is there, and should not be', 'posts (b) is there: 1, and should be there: 2'],
  });
});

it('trusts no differences that writes may have made meanwhile', async () => {
  const differences = [{ table: 'events', key: 'a' }];
  const rooms = async () => ({ value: { rowsRead: 1, differences }, steady: false });
  const { check } = administerChecks({ ...others, transitory: async () => steady, rooms });
  await expect(async () => check({ database: 'rooms' })).rejects.toMatchObject({ kind: 'unavailable' });
});
