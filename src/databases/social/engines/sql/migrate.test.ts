import { expect, it } from 'vitest';
import { checkTables, declaredTables, migrate } from '#databases/social/engines/sql/migrate';
import { openSqlEngine, openSqlTables } from '#databases/social/engines/sql/open-sql-engine';
import type { SqlDatabase } from '#databases/social/engines/sql/sql-database';
import { openSqliteDatabase } from '#databases/social/engines/sqlite/open-sqlite-database';
import { likes } from '#databases/social/records/likes';
import { systemClock } from '#support/clock';
import { systemRandom } from '#support/random';
import { temporarySqliteFile } from '#test/fixtures/sqlite-file';

async function withDatabase(test: (database: SqlDatabase, file: string) => Promise<void>): Promise<void> {
  await using temporary = await temporarySqliteFile();
  await using database = openSqliteDatabase(temporary.file, systemClock);
  await test(database, temporary.file);
}

const change = (database: SqlDatabase, ...statements: string[]) =>
  database.write(async (connection) => {
    for (const statement of statements) await connection.run(statement, []);
  });

it('makes every table once', () =>
  withDatabase(async (database, file) => {
    await expect(checkTables(database)).rejects.toThrow(`sqlite:${file} cannot be had: it cannot be opened.`);
    await change(database, 'create table theirs (a)');
    expect(await checkTables(database)).toEqual(
      declaredTables.map(({ name }) => `The table ${name} is missing.`),
    );
    const made = await migrate(database);
    expect(made).toHaveLength(declaredTables.reduce((sum, { indices }) => sum + 1 + indices.length, 0));
    expect(made).toContain('Made the table post_tags.');
    expect(made).toContain('Made the index post_tags_by_name.');
    expect(await checkTables(database)).toEqual([]);
    expect(await migrate(database)).toEqual([]);
    await database[Symbol.asyncDispose]();
    await using again = openSqliteDatabase(file, systemClock);
    expect(await checkTables(again)).toEqual([]);
  }));

it('makes them once where several begin at the same time', () =>
  withDatabase(async (database, file) => {
    await using other = openSqliteDatabase(file, systemClock);
    const made = await Promise.all([database, other, database, other].map((one) => migrate(one)));
    expect(made.filter(({ length }) => length > 0)).toHaveLength(1);
    expect(await checkTables(other)).toEqual([]);
  }));

it('makes what an older version lacked, and keeps the records', () =>
  withDatabase(async (database) => {
    await migrate(database);
    await change(
      database,
      "insert into likes (place, object, object_digest, actor, actor_digest, activity, created_at) values (1, 'o', x'00', 'a', x'01', 'x', 5)",
      'drop index likes_by_object',
      'alter table likes drop column content',
      'drop table post_tags',
    );
    expect(await checkTables(database)).toEqual([
      'The table likes lacks the column content.',
      'The index likes_by_object of likes is missing.',
      'The table post_tags is missing.',
    ]);
    const made = await migrate(database);
    expect(made.slice(0, 3)).toEqual([
      'Added the column content to the table likes.',
      'Made the index likes_by_object.',
      'Made the table post_tags.',
    ]);
    expect(await checkTables(database)).toEqual([]);
    expect(await database.read((connection) => connection.run('select count(*) from likes', []))).toEqual([
      [1],
    ]);
  }));

it('takes each further step once, all of them or none', () =>
  withDatabase(async (database) => {
    const taken: number[] = [];
    const step = (version: number, fails = false) => ({
      version,
      about: `step ${version}`,
      run: async () => {
        taken.push(version);
        if (fails) throw new Error(`step ${version} fails`);
      },
    });
    await migrate(database, [step(1)]);
    await expect(migrate(database, [step(1), step(2), step(3, true)])).rejects.toThrow('step 3 fails');
    await migrate(database, [step(1), step(2), step(3)]);
    await migrate(database, [step(1), step(2), step(3)]);
    expect(taken).toEqual([1, 2, 3, 2, 3]);
  }));

it('refuses tables of a newer version in one sentence, and changes nothing', () =>
  withDatabase(async (database, file) => {
    await migrate(database);
    await change(database, 'update hearth_schema set version = 1000', 'drop index likes_by_object');
    const sentence = `The tables of sqlite:${file} have version 1000 and were made by a newer Hearth; this one knows version 1.`;
    const opened = openSqliteDatabase(file, systemClock);
    await expect(openSqlEngine(opened, { clock: systemClock, random: systemRandom })).rejects.toThrow(
      sentence,
    );
    expect(await checkTables(database)).toEqual([sentence, 'The index likes_by_object of likes is missing.']);
  }));

it('refuses what cannot be made for records that exist', () =>
  withDatabase(async (database) => {
    await migrate(database);
    await change(database, 'drop index likes_by_account', 'alter table likes drop column created_at').catch(
      () => change(database, 'drop index likes_created', 'alter table likes drop column created_at'),
    );
    await expect(migrate(database)).rejects.toThrow(
      'The table likes lacks the column created_at, which cannot be added to rows that exist.',
    );
    await change(
      database,
      'drop table likes',
      'create table likes (place integer primary key, object text) strict',
    );
    await expect(migrate(database)).rejects.toThrow('lacks the column object_digest');
  }));

it('tells where a table is not the one that is declared', () =>
  withDatabase(async (database) => {
    await using tables = openSqlTables(database);
    await tables.create();
    await change(
      database,
      'drop table leases',
      'create table leases (place integer not null primary key, work text not null, holder text, fence integer not null, expires_at integer not null, mine text not null, yours text) strict',
      'create unique index leases_key on leases (holder)',
      'drop table fan_outs',
      'create table fan_outs (place integer, activity text not null, activity_digest blob not null primary key, account text not null, created_at integer not null, through text) strict',
      'create unique index fan_outs_key on fan_outs (activity_digest)',
      "create index fan_outs_by_account on fan_outs (account, place) where account <> ''",
    );
    expect(await tables.check()).toEqual([
      'The column fan_outs.place may be absent, but must have a value as declared.',
      'The primary key of fan_outs is (activity_digest) instead of (place).',
      'The index fan_outs_by_account of fan_outs is not the one that is declared.',
      'The column leases.holder may be absent, but must have a value as declared.',
      'The column leases.fence is of the type integer instead of text.',
      'The column leases.mine must have a value and is not declared.',
      'The index leases_key of leases is not the one that is declared.',
    ]);
  }));

it('leaves alone what others keep beside it', () =>
  withDatabase(async (database) => {
    await change(database, 'create table theirs (a, b)', "insert into theirs values (1, 'x')");
    await using engine = await openSqlEngine(database, { clock: systemClock, random: systemRandom });
    expect(await engine.read((records) => records.countCreated(likes))).toBe(0);
    expect(await database.read((connection) => connection.run('select * from theirs', []))).toEqual([
      [1, 'x'],
    ]);
  }));
