// Stamps and positions: one total order of commits, written into keys and values, and known to readers.
import { describe, expect, test } from 'vitest';
import { failureOf, type OpenBed, readAll } from './bed.ts';

const stampBytes = 10;
const blank = '_'.repeat(stampBytes);

export function stamps(openBed: OpenBed): void {
  describe('stamps', () => {
    test('commits are stamped in their order', async () => {
      const { store, key } = openBed();
      const stamps: string[] = [];
      for (let index = 0; index < 5; index++) {
        stamps.push(
          (await store.transact((transaction) => transaction.set(key('a'), Buffer.from([index])))).stamp,
        );
      }
      expect(stamps).toEqual(stamps.toSorted());
      expect(new Set(stamps).size).toBe(5);
      for (const stamp of stamps) expect(stamp).toMatch(/^[0-9a-f]{20}$/);
    });

    test('a key and a value carry the stamp of their commit', async () => {
      const { store, key } = openBed();
      const { stamp } = await store.transact((transaction) => {
        transaction.setStampedKey(key(`k${blank}/tail`), key('k').length, Buffer.from('row'));
        transaction.setStampedValue(key('v'), Buffer.from(`<${blank}>`), 1);
      });
      const bytes = Buffer.from(stamp, 'hex').toString('latin1');
      const page = await store.read((reader) => readAll(reader, { begin: key('k'), end: key('l') }));
      expect(page.entries.map((entry) => entry.key)).toEqual([key(`k${bytes}/tail`)]);
      expect(page.entries.map((entry) => entry.value.toString())).toEqual(['row']);
      const value = await store.read((reader) => reader.get(key('v')));
      expect(value?.toString('latin1')).toBe(`<${bytes}>`);
    });

    test('the bytes that were handed in are not changed', async () => {
      const { store, key } = openBed();
      const template = key(`k${blank}`);
      const value = Buffer.from(blank);
      await store.transact((transaction) => {
        transaction.setStampedKey(template, key('k').length, value);
        transaction.setStampedValue(key('v'), value, 0);
      });
      expect(template).toEqual(key(`k${blank}`));
      expect(value.toString()).toBe(blank);
    });

    test('reading what one has stamped oneself is error 1036; what others have stamped is there', async () => {
      const { engine, key, range } = openBed();
      const transaction = engine.begin();
      transaction.setStampedKey(key(`k${blank}`), key('k').length, Buffer.from('row'));
      transaction.setStampedValue(key('v'), Buffer.from(blank), 0);
      expect(await failureOf(() => transaction.get(key('v')))).toBe(1036);
      expect(await failureOf(() => transaction.snapshot.get(key('v')))).toBe(1036);
      expect(await failureOf(() => transaction.getRange(range('u', 'w')))).toBe(1036);
      expect(await failureOf(() => transaction.getRange(range('k', 'l')))).toBe(1036);
      expect(await failureOf(() => transaction.getRange(range('a', 'z')))).toBe(1036);
      expect(await failureOf(() => transaction.getRange(range('l', 'u')))).toBeUndefined();
      expect(await failureOf(() => transaction.get(key('other')))).toBeUndefined();
      expect(await failureOf(() => transaction.commit())).toBe(1036);
      const later = engine.begin();
      expect((await later.getRange(range('k', 'w'))).entries).toEqual([]);
      later.cancel();
    });

    test('what one has stamped and cleared again can be read', async () => {
      const { engine, key, range } = openBed();
      const transaction = engine.begin();
      transaction.setStampedKey(key(`k${blank}`), key('k').length, Buffer.from('row'));
      transaction.setStampedValue(key('v'), Buffer.from(blank), 0);
      transaction.setStampedValue(key('w'), Buffer.from(blank), 0);
      transaction.clearRange(range('k', 'l'));
      transaction.clear(key('v'));
      expect((await transaction.getRange(range('a', 'w'))).entries).toEqual([]);
      expect(await transaction.get(key('v'))).toBeUndefined();
      await transaction.commit();
      const later = engine.begin();
      expect((await later.getRange(range('a', 'z'))).entries.map((entry) => entry.key)).toEqual([key('w')]);
      later.cancel();
    });

    test('a later clear of the range takes what was stamped into it; an earlier one does not', async () => {
      const { store, key, range } = openBed();
      const stampRow = (value: string) =>
        [key(`k${blank}${value}`), key('k').length, Buffer.from(value)] as const;
      await store.transact((transaction) => {
        transaction.setStampedKey(...stampRow('gone'));
        transaction.clearRange(range('k', 'l'));
        transaction.setStampedKey(...stampRow('kept'));
      });
      const page = await store.read((reader) => readAll(reader, range('k', 'l')));
      expect(page.entries.map(({ value }) => value.toString())).toEqual(['kept']);
    });

    test('rows of one transaction are ordered by the order within it', async () => {
      const { store, key, range } = openBed();
      for (let round = 0; round < 3; round++) {
        await store.transact((transaction) => {
          for (let row = 0; row < 3; row++) {
            const order = Buffer.alloc(2);
            order.writeUInt16BE(transaction.nextOrder());
            const template = Buffer.concat([key(`k${blank}`), order]);
            transaction.setStampedKey(template, key('k').length, Buffer.from(`${round}.${row}`));
          }
        });
      }
      const page = await store.read((reader) => readAll(reader, range('k', 'l')));
      expect(page.entries.map(({ value }) => value.toString())).toEqual([
        '0.0',
        '0.1',
        '0.2',
        '1.0',
        '1.1',
        '1.2',
        '2.0',
        '2.1',
        '2.2',
      ]);
    });

    test('the order within a transaction has two bytes', async () => {
      const { engine } = openBed();
      const transaction = engine.begin();
      for (let order = 0; order <= 0xffff; order++) {
        if (transaction.nextOrder() !== order) throw new Error(`order ${order} is out of turn`);
      }
      expect(await failureOf(() => transaction.nextOrder())).toBe(2000);
      transaction.cancel();
    });

    test('a reader knows its position: behind the commits that it sees, before those that it does not', async () => {
      const { engine, store, key } = openBed();
      const write = () => store.transact((transaction) => transaction.set(key('a'), Buffer.from('1')));
      const before = await write();
      const reader = engine.begin();
      const position = await reader.position();
      const after = await write();
      expect(position).toMatch(/^[0-9a-f]{24}$/);
      expect(position > `${before.stamp}fffe`).toBe(true);
      expect(position < `${after.stamp}0000`).toBe(true);
      expect(await reader.position()).toBe(position);
      reader.cancel();
    });

    test('a transaction that writes nothing gets the stamp of the version that it read', async () => {
      const { store, key } = openBed();
      const write = await store.transact((transaction) => transaction.set(key('a'), Buffer.from('1')));
      const read = await store.transact(async (transaction) => {
        await transaction.get(key('a'));
        return await transaction.position();
      });
      expect(read.stamp >= write.stamp).toBe(true);
      expect(read.value.startsWith(read.stamp.slice(0, 16))).toBe(true);
    });
  });
}
