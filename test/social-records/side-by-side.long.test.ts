// Longer histories on our own store in memory, side by side with every other back end.
import { afterAll } from 'vitest';
import { hasPostgres, startPostgres } from '#test/fixtures/postgres-server';
import { dynamodbBackEnd } from './dynamodb-back-end.ts';
import { postgresBackEnd } from './postgres-back-end.ts';
import { describeSideBySide, longHistories, longSlowHistories } from './side-by-side.ts';
import { sqliteBackEnd } from './sqlite-back-end.ts';
import { levelBackEnd, memoryBackEnd } from './store-back-ends.ts';

const others = [levelBackEnd, sqliteBackEnd];
if (hasPostgres()) {
  const server = await startPostgres();
  afterAll(() => server[Symbol.asyncDispose]());
  others.push(postgresBackEnd(server));
}
for (const other of others) describeSideBySide(memoryBackEnd, other, longHistories);
describeSideBySide(memoryBackEnd, dynamodbBackEnd, longSlowHistories);
