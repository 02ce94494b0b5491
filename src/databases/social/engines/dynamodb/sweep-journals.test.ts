import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, connectDynamodb } from '#databases/social/engines/dynamodb/dynamodb-call';
import { layoutOf } from '#databases/social/engines/dynamodb/dynamodb-layout';
import { parseDynamodbUri } from '#databases/social/engines/dynamodb/dynamodb-uri';
import { itemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { Journals } from '#databases/social/engines/dynamodb/journals';
import { openDynamodbEngine } from '#databases/social/engines/dynamodb/open-dynamodb-engine';
import { sendingTo } from '#databases/social/engines/dynamodb/send-request';
import { type TextPieces, writePieces } from '#databases/social/engines/dynamodb/text-pieces';
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

it('a write that is decided while it is given up is carried out: of its texts the new ones stay', async () => {
  const uri = await server.prepared('raced');
  const layout = layoutOf('raced');
  using connection = connectDynamodb(parseDynamodbUri(uri));
  const clock = steppedClock();
  const parts = { clock, random: systemRandom };
  const requests = itemRequests(sendingTo(connection.call, parts), parts);
  const journals = new Journals(requests, layout, clock);
  const owner = { table: layout.unique, hash: Buffer.from('owner'), range: Buffer.of(0) };
  const [made, gone] = ['made', 'gone'].map((id) => ({ id, pieces: 1 })) as [TextPieces, TextPieces];
  await journals.open('late', [], [made]);
  for (const text of [made, gone]) {
    await writePieces(requests, layout, [{ text, owner, bytes: Buffer.from('text') }]);
  }
  await clock.advance(dynamodbJournalMs + 1);
  const through =
    (call: Call): Call =>
    async (name, input) => {
      if (name === 'UpdateItem') await journals.decide('late', [gone]);
      return call(name, input);
    };
  await using _sweeping = await openDynamodbEngine(uri, { ...parts, logger: silentLogger, through });
  const { Items = [] } = await connection.call('Scan', { TableName: layout.texts });
  expect(Items.map(({ h }) => Buffer.from(h?.B ?? []).toString())).toEqual(['made']);
});
