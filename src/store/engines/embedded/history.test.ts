import { describe, expect, test } from 'vitest';
import { History, makeRevision } from '#store/engines/embedded/history';

function commit(history: History, version: number, values: Record<string, string | undefined>): void {
  const revisions = Object.entries(values).map(([key, value]) =>
    makeRevision(key, Buffer.from(key), value === undefined ? undefined : Buffer.from(value)),
  );
  history.record({ version, revisions, clears: [] }, []);
}

function clear(history: History, version: number, begin: string, end: string): void {
  history.record({ version, revisions: [], clears: [{ begin, end }] }, []);
}

const valueAt = (history: History, key: string, version: number) =>
  history.find(key, version)?.value?.toString();

describe('the history', () => {
  test('keeps every version that an open reader may see', () => {
    const history = new History({ keepsNewest: false });
    commit(history, 1, { a: 'one' });
    commit(history, 2, { a: 'two', b: 'two' });
    clear(history, 3, 'a', 'b');
    expect([0, 1, 2].map((version) => valueAt(history, 'a', version))).toEqual([undefined, 'one', 'two']);
    expect(history.find('a', 0)).toBeUndefined();
    expect(history.find('a', 3)).toMatchObject({ value: undefined, version: 3 });
    expect(history.wasCleared('aa', 2, 3)).toBe(true);
    expect(history.wasCleared('aa', 3, 3)).toBe(false);
    expect(history.wasCleared('b', 0, 3)).toBe(false);
  });

  test('over a backing forgets what the backing has', () => {
    const history = new History({ keepsNewest: false });
    commit(history, 1, { a: 'one', b: 'one' });
    commit(history, 2, { a: 'two' });
    commit(history, 3, { c: 'three' });
    history.prune(2);
    expect(history.find('a', 9)).toBeUndefined();
    expect(history.find('b', 9)).toBeUndefined();
    expect(valueAt(history, 'c', 9)).toBe('three');
    history.prune(3);
    expect(history.find('c', 9)).toBeUndefined();
  });

  test('forgets an old version under a newer one that is still needed', () => {
    for (const keepsNewest of [true, false]) {
      const history = new History({ keepsNewest });
      commit(history, 1, { a: 'one' });
      commit(history, 2, { a: 'two' });
      commit(history, 3, { a: 'three' });
      history.prune(2);
      expect(valueAt(history, 'a', 3)).toBe('three');
      expect(valueAt(history, 'a', 1)).toBeUndefined();
      // At version 2 the backing answers, if there is one.
      expect(valueAt(history, 'a', 2)).toBe(keepsNewest ? 'two' : undefined);
    }
  });

  test('without a backing keeps the newest values and no others', () => {
    const history = new History({ keepsNewest: true });
    commit(history, 1, { a: 'one', b: 'one', c: 'one' });
    commit(history, 2, { a: 'two', b: undefined });
    clear(history, 3, 'c', 'd');
    history.prune(3);
    expect(valueAt(history, 'a', 3)).toBe('two');
    expect(valueAt(history, 'a', 1)).toBeUndefined();
    expect(history.find('b', 3)).toBeUndefined();
    expect(history.find('c', 3)).toBeUndefined();
  });

  test('finds writes since a version by key and by range', () => {
    const history = new History({ keepsNewest: false });
    commit(history, 1, { b: 'one' });
    clear(history, 2, 'd', 'f');
    history.record({ version: 3, revisions: [], clears: [] }, [{ begin: 'h', end: 'j' }]);
    expect(['a', 'b', 'e', 'i'].map((key) => history.keyChangedSince(key, 0))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(['b', 'e', 'i'].map((key) => history.keyChangedSince(key, 3))).toEqual([false, false, false]);
    expect(history.rangeChangedSince('a', 'c', 0)).toBe(true);
    expect(history.rangeChangedSince('a', 'c', 1)).toBe(false);
    expect(history.rangeChangedSince('e', 'z', 2)).toBe(true);
    expect(history.rangeChangedSince('f', 'h', 0)).toBe(false);
  });
});
