// PostgreSQL against the suite that every back end of the social records passes, and side by side with our own store.
import { afterAll, describe } from 'vitest';
import { hasPostgres, startPostgres } from '#test/fixtures/postgres-server';
import { describeRecordEngine } from './conformance.ts';
import { postgresBackEnd } from './postgres-back-end.ts';
import { describeSideBySide, fastHistories } from './side-by-side.ts';
import { memoryBackEnd } from './store-back-ends.ts';

if (hasPostgres()) {
  const server = await startPostgres();
  afterAll(() => server[Symbol.asyncDispose]());
  const backEnd = postgresBackEnd(server);
  describeRecordEngine(backEnd);
  describeSideBySide(memoryBackEnd, backEnd, fastHistories);
} else {
  describe.skip('PostgreSQL');
}
