// What becomes of a file of SQLite when its disk is full, when it may not be written, or when it is none.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { openSqlEngine } from '#databases/social/engines/sql/open-sql-engine';
import { openSqliteDatabase } from '#databases/social/engines/sqlite/open-sqlite-database';
import { properties } from '#databases/social/records/properties';
import { systemClock } from '#support/clock';
import { systemRandom } from '#support/random';
import { temporarySqliteFile } from '#test/fixtures/sqlite-file';

const parts = { clock: systemClock, random: systemRandom };
const property = (name: string, bytes = 10) => ({
  account: 'alice',
  name,
  value: 'x'.repeat(bytes),
  createdAt: 1,
});

async function openEngine(file: string) {
  const database = openSqliteDatabase(file, systemClock);
  const engine = await openSqlEngine(database, parts);
  const set = (pragma: string) => database.write((connection) => connection.run(`pragma ${pragma}`, []));
  const names = () =>
    engine.read(async (records) =>
      (await records.listByKey(properties, { account: 'alice' }, { limit: 100 })).map(
        ({ record }) => record.name,
      ),
    );
  const put = (name: string, bytes?: number) =>
    engine.write(({ records }) => records.put(properties, property(name, bytes)));
  return { engine, set, names, put };
}

it('goes on when a disk that was full has space again', async () => {
  await using temporary = await temporarySqliteFile();
  const { engine, set, names, put } = await openEngine(temporary.file);
  await using _ = engine;
  await put('before');
  const [pages] = await set('page_count');
  await set(`max_page_count = ${Number(pages?.[0]) + 20}`);
  // Those of one group share its end: what undoes the transaction undoes all that was not committed.
  const outcomes = await Promise.allSettled([
    put('small'),
    put('large', 90_000),
    put('other', 90_000),
    put('last'),
  ]);
  const told = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(told.length).toBeGreaterThan(0);
  for (const reason of told) {
    expect(reason).toMatchObject({
      kind: 'unavailable',
      message: `The social records in sqlite:${temporary.file} cannot be had: its disk is full.`,
    });
  }
  const acknowledged = ['small', 'large', 'other', 'last'].filter(
    (_, at) => outcomes[at]?.status === 'fulfilled',
  );
  expect(await names()).toEqual(['before', ...acknowledged].sort());
  await set('max_page_count = 1000000');
  await put('after', 90_000);
  expect(await names()).toEqual(['before', ...acknowledged, 'after'].sort());
});

it('says that it may not be written, and is read all the same', async () => {
  await using temporary = await temporarySqliteFile();
  const { engine, set, names, put } = await openEngine(temporary.file);
  await using _ = engine;
  await put('before');
  await set('query_only = on');
  await expect(put('meanwhile')).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/it is read-only\.$/),
  });
  expect(await names()).toEqual(['before']);
});

it('refuses in a sentence what is no file of SQLite', async () => {
  await using temporary = await temporarySqliteFile();
  const { file } = temporary;
  const openAt = (at: string) => openSqlEngine(openSqliteDatabase(at, systemClock), parts);
  await writeFile(file, 'not a database at all, but long enough to be looked at. '.repeat(20));
  await expect(openAt(file)).rejects.toThrow(`sqlite:${file} cannot be had: it is no database of SQLite.`);
  await mkdir(`${file}.d`);
  await expect(openAt(`${file}.d`)).rejects.toThrow('it cannot be opened.');
  await expect(openAt(`${dirname(file)}/nowhere/social.db`)).rejects.toThrow('it cannot be opened.');
});

it('flushes every commit', async () => {
  await using temporary = await temporarySqliteFile();
  const { engine, set } = await openEngine(temporary.file);
  await using _ = engine;
  expect(await set('journal_mode')).toEqual([['wal']]);
  // FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
  expect(await set('synchronous')).toEqual([[2]]);
});

it('refuses what is no value of SQL, and goes on', async () => {
  await using temporary = await temporarySqliteFile();
  await using database = openSqliteDatabase(temporary.file, systemClock);
  const select = (value: unknown) =>
    database.write((connection) => connection.run('select ?', [value as string]));
  await expect(select(() => undefined)).rejects.toThrow('could not be cloned');
  expect(await select('x')).toEqual([['x']]);
});

it('is for the eyes of its owner only, with all that lies beside it', async () => {
  await using temporary = await temporarySqliteFile();
  const { engine, put } = await openEngine(temporary.file);
  await using _ = engine;
  await put('before');
  for (const ending of ['', '-wal', '-shm']) {
    expect((await stat(`${temporary.file}${ending}`)).mode & 0o777).toBe(0o600);
  }
});

it('answers nobody once it is closed', async () => {
  await using temporary = await temporarySqliteFile();
  const { engine, names, put } = await openEngine(temporary.file);
  const last = put('last');
  await engine[Symbol.asyncDispose]();
  await expect(last).resolves.toBe(true);
  await expect(put('late')).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(names()).rejects.toMatchObject({ kind: 'unavailable' });
});
