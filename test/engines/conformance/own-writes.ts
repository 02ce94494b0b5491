// A transaction sees what it has written itself, in points, ranges and pages, and nobody else does before it commits.
import { describe, expect, test } from 'vitest';
import { failureOf, type OpenBed, readAll, text } from './bed.ts';

export function ownWrites(openBed: OpenBed): void {
  describe('own writes', () => {
    test('are read back, and lost when the transaction is cancelled', async () => {
      const { engine, key, valueAt, fill } = openBed();
      await fill({ a: 'old', b: 'old' });
      const transaction = engine.begin();
      transaction.set(key('a'), Buffer.from('new'));
      transaction.clear(key('b'));
      transaction.set(key('c'), Buffer.from('new'));
      expect(text(await transaction.get(key('a')))).toBe('new');
      expect(await transaction.get(key('b'))).toBeUndefined();
      expect(text(await transaction.get(key('c')))).toBe('new');
      expect(await valueAt('a')).toBe('old');
      transaction.cancel();
      expect(await valueAt('a')).toBe('old');
      expect(await valueAt('b')).toBe('old');
      expect(await valueAt('c')).toBeUndefined();
      expect(await failureOf(() => transaction.commit())).toBe(1025);
    });

    test('lie over stored ones in ranges of both directions, with limits', async () => {
      const { engine, key, range, everything, show, fill } = openBed();
      await fill({ b: '1', d: '1', f: '1', h: '1', j: '1' });
      const transaction = engine.begin();
      transaction.set(key('a'), Buffer.from('2'));
      transaction.set(key('d'), Buffer.from('2'));
      transaction.clear(key('f'));
      transaction.set(key('k'), Buffer.from('2'));
      const expected = ['a=2', 'b=1', 'd=2', 'h=1', 'j=1', 'k=2'];
      expect(show(await readAll(transaction, everything))).toEqual(expected);
      expect(show(await readAll(transaction, everything, true))).toEqual(expected.toReversed());
      expect(show(await readAll(transaction.snapshot, everything))).toEqual(expected);
      for (let limit = 1; limit <= 5; limit++) {
        const page = await transaction.getRange(everything, { limit });
        expect(show(page)).toEqual(expected.slice(0, limit));
        expect(page.more).toBe(true);
        const reversed = await transaction.getRange(everything, { limit, reverse: true });
        expect(show(reversed)).toEqual(expected.toReversed().slice(0, limit));
      }
      expect(show(await transaction.getRange(range('c', 'g'), { limit: 3 }))).toEqual(['d=2']);
      transaction.cancel();
    });

    test('are cleared by a later clear of their range, and stay when they come after it', async () => {
      const { engine, key, range, everything, show, fill } = openBed();
      await fill({ a: '1', b: '1', c: '1', d: '1' });
      const transaction = engine.begin();
      transaction.set(key('b'), Buffer.from('before'));
      transaction.set(key('b1'), Buffer.from('before'));
      transaction.clearRange(range('b', 'd'));
      transaction.set(key('c'), Buffer.from('after'));
      transaction.clearRange(range('a', 'b'));
      const expected = ['c=after', 'd=1'];
      expect(show(await readAll(transaction, everything))).toEqual(expected);
      expect(show(await readAll(transaction, everything, true))).toEqual(expected.toReversed());
      expect(show(await transaction.getRange(everything, { limit: 1 }))).toEqual(['c=after']);
      expect(await transaction.get(key('b1'))).toBeUndefined();
      await transaction.commit();
      const later = engine.begin();
      expect(show(await readAll(later, everything))).toEqual(expected);
      later.cancel();
    });

    test('a range that is read empty by an own clear costs no missing entries behind it', async () => {
      const { engine, key, range, show, everything, fill } = openBed();
      await fill({ a1: '1', a2: '2', a3: '3', b: '4', c1: '5', c2: '6' });
      const transaction = engine.begin();
      transaction.clearRange(range('a', 'b'));
      transaction.clearRange(range('c', 'd'));
      expect(show(await transaction.getRange(everything, { limit: 1 }))).toEqual(['b=4']);
      expect(show(await transaction.getRange(everything, { limit: 1, reverse: true }))).toEqual(['b=4']);
      transaction.set(key('a2'), Buffer.from('x'));
      expect(show(await transaction.getRange(everything, { limit: 2 }))).toEqual(['a2=x', 'b=4']);
      transaction.cancel();
    });

    test('a body that throws writes nothing', async () => {
      const { store, key, valueAt } = openBed();
      const refusal = new Error('the body refuses');
      const attempt = store.transact((transaction) => {
        transaction.set(key('a'), Buffer.from('1'));
        throw refusal;
      });
      await expect(attempt).rejects.toBe(refusal);
      expect(await valueAt('a')).toBeUndefined();
    });
  });
}
