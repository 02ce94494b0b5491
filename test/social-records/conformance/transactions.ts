// What one transaction does: it sees its own writes, stores all or nothing, and a record that is replaced keeps its place.
import { describe, expect, test } from 'vitest';
import { accounts } from '#databases/social/records/accounts';
import { following } from '#databases/social/records/following';
import { hostTurns } from '#databases/social/records/host-turns';
import { likes } from '#databases/social/records/likes';
import type { OpenBed } from '../bed.ts';
import { aFollowing, aLike, anAccount, aUri } from '../some-records.ts';

export function transactionTests(open: OpenBed): void {
  describe('a transaction', () => {
    test('reads back by key what it has written, and answers what its body does', async () => {
      const { engine, other } = open();
      const account = anAccount('own writes');
      const answer = await engine.write(async ({ records }) => {
        expect(await records.get(accounts, account)).toBeUndefined();
        expect(await records.put(accounts, account)).toBe(true);
        expect(await records.get(accounts, account)).toEqual(account);
        expect(await records.put(accounts, { ...account, displayName: 'Twice' })).toBe(false);
        return (await records.get(accounts, account))?.displayName;
      });
      expect(answer).toBe('Twice');
      expect(await other.read((records) => records.get(accounts, account))).toEqual({
        ...account,
        displayName: 'Twice',
      });
      await engine.write(async ({ records }) => {
        expect((await records.remove(accounts, account))?.displayName).toBe('Twice');
        expect(await records.get(accounts, account)).toBeUndefined();
        expect(await records.remove(accounts, account)).toBeUndefined();
      });
      expect(await other.read((records) => records.get(accounts, account))).toBeUndefined();
    });

    test('reads back an insert, which may be of what is there already', async () => {
      const { engine, other } = open();
      const turn = { dueAt: 7, host: 'inserted.example' };
      for (let round = 0; round < 2; round++) {
        await engine.write(async ({ records }) => {
          await records.insert(hostTurns, turn);
          expect(await records.get(hostTurns, turn)).toEqual(turn);
        });
      }
      const found = await other.read((records) => records.listByKey(hostTurns, { dueAt: 7 }, { limit: 5 }));
      expect(found.map(({ record }) => record)).toEqual([turn]);
      await engine.write(({ records }) => records.remove(hostTurns, turn));
    });

    test('writes nothing where its body throws, and says what it threw', async () => {
      const { engine, other } = open();
      const like = aLike('https://given-up.example/');
      const account = anAccount('given up');
      class Refusal extends Error {}
      const refusal = new Refusal();
      await engine.write(({ records }) => records.put(likes, like));
      const attempt = engine.write(async ({ records, wake }) => {
        await records.put(accounts, account, { icon: 'AAAA' });
        await records.remove(likes, like);
        await records.insert(hostTurns, { dueAt: 8, host: 'given-up.example' });
        wake();
        throw refusal;
      });
      await expect(attempt).rejects.toBe(refusal);
      await other.read(async (records) => {
        expect(await records.get(accounts, account)).toBeUndefined();
        expect(await records.text(accounts, account, 'icon')).toBeUndefined();
        expect(await records.get(likes, like)).toEqual(like);
        expect(await records.count(likes, 'byObject', like)).toBe(1);
        expect(await records.get(hostTurns, { dueAt: 8, host: 'given-up.example' })).toBeUndefined();
      });
      await expect(engine.read(() => Promise.reject(refusal))).rejects.toBe(refusal);
      await engine.write(({ records }) => records.remove(likes, like));
    });

    test('stores all it writes of many records', async () => {
      const { engine, other } = open();
      const many = Array.from({ length: 60 }, (_, index) => aLike('https://many.example/', index));
      await engine.write(async ({ records }) => {
        for (const like of many) await records.put(likes, like);
      });
      const found = await other.read((records) =>
        records.list(likes, 'byObject', { object: aUri('https://many.example/') }, { limit: 100 }),
      );
      expect(found.map(({ record }) => record)).toEqual(many);
      await engine.write(async ({ records }) => {
        for (const like of many) await records.remove(likes, like);
      });
      expect(await other.read((records) => records.count(likes, 'byObject', many[0]!))).toBe(0);
    });
  });

  describe('a unique value', () => {
    test('finds its record, follows it when it moves, and is free when it is gone', async () => {
      const { engine, other } = open();
      const one = aFollowing('unique', 1);
      const two = aFollowing('unique', 2);
      const find = (follow: string) =>
        other.read((records) => records.find(following, 'byFollow', { follow: aUri(follow) }));
      await engine.write(({ records }) => records.put(following, one));
      const taken = { ...two, follow: one.follow };
      const conflict = { name: 'ProtocolError', kind: 'conflict' };
      await expect(engine.write(({ records }) => records.put(following, taken))).rejects.toMatchObject(
        conflict,
      );
      await expect(other.write(({ records }) => records.put(following, taken))).rejects.toMatchObject(
        conflict,
      );
      expect(await other.read((records) => records.get(following, taken))).toBeUndefined();
      const moved = { ...one, follow: aUri('https://here.example/moved') };
      await engine.write(({ records }) => records.put(following, moved));
      expect(await find(one.follow)).toBeUndefined();
      expect(await find(moved.follow)).toEqual(moved);
      await other.write(({ records }) => records.put(following, taken));
      expect(await find(one.follow)).toEqual(taken);
      await engine.write(({ records }) => records.remove(following, taken));
      expect(await find(one.follow)).toBeUndefined();
      await engine.write(({ records }) => records.put(following, { ...moved, follow: one.follow }));
      expect(await find(moved.follow)).toBeUndefined();
      await engine.write(({ records }) => records.remove(following, moved));
    });

    test('passes from one record to another within a transaction', async () => {
      const { engine, other } = open();
      const one = aFollowing('passing', 1);
      const two = { ...aFollowing('passing', 2), follow: one.follow };
      await engine.write(({ records }) => records.put(following, one));
      await engine.write(async ({ records }) => {
        await records.remove(following, one);
        await records.put(following, two);
      });
      const found = await other.read((records) => records.find(following, 'byFollow', one));
      expect(found).toEqual(two);
      expect(await other.read((records) => records.get(following, one))).toBeUndefined();
      await engine.write(({ records }) => records.remove(following, two));
    });
  });

  test('a record that is replaced keeps its place, and its lists keep their order', async () => {
    const { engine, other } = open();
    const some = [0, 1, 2].map((index) => aLike('https://replaced.example/', index));
    for (const like of some) await engine.write(({ records }) => records.put(likes, like));
    const list = () => other.read((records) => records.list(likes, 'byObject', some[0]!, { limit: 5 }));
    const before = await list();
    const changed = { ...some[0]!, content: 'changed' };
    expect(await engine.write(({ records }) => records.put(likes, changed))).toBe(false);
    const after = await list();
    expect(after.map(({ place }) => place)).toEqual(before.map(({ place }) => place));
    expect(after.map(({ record }) => record)).toEqual([changed, some[1], some[2]]);
    await engine.write(({ records }) => records.remove(likes, changed));
    await engine.write(({ records }) => records.put(likes, changed));
    expect((await list()).map(({ record }) => record)).toEqual([some[1], some[2], changed]);
    for (const like of some) await engine.write(({ records }) => records.remove(likes, like));
  });
}
