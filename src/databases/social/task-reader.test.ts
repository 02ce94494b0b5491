import { describe, expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import type { TaskRecord } from '#databases/social/records/tasks';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';

function task(dueAt: number, id: string, more: Partial<TaskRecord> = {}): TaskRecord {
  return { dueAt, id, kind: 'test', data: { id }, attempts: 0, createdAt: 1, ...more };
}

async function withDatabase(test: (database: SocialDatabase) => Promise<void>): Promise<void> {
  await using store = makeStore(openMemoryEngine());
  await test(openSocialDatabase(await openStoreEngine(store)));
}

const idsDue = (database: SocialDatabase, now: number, limit = 9) =>
  database.read(async ({ tasks }) => (await tasks.due(now, limit)).map(({ id }) => id));

describe('tasks', () => {
  it('come due by their time, the longest due first, as many as are asked for', () =>
    withDatabase(async (database) => {
      for (const [dueAt, id] of [
        [30, 'c'],
        [9, 'a'],
        [10, 'b'],
        [0, 'at once'],
      ] as const) {
        await database.write(({ tasks }) => tasks.add(task(dueAt, id)));
      }
      expect(await idsDue(database, 8)).toEqual(['at once']);
      expect(await idsDue(database, 10)).toEqual(['at once', 'a', 'b']);
      expect(await idsDue(database, 10, 2)).toEqual(['at once', 'a']);
      await database.read(async ({ tasks }) => {
        expect(await tasks.nextAt(10)).toBe(30);
        expect(await tasks.nextAt(29)).toBe(30);
        expect(await tasks.nextAt(30)).toBeUndefined();
      });
    }));

  it('end, are put off, or are tried again at the same time', () =>
    withDatabase(async (database) => {
      const first = task(5, 'a');
      await database.write(({ tasks }) => tasks.add(first));
      const again = { ...first, attempts: 1 };
      await database.write(({ tasks }) => tasks.finish(first, again));
      expect(await database.read(({ tasks }) => tasks.get(first))).toEqual(again);
      const later = { ...again, dueAt: 50, attempts: 2 };
      await database.write(({ tasks }) => tasks.finish(again, later));
      expect(await idsDue(database, 49)).toEqual([]);
      expect(await idsDue(database, 50)).toEqual(['a']);
      await database.write(({ tasks }) => tasks.finish(later));
      expect(await idsDue(database, 99)).toEqual([]);
      expect(await database.read(({ tasks }) => tasks.nextAt(0))).toBeUndefined();
    }));

  it('wake whoever waits for work', () =>
    withDatabase(async (database) => {
      const mark = await database.mark();
      const woken = database.untilQueued(mark, AbortSignal.timeout(30_000));
      await database.write(({ tasks }) => tasks.add(task(5, 'a')));
      await woken;
      expect(await idsDue(database, 5)).toEqual(['a']);
    }));
});
