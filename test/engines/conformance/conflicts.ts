// Strict serializability: what a transaction has read must not have been written by others when it commits.
import { describe, expect, test } from 'vitest';
import type { EngineTransaction } from '#store/contract';
import { type Bed, expectConflict, expectNoConflict, type OpenBed, text } from './bed.ts';

/** Two transactions that have both taken their version. */
async function twoReaders({ engine }: Bed): Promise<[EngineTransaction, EngineTransaction]> {
  const pair: [EngineTransaction, EngineTransaction] = [engine.begin(), engine.begin()];
  for (const transaction of pair) await transaction.position();
  return pair;
}

export function conflicts(openBed: OpenBed): void {
  describe('conflicts', () => {
    test('a key that was read and then written by another', async () => {
      const bed = openBed();
      const [one, other] = await twoReaders(bed);
      await one.get(bed.key('a'));
      await other.get(bed.key('a'));
      one.set(bed.key('a'), Buffer.from('1'));
      other.set(bed.key('b'), Buffer.from('1'));
      await expectConflict(one, other);
      expect(await bed.valueAt('b')).toBeUndefined();
    });

    test('a key that was read and then cleared by another, alone or within a range', async () => {
      const bed = openBed();
      for (const clear of ['point', 'range'] as const) {
        await bed.fill({ b: '1' });
        const [one, other] = await twoReaders(bed);
        await other.get(bed.key('b'));
        if (clear === 'point') one.clear(bed.key('b'));
        else one.clearRange(bed.range('a', 'c'));
        other.set(bed.key('z'), Buffer.from(clear));
        await expectConflict(one, other);
      }
    });

    test('a range that was read and into which another has written, cleared or stamped', async () => {
      const bed = openBed();
      const writes: ((transaction: EngineTransaction) => void)[] = [
        (transaction) => transaction.set(bed.key('b'), Buffer.from('1')),
        (transaction) => transaction.clearRange(bed.range('b', 'c')),
        (transaction) => transaction.add(bed.key('b'), Buffer.from([1])),
        (transaction) =>
          transaction.setStampedKey(bed.key(`b${'_'.repeat(10)}`), bed.key('b').length, Buffer.from('1')),
      ];
      for (const write of writes) {
        const [one, other] = await twoReaders(bed);
        await other.getRange(bed.range('a', 'd'));
        write(one);
        other.set(bed.key('z'), Buffer.from('1'));
        await expectConflict(one, other);
      }
    });

    test('no conflict: writing blindly, other keys, or what a limited page did not reach', async () => {
      const bed = openBed();
      await bed.fill({ a: '1', b: '1', c: '1', d: '1' });
      const [blindOne, blindOther] = await twoReaders(bed);
      blindOne.set(bed.key('a'), Buffer.from('2'));
      blindOther.set(bed.key('a'), Buffer.from('3'));
      await expectNoConflict(blindOne, blindOther);
      expect(await bed.valueAt('a')).toBe('3');

      const [one, other] = await twoReaders(bed);
      await other.get(bed.key('a'));
      await other.getRange(bed.range('a', 'z'), { limit: 2 });
      one.set(bed.key('c'), Buffer.from('2'));
      other.set(bed.key('x'), Buffer.from('2'));
      await expectNoConflict(one, other);

      const [third, reversed] = await twoReaders(bed);
      await reversed.getRange(bed.range('a', 'e'), { limit: 2, reverse: true });
      third.set(bed.key('b'), Buffer.from('3'));
      reversed.set(bed.key('y'), Buffer.from('3'));
      await expectNoConflict(third, reversed);
    });

    test('the last entry of a limited page and what lies before it do conflict', async () => {
      const bed = openBed();
      await bed.fill({ a: '1', c: '1', e: '1' });
      for (const name of ['c', 'b']) {
        const [one, other] = await twoReaders(bed);
        await other.getRange(bed.range('a', 'z'), { limit: 2 });
        one.set(bed.key(name), Buffer.from('2'));
        other.set(bed.key('x'), Buffer.from('2'));
        await expectConflict(one, other);
      }
    });

    test('a value that was only stored again, the same, is a write too', async () => {
      const bed = openBed();
      await bed.fill({ a: '1' });
      const [one, other] = await twoReaders(bed);
      await other.get(bed.key('a'));
      one.set(bed.key('a'), Buffer.from('1'));
      other.set(bed.key('b'), Buffer.from('1'));
      await expectConflict(one, other);
    });

    test('snapshot reads are not checked', async () => {
      const bed = openBed();
      await bed.fill({ a: '1' });
      const [one, other] = await twoReaders(bed);
      expect(text(await other.snapshot.get(bed.key('a')))).toBe('1');
      await other.snapshot.getRange(bed.range('a', 'z'));
      one.set(bed.key('a'), Buffer.from('2'));
      other.set(bed.key('b'), Buffer.from('2'));
      await expectNoConflict(one, other);
    });

    test('conflict ranges count as reads and as writes', async () => {
      const bed = openBed();
      const [one, other] = await twoReaders(bed);
      other.addReadConflict(bed.range('a', 'c'));
      one.set(bed.key('b'), Buffer.from('1'));
      other.set(bed.key('z'), Buffer.from('1'));
      await expectConflict(one, other);

      const [toucher, reader] = await twoReaders(bed);
      await reader.get(bed.key('b'));
      toucher.addWriteConflict(bed.range('a', 'c'));
      reader.set(bed.key('z'), Buffer.from('2'));
      await expectConflict(toucher, reader);
    });

    test('a transaction that only reads never conflicts', async () => {
      const bed = openBed();
      const [one, other] = await twoReaders(bed);
      await other.get(bed.key('a'));
      one.set(bed.key('a'), Buffer.from('1'));
      await expectNoConflict(one, other);
    });

    test('a conflict is found however late, and after others have come and gone', async () => {
      const bed = openBed();
      const late = bed.engine.begin();
      await late.get(bed.key('a'));
      await bed.fill({ a: '1' });
      for (let index = 0; index < 20; index++) await bed.fill({ [`other${index}`]: '1' });
      late.set(bed.key('b'), Buffer.from('1'));
      await expect(late.commit()).rejects.toMatchObject({ code: 1020 });
    });

    test('concurrent increments by reading and writing lose none', async () => {
      const bed = openBed();
      const increment = () =>
        bed.store.transact(async (transaction) => {
          const count = Number(text(await transaction.get(bed.key('count'))) ?? 0);
          transaction.set(bed.key('count'), Buffer.from(String(count + 1)));
        });
      await Promise.all(Array.from({ length: 24 }, increment));
      expect(await bed.valueAt('count')).toBe('24');
    });

    test('two who look at each other before they write do not both write (no write skew)', async () => {
      const bed = openBed();
      await bed.fill({ alice: 'on call', bob: 'on call' });
      const leave = (me: string, other: string) =>
        bed.store.transact(async (transaction) => {
          if (text(await transaction.get(bed.key(other))) !== 'on call') return false;
          transaction.set(bed.key(me), Buffer.from('off'));
          return true;
        });
      const left = await Promise.all([leave('alice', 'bob'), leave('bob', 'alice')]);
      expect(left.filter(({ value }) => value).length).toBe(1);
    });

    test('ranges that are empty are neither read nor written', async () => {
      const bed = openBed();
      const [one, other] = await twoReaders(bed);
      other.addReadConflict(bed.range('b', 'b'));
      other.clearRange(bed.range('b', 'b'));
      other.addWriteConflict(bed.range('c', 'c'));
      one.set(bed.key('b'), Buffer.from('1'));
      await one.commit();
      await other.commit();
      expect(await bed.valueAt('b')).toBe('1');
    });
  });
}
