// Pages read one after another while others store and remove: what is there throughout is seen exactly once.
import { describe, expect, test } from 'vitest';
import type { Cursor, Place } from '#databases/social/record-access';
import type { RecordEngine } from '#databases/social/record-engine';
import { type LikeRecord, likes } from '#databases/social/records/likes';
import { type TaskRecord, tasks } from '#databases/social/records/tasks';
import type { OpenBed, SuiteSize } from '../bed.ts';
import { aLike, aUri } from '../some-records.ts';

const object = 'https://paged.example/';
const pageRecords = 3;

export function pagingTests(open: OpenBed, { records: count }: SuiteSize): void {
  describe('pages while others store and remove show each that was there throughout exactly once', () => {
    test.each([
      { of: 'a listing', reverse: false, pages: listing },
      { of: 'a listing, newest first', reverse: true, pages: listing },
      { of: 'a range by time', reverse: false, pages: byTime },
      { of: 'a range by time, newest first', reverse: true, pages: byTime },
      { of: 'a whole type', reverse: false, pages: scanned },
    ])('of $of', async ({ reverse, pages }) => {
      const { engine, other } = open();
      const stays = (index: number) => index % 3 !== 0;
      const all = Array.from({ length: count }, (_, index) => aLike(object, index));
      for (const like of all) await engine.write(({ records }) => records.put(likes, like));
      const seen: LikeRecord[] = [];
      let round = 0;
      for await (const page of pages(engine, reverse)) {
        seen.push(...page.filter((like) => like.object === object));
        // One goes, one comes, and one that stays changes.
        const gone = all.find((_like, index) => !stays(index) && index / 3 === round);
        const changed = all[round * 3 + 1];
        await other.write(async ({ records }) => {
          if (gone) await records.remove(likes, gone);
          await records.put(
            likes,
            aLike(object, count + round, { createdAt: 1_700_000_000_000 + round * 2 }),
          );
          if (changed) await records.put(likes, { ...changed, content: 'changed' });
        });
        round++;
        // What comes may be seen, too, as long as there is an end.
        expect(round).toBeLessThanOrEqual(2 * count);
        if (round > count) break;
      }
      const actors = seen.map(({ actor }) => actor);
      for (const [index, { actor }] of all.entries()) {
        if (stays(index)) expect(actors.filter((found) => found === actor)).toHaveLength(1);
      }
      expect(new Set(actors).size).toBe(actors.length);
      await removeAll(engine);
    });

    test('of a queue whose entries are taken from its front', async () => {
      const { engine, other } = open();
      const task = (index: number): TaskRecord => ({
        dueAt: 1_000 + Math.floor(index / 2),
        id: `paged ${index}`,
        kind: 'test',
        data: { index },
        attempts: 0,
        createdAt: 1,
      });
      for (let index = 0; index < count; index++) {
        await engine.write(({ records }) => records.insert(tasks, task(index)));
      }
      const done: string[] = [];
      for (;;) {
        const bounds = { through: 1_000 + count, limit: 3 };
        const due = await engine.read((records) => records.listByKey(tasks, {}, bounds));
        if (due.length === 0) break;
        for (const { record } of due) {
          done.push(record.id);
          await other.write(({ records }) => records.remove(tasks, record));
        }
      }
      expect(done.toSorted()).toEqual(
        Array.from({ length: count }, (_, index) => `paged ${index}`).toSorted(),
      );
    });
  });
}

async function* listing(engine: RecordEngine, reverse: boolean): AsyncGenerator<LikeRecord[]> {
  for (let last: Place | undefined; ; ) {
    const behind = last === undefined ? {} : reverse ? { before: last } : { after: last };
    const found = await engine.read((records) =>
      records.list(likes, 'byObject', { object: aUri(object) }, { limit: pageRecords, reverse, ...behind }),
    );
    if (found.length === 0) return;
    yield found.map(({ record }) => record);
    last = found.at(-1)?.place;
  }
}

async function* byTime(engine: RecordEngine, reverse: boolean): AsyncGenerator<LikeRecord[]> {
  const from = aLike(object).createdAt;
  for (let cursor: Cursor | undefined; ; ) {
    const range = { from, limit: pageRecords, reverse, cursor };
    const { items, next } = await engine.read((records) => records.listCreated(likes, range));
    yield [...items];
    cursor = next;
    if (cursor === undefined) return;
  }
}

async function* scanned(engine: RecordEngine): AsyncGenerator<LikeRecord[]> {
  for (let cursor: Cursor | undefined; ; ) {
    const { items, next } = await engine.read((records) =>
      records.scan(likes, { limit: pageRecords, cursor }),
    );
    yield [...items];
    cursor = next;
    if (cursor === undefined) return;
  }
}

async function removeAll(engine: RecordEngine): Promise<void> {
  const found = await engine.read((records) =>
    records.list(likes, 'byObject', { object: aUri(object) }, { limit: 1_000 }),
  );
  await engine.write(async ({ records }) => {
    for (const { record } of found) await records.remove(likes, record);
  });
}
