// Atomic add and max: little-endian, of the operand's width, without conflicts among themselves.
import { describe, expect, test } from 'vitest';
import { expectConflict, type OpenBed } from './bed.ts';

export function atomicOperations(openBed: OpenBed): void {
  describe('atomic operations', () => {
    const cases = [
      ['add', undefined, [1, 0], [1, 0]],
      ['add', [], [5, 1], [5, 1]],
      ['add', [255, 0], [1, 0], [0, 1]],
      ['add', [255, 255], [1, 0], [0, 0]],
      ['add', [1], [1, 1, 1], [2, 1, 1]],
      ['add', [1, 2, 3], [1, 0], [2, 2]],
      ['add', [200], [100], [44]],
      ['max', undefined, [3, 0], [3, 0]],
      ['max', [], [0, 0], [0, 0]],
      ['max', [2, 1], [3, 0], [2, 1]],
      ['max', [3, 0], [2, 1], [2, 1]],
      ['max', [9], [2, 0], [9, 0]],
      ['max', [1, 2, 9], [7, 1], [1, 2]],
    ] as const;
    test.each(cases)('%s on %j by %j makes %j', async (operation, stored, operand, expected) => {
      const { store, key } = openBed();
      const target = key('n');
      await store.transact((transaction) => {
        if (stored !== undefined) transaction.set(target, Buffer.from(stored));
      });
      const seen = await store.transact(async (transaction) => {
        transaction[operation](target, Buffer.from(operand));
        return await transaction.get(target);
      });
      expect([...seen.value!]).toEqual(expected);
      expect([...(await store.read((reader) => reader.get(target)))!]).toEqual(expected);
      // The same within one transaction, where the value is known before the commit.
      const own = await store.transact(async (transaction) => {
        if (stored === undefined) transaction.clear(target);
        else transaction.set(target, Buffer.from(stored));
        transaction[operation](target, Buffer.from(operand));
        return await transaction.get(target);
      });
      expect([...own.value!]).toEqual(expected);
    });

    test('they compose in their order, and appear in ranges', async () => {
      const { store, key, everything } = openBed();
      await store.transact((transaction) => transaction.set(key('n'), Buffer.from([10])));
      const seen = await store.transact(async (transaction) => {
        transaction.add(key('n'), Buffer.from([5]));
        transaction.max(key('n'), Buffer.from([12]));
        transaction.add(key('n'), Buffer.from([1]));
        transaction.add(key('new'), Buffer.from([7]));
        const page = await transaction.getRange(everything);
        return page.entries.map(({ value }) => value[0]);
      });
      expect(seen.value).toEqual([16, 7]);
      const page = await store.read((reader) => reader.getRange(everything));
      expect(page.entries.map(({ value }) => value[0])).toEqual([16, 7]);
    });

    test('two that add do not conflict, and none is lost', async () => {
      const { engine, store, key } = openBed();
      const pair = [engine.begin(), engine.begin()];
      for (const transaction of pair) {
        await transaction.position();
        transaction.add(key('n'), Buffer.from([1, 0]));
      }
      for (const transaction of pair) await transaction.commit();
      const bump = () => store.transact((transaction) => transaction.add(key('n'), Buffer.from([1, 0])));
      await Promise.all(Array.from({ length: 300 }, bump));
      expect([...(await store.read((reader) => reader.get(key('n'))))!]).toEqual([302 & 255, 302 >> 8]);
    });

    test('who has read what he adds to conflicts like any reader, and so does a reader of what was added', async () => {
      const { engine, key } = openBed();
      const [one, other] = [engine.begin(), engine.begin()];
      other.add(key('n'), Buffer.from([1]));
      await other.get(key('n'));
      one.add(key('n'), Buffer.from([1]));
      await expectConflict(one, other);
    });

    test('adding after an own clear starts from nothing', async () => {
      const { store, key, range, fill } = openBed();
      await fill({ n: 'x' });
      await store.transact((transaction) => {
        transaction.clearRange(range('a', 'z'));
        transaction.add(key('n'), Buffer.from([2]));
      });
      expect([...(await store.read((reader) => reader.get(key('n'))))!]).toEqual([2]);
    });
  });
}
