import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDynamodb } from '#databases/social/engines/dynamodb/dynamodb-call';
import { layoutOf } from '#databases/social/engines/dynamodb/dynamodb-layout';
import { parseDynamodbUri } from '#databases/social/engines/dynamodb/dynamodb-uri';
import { openDynamodbEngine } from '#databases/social/engines/dynamodb/open-dynamodb-engine';
import { failingHosts } from '#databases/social/records/failing-hosts';
import type { Clock } from '#support/clock';
import { dynamodbJournalKeptMs, dynamodbJournalMs, dynamodbSweepMs } from '#support/limits';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { mortal } from '#test/fixtures/dynamodb-faults';
import { type DynamodbServer, startDynamodb } from '#test/fixtures/dynamodb-server';

let server: DynamodbServer;
beforeAll(async () => {
  server = await startDynamodb();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Sleeps end when the time that they were to last has been moved. */
function steppedClock(): Clock & { advance(ms: number): Promise<void> } {
  let time = 1_800_000_000_000;
  const sleeping = new Set<() => void>();
  return {
    now: () => time,
    async sleep(durationMs, signal) {
      const until = time + durationMs;
      await new Promise<void>((resolve) => {
        const wake = () => {
          if (time < until && !signal?.aborted) return;
          sleeping.delete(wake);
          resolve();
        };
        sleeping.add(wake);
        signal?.addEventListener('abort', wake);
        wake();
      });
    },
    async advance(ms) {
      time += ms;
      for (const wake of sleeping) wake();
    },
  };
}

it('an engine that is open completes what others decided, undoes what they did not, and forgets it later', async () => {
  const uri = await server.prepared('swept');
  const layout = layoutOf('swept');
  using connection = connectDynamodb(parseDynamodbUri(uri));
  const clock = steppedClock();
  const parts = { clock, random: systemRandom, logger: silentLogger };
  await using living = await openDynamodbEngine(uri, parts);
  const scan = async (TableName: string) => (await connection.call('Scan', { TableName })).Items ?? [];
  // Two reads, the journal, two locks; and the decision.
  for (const [requests, host] of [
    [5, 'undecided'],
    [6, 'decided'],
  ] as const) {
    const { through, doom, died } = mortal();
    const doomed = await openDynamodbEngine(uri, { ...parts, through });
    doom(requests);
    const write = doomed.write(async ({ records }) => {
      for (const name of ['a', 'b']) {
        await records.put(failingHosts, { host: `${host}-${name}`, failures: 1, retryAt: 0 });
      }
    });
    await Promise.race([died, write]);
  }
  const hosts = layout.types.get('failingHosts')?.name as string;
  expect((await scan(hosts)).filter(({ l }) => l)).toHaveLength(4);
  const states = async () => (await scan(layout.journals)).map(({ s, x }) => [s?.S, x?.BOOL ?? false]);
  expect((await states()).toSorted()).toEqual([
    ['decided', false],
    ['open', false],
  ]);
  const settled = (done: unknown) => expect.poll(states).toEqual(done);
  await clock.advance(Math.max(dynamodbSweepMs, dynamodbJournalMs + 1));
  await expect
    .poll(async () => (await states()).toSorted())
    .toEqual([
      ['aborted', true],
      ['decided', true],
    ]);
  const found = (await scan(hosts)).map(({ d, l }) => [JSON.parse(d?.S ?? '{}').host, l]);
  expect(found.toSorted()).toEqual([
    ['decided-a', undefined],
    ['decided-b', undefined],
  ]);
  // The writers might have lived, and asked.
  await clock.advance(dynamodbJournalKeptMs);
  await settled([]);
  expect(await Array.fromAsync(living.check())).toEqual([]);
});
