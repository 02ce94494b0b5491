import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, connectDynamodb } from '#databases/social/engines/dynamodb/dynamodb-call';
import { layoutOf, recordKey, type TypeTable } from '#databases/social/engines/dynamodb/dynamodb-layout';
import { parseDynamodbUri } from '#databases/social/engines/dynamodb/dynamodb-uri';
import { ItemLocks } from '#databases/social/engines/dynamodb/item-locks';
import { itemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { Journals } from '#databases/social/engines/dynamodb/journals';
import { openDynamodbEngine } from '#databases/social/engines/dynamodb/open-dynamodb-engine';
import { sendingTo } from '#databases/social/engines/dynamodb/send-request';
import { ConflictError } from '#databases/social/engines/dynamodb/transaction-errors';
import type { Place, RecordWriter } from '#databases/social/record-access';
import { failingHosts } from '#databases/social/records/failing-hosts';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { failing, hurriedClock } from '#test/fixtures/dynamodb-faults';
import { type DynamodbServer, startDynamodb } from '#test/fixtures/dynamodb-server';

let server: DynamodbServer;
let uri: string;
beforeAll(async () => {
  server = await startDynamodb();
  uri = await server.prepared('locks');
});
afterAll(() => server[Symbol.asyncDispose]());

const layout = layoutOf('locks');
const table = layout.types.get('failingHosts') as TypeTable;
const staged = (host: string, version: string) => ({
  version,
  isBlind: true,
  place: '0000000000000001' as Place,
  record: { host, failures: 1, retryAt: 0 },
  texts: new Map(),
});

function locksThrough(call: Call, clock = hurriedClock()) {
  const parts = { clock, random: systemRandom };
  const requests = itemRequests(sendingTo(call, parts), parts);
  const journals = new Journals(requests, layout, clock);
  return { requests, journals, locks: new ItemLocks(requests, layout, journals, parts) };
}

it('a lock is one write at a time: an older write waits for a younger one, which makes way for it', async () => {
  using connection = connectDynamodb(parseDynamodbUri(uri));
  const { requests, journals, locks } = locksThrough(connection.call);
  const key = recordKey(table, { host: 'locked' });
  for (const id of ['1-old', '2-young']) await journals.open(id, [key], []);
  const held = await locks.lock(key, 'unread', '1-old', staged('locked', '1-old'));
  await expect(locks.lock(key, 'unread', '2-young', staged('locked', '2-young'))).rejects.toThrow(
    ConflictError,
  );
  await locks.settle(held, false);
  expect(await requests.get(key)).toBeUndefined();
  const young = await locks.lock(key, 'unread', '2-young', staged('locked', '2-young'));
  const old = locks.lock(key, 'unread', '1-old', staged('locked', '1-old'));
  await journals.decide('2-young', []);
  await locks.settle(young, true);
  // What it found when it got the lock is what the other has made of it.
  expect((await old).state?.version).toBe('2-young');
  expect((await requests.get(key))?.lock?.journal).toBe('1-old');
});

it('a lock whose answer gets lost is known for the own one, and a read that is outdated gets none', async () => {
  using connection = connectDynamodb(parseDynamodbUri(uri));
  let updates = 0;
  const lost = failing((name) =>
    name === 'UpdateItem' && updates++ === 0 ? { name: 'TimeoutError', when: 'after' } : undefined,
  );
  const { journals, locks } = locksThrough(connection.call);
  const key = recordKey(table, { host: 'lost' });
  await journals.open('1', [key], []);
  const held = await locksThrough(lost(connection.call)).locks.lock(key, undefined, '1', staged('lost', '1'));
  expect(held).toMatchObject({ state: undefined, lock: { journal: '1' } });
  expect(updates).toBe(2);
  await locks.settle(held, true);
  await expect(locks.lock(key, undefined, '2', staged('lost', '2'))).rejects.toThrow(ConflictError);
});

it('a record that is locked is changed by nobody else, whether the other writes it alone or with more', async () => {
  const parts = { clock: hurriedClock(), random: systemRandom, logger: silentLogger };
  const { promise: locked, resolve: noteLocked } = Promise.withResolvers<void>();
  const { promise: goingOn, resolve: goOn } = Promise.withResolvers<void>();
  const slowly =
    (call: Call): Call =>
    async (name, input) => {
      const values = (input as { ExpressionAttributeValues?: Record<string, { S?: string }> })
        .ExpressionAttributeValues;
      if (values?.[':s']?.S === 'decided') {
        noteLocked();
        await goingOn;
      }
      return call(name, input);
    };
  await using slow = await openDynamodbEngine(uri, { ...parts, through: slowly });
  let met = 0;
  const watched =
    (call: Call): Call =>
    async (name, input) => {
      // Whoever meets a lock asks for its journal.
      if (name === 'GetItem' && 'TableName' in input && input.TableName === layout.journals) met++;
      if (met > 3) goOn();
      return call(name, input);
    };
  await using quick = await openDynamodbEngine(uri, { ...parts, through: watched });
  const add = async (records: RecordWriter, ...hosts: string[]) => {
    for (const host of hosts) {
      const failures = (await records.get(failingHosts, { host }))?.failures ?? 0;
      await records.put(failingHosts, { host, failures: failures + 1, retryAt: 0 });
    }
  };
  for (const host of ['a', 'b', 'c']) await quick.write(({ records }) => add(records, host));
  const first = slow.write(({ records }) => add(records, 'a', 'b', 'c'));
  await locked;
  await Promise.all([
    first,
    quick.write(({ records }) => add(records, 'a')),
    quick.write(({ records }) => add(records, 'b', 'c')),
  ]);
  const found = await quick.read((records) =>
    Promise.all(['a', 'b', 'c'].map(async (host) => (await records.get(failingHosts, { host }))?.failures)),
  );
  expect(found).toEqual([3, 3, 3]);
});
