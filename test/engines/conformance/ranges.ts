// Points and ranges: byte order, bounds, limits, directions, pages; reads at one version.
import { describe, expect, test } from 'vitest';
import { type OpenBed, readAll, text } from './bed.ts';

export function ranges(openBed: OpenBed): void {
  describe('ranges', () => {
    test('a key has no value until it is set, and none after it is cleared', async () => {
      const { store, key, valueAt, fill } = openBed();
      expect(await valueAt('a')).toBeUndefined();
      await fill({ a: 'one' });
      expect(await valueAt('a')).toBe('one');
      await fill({ a: '' });
      expect(await valueAt('a')).toBe('');
      await store.transact((transaction) => transaction.clear(key('a')));
      expect(await valueAt('a')).toBeUndefined();
    });

    test('keys are ordered by unsigned bytes, and a prefix comes before what extends it', async () => {
      const { store, everything, show, fill } = openBed();
      await fill({ '\xfe': '4', b: '3', a: '0', 'a\0': '1', aa: '2', '\x80': '5' });
      const page = await store.read((reader) => readAll(reader, everything));
      expect(show(page)).toEqual(['a=0', 'a\0=1', 'aa=2', 'b=3', '\x80=5', '\xfe=4']);
    });

    test('a range includes its begin and leaves out its end', async () => {
      const { store, range, show, fill } = openBed();
      await fill({ a: '1', b: '2', c: '3' });
      expect(show(await store.read((reader) => readAll(reader, range('a', 'c'))))).toEqual(['a=1', 'b=2']);
      expect(show(await store.read((reader) => readAll(reader, range('a\0', 'c\0'))))).toEqual([
        'b=2',
        'c=3',
      ]);
      expect(show(await store.read((reader) => readAll(reader, range('b', 'b'))))).toEqual([]);
    });

    test('limit and reverse choose the end from which a page is filled', async () => {
      const { store, range, show, fill } = openBed();
      await fill({ a: '1', b: '2', c: '3', d: '4' });
      await store.read(async (reader) => {
        const first = await reader.getRange(range('a', 'd'), { limit: 2 });
        expect(show(first)).toEqual(['a=1', 'b=2']);
        expect(first.more).toBe(true);
        const last = await reader.getRange(range('a', 'd'), { limit: 2, reverse: true });
        expect(show(last)).toEqual(['c=3', 'b=2']);
        expect(last.more).toBe(true);
        const all = await reader.getRange(range('a', 'd'), { limit: 9 });
        expect(show(all)).toEqual(['a=1', 'b=2', 'c=3']);
        expect(all.more).toBe(false);
      });
    });

    test.each([false, true])(
      'pages come one after the other without a gap (reverse: %s)',
      async (reverse) => {
        const { store, key, everything } = openBed();
        const names = Array.from({ length: 2_500 }, (_, index) => String(index).padStart(5, '0'));
        await store.transact((transaction) => {
          for (const name of names) transaction.set(key(name), Buffer.alloc(100, name));
        });
        const page = await store.read((reader) => readAll(reader, everything, reverse));
        const found = page.entries.map((entry) => entry.key.toString('latin1').slice(-5));
        expect(found).toEqual(reverse ? names.toReversed() : names);
        const limited = await store.read((reader) => reader.getRange(everything, { limit: 2_000, reverse }));
        expect(limited.entries.length).toBe(2_000);
        expect(limited.entries[1_999]!.key).toEqual(page.entries[1_999]!.key);
      },
    );

    test('a page of large values is whole', async () => {
      const { store, key, everything } = openBed();
      for (let half = 0; half < 2; half++) {
        await store.transact((transaction) => {
          for (let index = 0; index < 30; index++) {
            transaction.set(key(`${half}${String(index).padStart(2, '0')}`), Buffer.alloc(99_000, index));
          }
        });
      }
      const page = await store.read((reader) => reader.getRange(everything, { limit: 60 }));
      expect(page.entries.map((entry) => entry.value[0])).toEqual([...Array(30).keys(), ...Array(30).keys()]);
      expect((await store.read((reader) => readAll(reader, everything))).entries.length).toBe(60);
    });

    test('a cleared range is gone, its neighbours stay', async () => {
      const { store, range, everything, show, fill } = openBed();
      await fill({ a: '1', b: '2', c: '3', d: '4' });
      await store.transact((transaction) => transaction.clearRange(range('b', 'd')));
      expect(show(await store.read((reader) => readAll(reader, everything)))).toEqual(['a=1', 'd=4']);
      await fill({ c: 'again' });
      expect(show(await store.read((reader) => readAll(reader, everything)))).toEqual([
        'a=1',
        'c=again',
        'd=4',
      ]);
    });

    test('all reads of a transaction see one version, whatever is committed meanwhile', async () => {
      const { engine, key, range, everything, show, fill } = openBed();
      await fill({ a: 'old', b: 'old', c: 'old' });
      const reader = engine.begin();
      expect(text(await reader.get(key('a')))).toBe('old');
      const writer = engine.begin();
      writer.set(key('a'), Buffer.from('new'));
      writer.clearRange(range('b', 'd'));
      writer.set(key('b0'), Buffer.from('new'));
      await writer.commit();
      expect(show(await readAll(reader, everything))).toEqual(['a=old', 'b=old', 'c=old']);
      expect(show(await readAll(reader, everything, true))).toEqual(['c=old', 'b=old', 'a=old']);
      expect(text(await reader.get(key('b')))).toBe('old');
      expect(await reader.get(key('b0'))).toBeUndefined();
      expect(await reader.commit()).toMatch(/^[0-9a-f]{20}$/);
      const later = engine.begin();
      expect(show(await readAll(later, everything))).toEqual(['a=new', 'b0=new']);
      later.cancel();
    });

    test('a range read through clears and writes of others fills its limit', async () => {
      const { store, key, range, everything, show } = openBed();
      const name = (index: number) => `k${String(index).padStart(3, '0')}`;
      await store.transact((transaction) => {
        for (let index = 0; index < 300; index++)
          transaction.set(key(name(index)), Buffer.from(String(index)));
      });
      const expected = ['k000=0', 'k250=250', 'k251=new', 'k252=252'];
      const writes = store.transact((transaction) => {
        transaction.clearRange(range('k001', 'k250'));
        transaction.set(key('k251'), Buffer.from('new'));
      });
      await writes;
      expect(show(await store.read((reader) => reader.getRange(everything, { limit: 4 })))).toEqual(expected);
      const reversed = await store.read((reader) =>
        reader.getRange(range('k000', 'k253'), { limit: 4, reverse: true }),
      );
      expect(show(reversed)).toEqual(expected.toReversed());
    });
  });
}
