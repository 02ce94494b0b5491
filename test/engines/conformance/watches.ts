// Watches: armed by the commit of their transaction, told once by a later change, rejected when that cannot come.
import { describe, expect, test } from 'vitest';
import { failureOf, type OpenBed } from './bed.ts';

/** Whether a promise is settled within the time that a change of another key needs to be told. */
async function outcome(changed: Promise<void>, settled: Promise<unknown>): Promise<string> {
  return await Promise.race([
    changed.then(
      () => 'changed',
      () => 'rejected',
    ),
    settled.then(() => 'quiet'),
  ]);
}

export function watches(openBed: OpenBed): void {
  describe('watches', () => {
    test.each(['set', 'clear', 'clearRange', 'add'] as const)(
      '%s by a later commit is told',
      async (change) => {
        const { store, key, range, fill } = openBed();
        await fill({ a: '1' });
        const { value: watch } = await store.transact((transaction) => ({
          armed: transaction.watch(key('a')),
        }));
        await store.transact((transaction) => {
          if (change === 'set') transaction.set(key('a'), Buffer.from('2'));
          if (change === 'clear') transaction.clear(key('a'));
          if (change === 'clearRange') transaction.clearRange(range('a', 'b'));
          if (change === 'add') transaction.add(key('a'), Buffer.from([1]));
        });
        await expect(watch.armed.changed).resolves.toBeUndefined();
      },
    );

    test('a key that appears is told', async () => {
      const { store, key, fill } = openBed();
      const { value: watch } = await store.transact((transaction) => ({
        armed: transaction.watch(key('a')),
      }));
      await fill({ a: '' });
      await expect(watch.armed.changed).resolves.toBeUndefined();
    });

    test('a change between the read and the commit of the watching transaction is not missed', async () => {
      const { engine, key, fill } = openBed();
      await fill({ a: '1' });
      const transaction = engine.begin();
      await transaction.snapshot.get(key('a'));
      const watch = transaction.watch(key('a'));
      await fill({ a: '2' });
      await transaction.commit();
      await expect(watch.changed).resolves.toBeUndefined();
    });

    test('to watch is to read: a transaction that writes conflicts with a change since', async () => {
      const { engine, key, fill } = openBed();
      const transaction = engine.begin();
      await transaction.position();
      const watch = transaction.watch(key('a'));
      transaction.set(key('b'), Buffer.from('1'));
      await fill({ a: '1' });
      expect(await failureOf(() => transaction.commit())).toBe(1020);
      await expect(watch.changed).rejects.toThrow();
    });

    test('what one has stamped oneself cannot be watched', async () => {
      const { engine, key } = openBed();
      const transaction = engine.begin();
      transaction.setStampedValue(key('a'), Buffer.alloc(10), 0);
      await expect(transaction.watch(key('a')).changed).rejects.toMatchObject({ code: 1036 });
      await transaction.commit();
    });

    test('the own write before the watch is what it compares with', async () => {
      const { store, key, fill } = openBed();
      await fill({ a: '1' });
      const { value: watch } = await store.transact((transaction) => {
        transaction.set(key('a'), Buffer.from('2'));
        return { armed: transaction.watch(key('a')) };
      });
      const { value: sentinel } = await store.transact((transaction) => ({
        armed: transaction.watch(key('b')),
      }));
      await fill({ b: '1' });
      expect(await outcome(watch.armed.changed, sentinel.armed.changed)).toBe('quiet');
      await fill({ a: '3' });
      await expect(watch.armed.changed).resolves.toBeUndefined();
    });

    test('neighbours and the same value again are not changes', async () => {
      const { store, key, range, fill } = openBed();
      await fill({ a: '1' });
      const { value: watch } = await store.transact((transaction) => ({
        armed: transaction.watch(key('a')),
      }));
      const { value: sentinel } = await store.transact((transaction) => ({
        armed: transaction.watch(key('b')),
      }));
      await fill({ a: '1', 'a\0': '1', A: '1' });
      await store.transact((transaction) => {
        transaction.clearRange(range('a', 'b'));
        transaction.set(key('a'), Buffer.from('1'));
      });
      await fill({ b: '1' });
      expect(await outcome(watch.armed.changed, sentinel.armed.changed)).toBe('quiet');
      watch.armed.cancel();
    });

    test('cancelled, it rejects and a change is not told', async () => {
      const { store, key, fill } = openBed();
      const { value: watch } = await store.transact((transaction) => ({
        armed: transaction.watch(key('a')),
      }));
      watch.armed.cancel();
      await expect(watch.armed.changed).rejects.toThrow();
      await fill({ a: '1' });
      await expect(watch.armed.changed).rejects.toThrow();
    });

    test('a transaction that does not commit rejects its watches', async () => {
      const { engine, key, fill } = openBed();
      const cancelled = engine.begin();
      await cancelled.position();
      const first = cancelled.watch(key('a'));
      cancelled.cancel();
      await expect(first.changed).rejects.toThrow();

      const conflicting = engine.begin();
      await conflicting.get(key('a'));
      const second = conflicting.watch(key('b'));
      second.changed.catch(() => undefined);
      conflicting.set(key('c'), Buffer.from('1'));
      await fill({ a: '1' });
      expect(await failureOf(() => conflicting.commit())).toBe(1020);
      await expect(second.changed).rejects.toThrow();
    });
  });
}
