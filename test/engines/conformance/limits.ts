// FoundationDB's limits and refusals, in every engine. Source: FoundationDB, "Known limitations" and "Error codes".
import { describe, expect, test } from 'vitest';
import { keyBytesMax, valueBytesMax } from '#support/limits';
import { failureOf, type OpenBed } from './bed.ts';

export function limits(openBed: OpenBed): void {
  describe('limits', () => {
    test('the longest key and value are stored; longer ones are refused', async () => {
      const { store, key } = openBed();
      const longest = Buffer.concat([key('k'), Buffer.alloc(keyBytesMax - key('k').length, 'k')]);
      const largest = Buffer.alloc(valueBytesMax, 'v');
      await store.transact((transaction) => transaction.set(longest, largest));
      expect(await store.read((reader) => reader.get(longest))).toEqual(largest);
      const longer = Buffer.concat([longest, Buffer.from('k')]);
      const larger = Buffer.concat([largest, Buffer.from('v')]);
      const write = (k: Buffer, v: Buffer) => store.transact((transaction) => transaction.set(k, v));
      expect(await failureOf(() => write(longer, largest))).toBe(2102);
      expect(await failureOf(() => write(longest, larger))).toBe(2103);
    });

    test('a transaction over ten megabytes is refused whole', async () => {
      const { store, key, everything } = openBed();
      const attempt = store.transact((transaction) => {
        for (let index = 0; index < 105; index++) transaction.set(key(String(index)), Buffer.alloc(99_000));
      });
      expect(await failureOf(() => attempt)).toBe(2101);
      expect((await store.read((reader) => reader.getRange(everything))).entries).toEqual([]);
    });

    test('reserved keys and inverted ranges are refused', async () => {
      const { store, range } = openBed();
      const reserved = Buffer.from([0xff, 0x01]);
      expect(await failureOf(() => store.transact((one) => one.set(reserved, Buffer.from('1'))))).toBe(2004);
      expect(await failureOf(() => store.transact((one) => one.clear(reserved)))).toBe(2004);
      expect(await failureOf(() => store.read((reader) => reader.get(reserved)))).toBe(2004);
      const beyond = { begin: Buffer.from('a'), end: reserved };
      expect(await failureOf(() => store.read((reader) => reader.getRange(beyond)))).toBe(2004);
      expect(await failureOf(() => store.transact((one) => one.clearRange(beyond)))).toBe(2004);
      expect(await failureOf(() => store.read((reader) => reader.getRange(range('b', 'a'))))).toBe(2005);
      expect(await failureOf(() => store.transact((one) => one.clearRange(range('b', 'a'))))).toBe(2005);
    });

    test('a stamp must fit where it is put', async () => {
      const { store, key } = openBed();
      const short = Buffer.alloc(9);
      expect(await failureOf(() => store.transact((one) => one.setStampedValue(key('a'), short, 0)))).toBe(
        2000,
      );
      const inKey = () => store.transact((one) => one.setStampedKey(key('a'), key('a').length - 9, short));
      expect(await failureOf(inKey)).toBe(2000);
    });

    test('a transaction is not used after its body has ended', async () => {
      const { store, key } = openBed();
      const { value: kept } = await store.transact((transaction) => {
        transaction.set(key('a'), Buffer.from('1'));
        return { transaction };
      });
      expect(await failureOf(() => kept.transaction.get(key('a')))).toBe(2017);
      expect(await failureOf(() => kept.transaction.set(key('a'), Buffer.from('2')))).toBe(2017);
    });
  });
}
