import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDynamodbEngine } from '#databases/social/engines/dynamodb/open-dynamodb-engine';
import { guardEngine } from '#databases/social/engines/guarded-engine';
import type { RecordEngine } from '#databases/social/record-engine';
import { type DeliveryRecord, deliveries } from '#databases/social/records/deliveries';
import type { Uri } from '#protocol/activitypub/uris';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { hurriedClock, inPart, laggingIndices } from '#test/fixtures/dynamodb-faults';
import { type DynamodbServer, startDynamodb } from '#test/fixtures/dynamodb-server';

let server: DynamodbServer;
beforeAll(async () => {
  server = await startDynamodb();
});
afterAll(() => server[Symbol.asyncDispose]());

type Through = NonNullable<Parameters<typeof openDynamodbEngine>[1]['through']>;

async function open(prefix: string, through: Through): Promise<RecordEngine> {
  const parts = { clock: hurriedClock(), random: systemRandom, logger: silentLogger, through };
  return guardEngine(await openDynamodbEngine(await server.prepared(prefix), parts));
}

function delivery(index: number, more: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    activity: 'https://here.example/activity' as Uri,
    inbox: `https://there.example/inbox/${index}` as Uri,
    account: 'alice',
    host: 'there.example',
    state: 'pending',
    dueAt: 0,
    createdAt: index,
    attempts: 0,
    history: [],
    ...more,
  };
}

const lead = { host: 'there.example' };

describe('while indices lag', () => {
  it('a listing never shows a record where it is not, nor as it is not', async () => {
    const { through, catchUp } = laggingIndices();
    await using engine = await open('lagging', through);
    const put = (record: DeliveryRecord) => engine.write(({ records }) => records.put(deliveries, record));
    const seen = () =>
      engine.read(async (records) => ({
        pending: (await records.list(deliveries, 'pending', lead, { limit: 10 })).map(({ record }) => record),
        created: (await records.listCreated(deliveries, { limit: 10, reverse: true })).items,
        log: (await records.listByKey(deliveries, { activity: delivery(0).activity }, { limit: 10 })).length,
        counted: await records.countCreated(deliveries),
      }));
    for (const index of [1, 2, 3]) await put(delivery(index));
    // What the index does not have yet is missed there, and nowhere else.
    expect(await seen()).toEqual({ pending: [], created: [], log: 3, counted: 0 });
    catchUp();
    const [one, two, three] = [delivery(1), delivery(2), delivery(3)];
    expect(await seen()).toEqual({
      pending: [one, two, three],
      created: [three, two, one],
      log: 3,
      counted: 3,
    });
    const done = delivery(1, { state: 'delivered', attempts: 1 });
    const later = delivery(2, { dueAt: 99, attempts: 1 });
    await put(done);
    await put(later);
    await engine.write(({ records }) => records.remove(deliveries, three));
    // The old entries are still there: they say nothing any more.
    expect(await seen()).toEqual({ pending: [], created: [later, done], log: 2, counted: 3 });
    catchUp();
    expect(await seen()).toEqual({ pending: [later], created: [later, done], log: 2, counted: 2 });
  });

  it('a write that lists changes what is there, and not what the index says', async () => {
    const { through, catchUp } = laggingIndices();
    await using engine = await open('lagging', through);
    await engine.write(({ records }) => records.put(deliveries, delivery(7, { host: 'lists.example' })));
    catchUp();
    const attempt = () =>
      engine.write(async ({ records }) => {
        const [first] = await records.list(deliveries, 'pending', { host: 'lists.example' }, { limit: 1 });
        if (!first) return undefined;
        const attempts = first.record.attempts + 1;
        await records.put(deliveries, { ...first.record, attempts });
        return attempts;
      });
    // All of them list the same entry; each finds what the one before has made of it.
    const counted = await Promise.all(Array.from({ length: 5 }, attempt));
    expect(counted.toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('batches that are answered in part', () => {
  it('are asked for until they are whole, and pages that are larger than a batch are complete', async () => {
    await using engine = await open('parts', inPart);
    const all = Array.from({ length: 130 }, (_, index) => delivery(index));
    await engine.write(async ({ records }) => {
      for (const record of all) await records.insert(deliveries, record);
    });
    const found = await engine.read((records) => records.list(deliveries, 'pending', lead, { limit: 200 }));
    expect(found.map(({ record }) => record.createdAt)).toEqual(all.map(({ createdAt }) => createdAt));
    const text = 'é'.repeat(500_000);
    const { notes } = await import('#databases/social/records/notes');
    const key = { origin: 'https://there.example' as never, uri: 'https://there.example/note' as Uri };
    const note = { ...key, author: key.uri, state: 'present', storedAt: 1 } as const;
    await engine.write(({ records }) => records.put(notes, note, { json: text }));
    expect(await engine.read((records) => records.text(notes, key, 'json'))).toBe(text);
    await engine.write(({ records }) => records.remove(notes, key));
    expect(await Array.fromAsync(engine.check())).toEqual([]);
  });
});
