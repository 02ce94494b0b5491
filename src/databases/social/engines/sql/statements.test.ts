// Every statement on the tables has its values as parameters, and SQLite carries out each of them by an index: nothing is
// scanned and nothing sorted.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '#databases/social/engines/sql/migrate';
import type { SqlDatabase } from '#databases/social/engines/sql/sql-database';
import { sqlTypes } from '#databases/social/engines/sql/sql-tables';
import { TypeStatements } from '#databases/social/engines/sql/statements';
import { openSqliteDatabase } from '#databases/social/engines/sqlite/open-sqlite-database';
import { sqliteDialect } from '#databases/social/engines/sqlite/sqlite-dialect';
import { systemClock } from '#support/clock';
import { type SqliteFile, temporarySqliteFile } from '#test/fixtures/sqlite-file';

let temporary: SqliteFile;
let database: SqlDatabase;
beforeAll(async () => {
  temporary = await temporarySqliteFile();
  database = openSqliteDatabase(temporary.file, systemClock);
  await migrate(database);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await temporary[Symbol.asyncDispose]();
});

async function planOf(sql: string): Promise<string> {
  const values = Array.from(sql.matchAll(/\?/g), () => 0);
  const rows = await database.read((connection) => connection.run(`explain query plan ${sql}`, values));
  return rows.map((row) => row.at(-1)).join('\n');
}

/** A plan that begins with looking values up in an index. */
function by(index: string): RegExp {
  return new RegExp(`^SEARCH \\w+ USING (COVERING )?INDEX ${index} \\(`);
}

describe.each([...sqlTypes.values()])('$type.name', (stored) => {
  const statements = new TypeStatements(stored, sqliteDialect.builder);
  const { table } = stored;

  it('is paged through by the index of each listing, under any leading values', async () => {
    for (const index of table.indices) {
      for (let leadCount = 0; leadCount < index.columns.length; leadCount++) {
        for (const reverse of [false, true]) {
          const shape = { lower: '>', upper: '<', reverse } as const;
          const plan = await planOf(statements.page({ index, leadCount }, shape));
          expect(plan).toMatch(by('\\w+'));
          expect(plan).not.toContain('TEMP B-TREE');
        }
      }
    }
  });

  it('is found by its key and its unique values, and stored without looking at other records', async () => {
    expect(await planOf(statements.selectByKey())).toMatch(by(`${table.name}_key`));
    expect(await planOf(statements.remove())).toMatch(by(`${table.name}_key`));
    expect(await planOf(statements.upsert())).not.toMatch(/SCAN|SEARCH/);
    for (const { name, columns, isUnique } of table.indices) {
      if (isUnique) expect(await planOf(statements.selectOthers(name, columns))).toMatch(by(name));
    }
    if (!stored.texts) return;
    for (const sql of [
      statements.selectText(),
      statements.removeTexts('one'),
      statements.removeTexts('all'),
    ]) {
      expect(await planOf(sql)).toMatch(/^SEARCH \w+_texts USING (COVERING )?INDEX/);
    }
  });

  it('is counted in an index', async () => {
    for (const index of table.indices.filter(({ isUnique }) => !isUnique)) {
      const plan = await planOf(statements.count(index));
      expect(plan).toMatch(new RegExp(`^SEARCH ${table.name} USING COVERING INDEX \\w+ \\(`));
    }
    const created = table.indices.find(({ name }) => name === `${table.name}_created`);
    if (!created) return;
    const shape = { lower: '>=', upper: '<=', reverse: true } as const;
    expect(await planOf(statements.countCreated(created, shape))).toContain(
      `COVERING INDEX ${created.name} (`,
    );
    const page = await planOf(statements.created(created, { ...shape, goesOn: true }));
    expect(page).toMatch(by(created.name));
    expect(page).not.toContain('TEMP B-TREE');
  });
});

it('holds no value but those that the declarations name', () => {
  const likes = sqlTypes.get('likes');
  const activities = sqlTypes.get('activities');
  if (!likes || !activities) throw new Error('these types are declared');
  const statements = new TypeStatements(activities, sqliteDialect.builder);
  const reports = activities.table.indices.find(({ name }) => name === 'activities_reports');
  if (!reports) throw new Error('this listing is declared');
  const shape = { lower: '>', upper: undefined, reverse: true } as const;
  expect(statements.page({ index: reports, leadCount: 1 }, shape)).toBe(
    'select "uri", "type", "actor", "object", "account", "listed", "stored_at", cast("place" as text) as "place_text" ' +
      'from "activities" where "type" = \'Flag\' and "type" = ? and ("place") > (?) order by "place" desc limit ?',
  );
  expect(new TypeStatements(likes, sqliteDialect.builder).remove()).toBe(
    'delete from "likes" where "object_digest" = ? and "actor_digest" = ? ' +
      'returning "object", "actor", "activity", "account", "owner", "content", "created_at"',
  );
});
