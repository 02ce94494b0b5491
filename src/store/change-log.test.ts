import { expect, test } from 'vitest';
import { Database } from '#store/database';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { firstPosition } from '#store/versionstamp';

const openLog = async () => Database.open(makeStore(openMemoryEngine()), 'log', {});
const subjectsOf = (changes: readonly { subjects: readonly string[] }[]) =>
  changes.flatMap(({ subjects }) => subjects);

test('a transaction may move more streams than one row can name', async () => {
  const database = await openLog();
  const subjects = Array.from({ length: 20_000 }, (_, index) => `user ${index}`);
  const { position } = await database.write(({ changed }) => {
    for (const subject of subjects) changed.add(subject);
  });
  const { changes, through } = await database.readChanges(firstPosition);
  expect(subjectsOf(changes)).toEqual(subjects);
  expect(changes.every(({ at }) => at <= position)).toBe(true);
  expect((await database.readChanges(through)).changes).toEqual([]);
});

test('a page of the log ends with a transaction, never within one', async () => {
  const database = await openLog();
  for (let index = 0; index < 499; index++) {
    await database.write(({ changed }) => void changed.add(`room ${index}`));
  }
  const many = Array.from({ length: 20_000 }, (_, index) => `user ${index}`);
  const { position } = await database.write(({ changed }) => {
    for (const subject of many) changed.add(subject);
  });
  await database.write(({ changed }) => void changed.add('the last'));
  const { changes, through } = await database.readChanges(firstPosition);
  expect(through <= position).toBe(true);
  expect(subjectsOf(changes)).toHaveLength(499 + many.length);
  expect(subjectsOf((await database.readChanges(through)).changes)).toEqual(['the last']);
});
