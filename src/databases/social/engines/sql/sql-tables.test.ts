import { expect, it } from 'vitest';
import { declaredTables } from '#databases/social/engines/sql/migrate';
import { sqlTypes } from '#databases/social/engines/sql/sql-tables';
import { recordTypes } from '#databases/social/records/record-types';
import { keyTextBytesMax } from '#support/limits';

const columnNames = (type: string) => sqlTypes.get(type)?.table.columns.map(({ name }) => name);
const indicesOf = (type: string) =>
  sqlTypes.get(type)?.table.indices.map(({ name, columns }) => `${name}: ${columns.join(' ')}`);

it('makes a column of each field, and a digest beside each URI that is looked for', () => {
  expect(columnNames('following')).toEqual([
    'place',
    'account',
    'actor',
    'actor_digest',
    'state',
    'follow',
    'follow_digest',
    'since',
  ]);
  // Of these only the URI is ever looked for.
  expect(columnNames('remoteActors')?.filter((name) => name.endsWith('_digest'))).toEqual(['uri_digest']);
  expect(columnNames('remoteActors')).toContain('shared_inbox');
});

it('makes an index of the key, each unique set, each listing and the order of time', () => {
  expect(indicesOf('following')).toEqual([
    'following_key: account actor_digest',
    'following_by_follow: follow_digest',
    'following_by_account: account state place',
    'following_by_actor: actor_digest state place',
    'following_created: since place',
  ]);
  // All records in the order of their places: that of the primary key.
  expect(indicesOf('fanOuts')).toEqual([
    'fan_outs_key: activity_digest',
    'fan_outs_by_account: account place',
  ]);
});

it('limits an index to the rows that are listed', () => {
  const [outbox] =
    sqlTypes.get('activities')?.table.indices.filter(({ name }) => name.endsWith('outbox')) ?? [];
  expect(outbox).toMatchObject({ where: [['listed', 1]], present: ['account'], isUnique: false });
});

it('keeps the texts of a type under its key', () => {
  expect(sqlTypes.get('notes')?.texts).toMatchObject({
    name: 'notes_texts',
    primaryKey: ['origin', 'uri_digest', 'text_name'],
  });
  expect(sqlTypes.get('likes')?.texts).toBeUndefined();
});

it('has tables for every type, with names of their own that every database takes', () => {
  expect([...sqlTypes.keys()].sort()).toEqual(
    Object.values(recordTypes)
      .map(({ name }) => name)
      .sort(),
  );
  const names = declaredTables.flatMap(({ name, indices }) => [name, ...indices.map((index) => index.name)]);
  expect(new Set(names).size).toBe(names.length);
  for (const name of [
    ...names,
    ...declaredTables.flatMap(({ columns }) => columns.map((column) => column.name)),
  ]) {
    // PostgreSQL cuts longer names off.
    expect(name).toMatch(/^[a-z][a-z0-9_]{1,62}$/);
  }
});

it('has no index whose rows PostgreSQL would refuse', () => {
  const bytes = {
    text: keyTextBytesMax,
    integer: 8,
    flag: 8,
    json: Number.POSITIVE_INFINITY,
    id: 8,
    digest: 32,
  };
  for (const { columns, primaryKey, indices } of declaredTables) {
    for (const key of [primaryKey, ...indices.map((index) => index.columns)]) {
      const kinds = columns.filter(({ name }) => key.includes(name)).map(({ kind }) => kind);
      expect(kinds).toHaveLength(key.length);
      expect(kinds.reduce((sum, kind) => sum + bytes[kind], 0)).toBeLessThan(2_700);
    }
  }
});
