import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDynamodbEngine } from '#databases/social/engines/dynamodb/open-dynamodb-engine';
import { guardEngine } from '#databases/social/engines/guarded-engine';
import type { RecordReader, RecordWriter } from '#databases/social/record-access';
import type { RecordEngine } from '#databases/social/record-engine';
import { failingHosts } from '#databases/social/records/failing-hosts';
import { followers } from '#databases/social/records/followers';
import { following } from '#databases/social/records/following';
import { hostTurns } from '#databases/social/records/host-turns';
import { notes } from '#databases/social/records/notes';
import type { Origin, Uri } from '#protocol/activitypub/uris';
import { dynamodbJournalMs } from '#support/limits';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { type Fault, failing, hurriedClock, mortal } from '#test/fixtures/dynamodb-faults';
import { type DynamodbServer, startDynamodb } from '#test/fixtures/dynamodb-server';

let server: DynamodbServer;
let uri: string;
beforeAll(async () => {
  server = await startDynamodb();
  uri = await server.prepared('commits');
});
afterAll(() => server[Symbol.asyncDispose]());

const clock = hurriedClock();
type Through = NonNullable<Parameters<typeof openDynamodbEngine>[1]['through']>;

async function open(through?: Through): Promise<RecordEngine> {
  const parts = { clock, random: systemRandom, logger: silentLogger, ...(through ? { through } : {}) };
  return guardEngine(await openDynamodbEngine(uri, parts));
}

async function differences(engine: RecordEngine) {
  return Array.fromAsync(engine.check());
}

const u = (text: string) => `https://there.example/${text}` as Uri;
const origin = 'https://there.example' as Origin;
const long = (letter: string) => letter.repeat(5_000);

function note(name: string, storedAt: number) {
  return { origin, uri: u(name), author: u('author'), state: 'present', storedAt } as const;
}

/** Several records of one `name`: a unique value, texts in pieces and within the item, and one that will go. */
async function begin(records: RecordWriter, name: string): Promise<void> {
  const relation = {
    account: name,
    actor: u('a'),
    state: 'pending',
    follow: u(`${name}/1`),
    since: 1,
  } as const;
  await records.put(following, relation);
  await records.put(notes, note(name, 1), { json: long('a') });
  await records.put(failingHosts, { host: name, failures: 1, retryAt: 0 });
}

async function change(records: RecordWriter, name: string): Promise<void> {
  const relation = {
    account: name,
    actor: u('a'),
    state: 'accepted',
    follow: u(`${name}/2`),
    since: 1,
  } as const;
  await records.put(following, relation);
  await records.put(notes, note(name, 2), { json: long('b') });
  await records.put(notes, note(`${name}/more`, 2), { json: 'short' });
  await records.remove(failingHosts, { host: name });
  await records.insert(hostTurns, { dueAt: 0, host: name });
}

async function look(records: RecordReader, name: string) {
  return {
    byOldFollow: await records.find(following, 'byFollow', { follow: u(`${name}/1`) }),
    byNewFollow: await records.find(following, 'byFollow', { follow: u(`${name}/2`) }),
    relation: await records.get(following, { account: name, actor: u('a') }),
    storedAt: (await records.get(notes, { origin, uri: u(name) }))?.storedAt,
    text: (await records.text(notes, { origin, uri: u(name) }, 'json'))?.[0],
    more: await records.text(notes, { origin, uri: u(`${name}/more`) }, 'json'),
    failing: await records.get(failingHosts, { host: name }),
    turn: await records.get(hostTurns, { dueAt: 0, host: name }),
  };
}

describe('a program that dies while it commits', () => {
  it('has stored all or nothing, whichever request was its last, once the engine is opened again', async () => {
    await using steady = await open();
    const name = (run: string | number) => `run-${run}`;
    for (const end of ['before', 'after']) {
      await steady.write(({ records }) => begin(records, name(end)));
    }
    await steady.write(({ records }) => change(records, name('after')));
    const plain = (seen: object, run: string | number) =>
      JSON.parse(JSON.stringify(seen).replaceAll(name(run), 'NAME')) as unknown;
    const [before, after] = await Promise.all(
      ['before', 'after'].map(async (end) => plain(await steady.read((r) => look(r, name(end))), end)),
    );
    expect(before).not.toEqual(after);
    const outcomes: unknown[] = [];
    for (let requests = 0; ; requests++) {
      await steady.write(({ records }) => begin(records, name(requests)));
      const { through, doom, died } = mortal();
      const doomed = await open(through);
      doom(requests);
      const end = await Promise.race([died, doomed.write(({ records }) => change(records, name(requests)))]);

      clock.advance(dynamodbJournalMs + 1);
      await using next = await open();
      const found = plain(await next.read((records) => look(records, name(requests))), requests);
      expect([before, after]).toContainEqual(found);
      outcomes.push(found);
      if (end !== 'died') break;
    }
    // Once it is decided no later death undoes it, and every earlier one leaves nothing.
    const decided = outcomes.findIndex((outcome) => JSON.stringify(outcome) === JSON.stringify(after));
    expect(decided).toBeGreaterThan(10);
    expect(outcomes.slice(0, decided)).toEqual(Array.from({ length: decided }, () => before));
    expect(outcomes.slice(decided)).toEqual(Array.from({ length: outcomes.length - decided }, () => after));
    expect(outcomes.length - decided).toBeGreaterThan(5);
    expect(await differences(steady)).toEqual([]);
  });

  it('holds nobody up: others that meet its locks undo or complete what it did', async () => {
    await using steady = await open();
    const found = new Set<number>();
    for (let requests = 0; ; requests++) {
      const [one, two] = [`one-${requests}`, `two-${requests}`];
      const put = (records: RecordWriter, host: string, failures: number) =>
        records.put(failingHosts, { host, failures, retryAt: 0 });
      const { through, doom, died } = mortal();
      const doomed = await open(through);
      doom(requests);
      const both = doomed.write(async ({ records }) => {
        await put(records, one, 10);
        await put(records, two, 10);
      });
      const end = await Promise.race([died, both]);
      for (const host of [one, two]) {
        await steady.write(async ({ records }) => {
          const failures = (await records.get(failingHosts, { host }))?.failures ?? 0;
          await put(records, host, failures + 1);
        });
      }
      const seen = await steady.read(async (records) =>
        Promise.all(
          [one, two].map(async (host) => (await records.get(failingHosts, { host }))?.failures ?? 0),
        ),
      );
      expect([
        [1, 1],
        [11, 11],
      ]).toContainEqual(seen);
      found.add(seen[0] as number);
      if (end !== 'died') break;
    }
    expect(found).toEqual(new Set([1, 11]));
    expect(await differences(steady)).toEqual([]);
  });
});

describe('writes whose answers get lost, or that are throttled', () => {
  it('are carried out once each, alone and together, by two engines at once', async () => {
    let requests = 0;
    const faults: readonly Fault[] = [
      { name: 'TimeoutError', when: 'after' },
      { name: 'InternalServerError', when: 'after' },
      { name: 'TimeoutError', when: 'before' },
      { name: 'ProvisionedThroughputExceededException', when: 'before' },
    ];
    // Every third request fares ill, the kinds in turn: some of each are conditional writes.
    const through = failing(() =>
      ++requests % 3 === 0 ? faults[(requests / 3) % faults.length] : undefined,
    );
    await using first = await open(through);
    await using second = await open(through);
    const add = async (records: RecordWriter, host: string) => {
      const failures = (await records.get(failingHosts, { host }))?.failures ?? 0;
      await records.put(failingHosts, { host, failures: failures + 1, retryAt: 0 });
    };
    await Promise.all(
      [first, second, first, second].map(async (engine) => {
        for (let round = 0; round < 4; round++) {
          await engine.write(({ records }) => add(records, 'alone'));
          await engine.write(async ({ records }) => {
            await add(records, 'left');
            await add(records, 'right');
          });
        }
      }),
    );
    const counts = await first.read(async (records) =>
      Promise.all(
        ['alone', 'left', 'right'].map(async (host) => (await records.get(failingHosts, { host }))?.failures),
      ),
    );
    expect(counts).toEqual([16, 16, 16]);
    expect(await differences(second)).toEqual([]);
  });

  it('are told from those that others have made on top of them', async () => {
    const host = 'overwritten';
    const add = (engine: RecordEngine) =>
      engine.write(async ({ records }) => {
        const failures = (await records.get(failingHosts, { host }))?.failures ?? 0;
        await records.put(failingHosts, { host, failures: failures + 1, retryAt: 0 });
      });
    await using other = await open();
    let isArmed = false;
    await using mine = await open((call) => async (name, input) => {
      const output = await call(name, input);
      if (!isArmed || name !== 'PutItem') return output;
      isArmed = false;
      await add(other);
      throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
    });
    await add(other);
    isArmed = true;
    await add(mine);
    const found = await other.read((records) => records.get(failingHosts, { host }));
    expect(found?.failures).toBe(3);
  });

  it('that cannot be told from those of others are an error, unless the body may run again', async () => {
    await using other = await open();
    const host = 'removed';
    const actor = u(host);
    const write = async (engine: RecordEngine, isNew: boolean) =>
      engine.write(async ({ records }) => {
        const record = { account: host, actor, state: 'accepted', follows: [], since: 1 } as const;
        if (isNew) await records.put(followers, record);
        else await records.remove(followers, { account: host, actor });
      });
    let isArmed = false;
    // The removal is carried out, its answer lost, and the record there again before it is repeated.
    await using mine = await open((call) => async (name, input) => {
      const output = await call(name, input);
      if (!isArmed || name !== 'DeleteItem') return output;
      isArmed = false;
      await write(other, true);
      throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
    });
    await write(other, true);
    isArmed = true;
    await expect(write(mine, false)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await other.read((records) => records.get(followers, { account: host, actor }))).toBeDefined();
    isArmed = true;
    let runs = 0;
    await mine.write(
      async ({ records }) => {
        runs++;
        await records.remove(followers, { account: host, actor });
      },
      { idempotent: true },
    );
    expect(runs).toBe(2);
    expect(await other.read((records) => records.get(followers, { account: host, actor }))).toBeUndefined();
  });
});
