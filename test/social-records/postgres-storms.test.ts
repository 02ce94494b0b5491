// What goes wrong between PostgreSQL and those who write to it (answers to commits that are lost, connections that are
// ended, servers that stop or crash) while two engines write the same records: each write takes effect exactly once.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordEngine } from '#databases/social/record-engine';
import { failingHosts } from '#databases/social/records/failing-hosts';
import { following } from '#databases/social/records/following';
import { likes } from '#databases/social/records/likes';
import { type Cut, startPostgresProxy } from '#test/fixtures/postgres-proxy';
import { hasPostgres, type PostgresServer, startPostgres } from '#test/fixtures/postgres-server';
import { openEngineAt } from './open-data.ts';
import { aFollowing, aLike, aUri } from './some-records.ts';

const host = 'counted.example';

/** Adds one to a number that all share, and a record of its own. */
function add(engine: RecordEngine, group: string, index: number): Promise<void> {
  return engine.write(async ({ records }) => {
    const known = await records.get(failingHosts, { host });
    await records.put(failingHosts, { host, failures: (known?.failures ?? 0) + 1, retryAt: 0 });
    await records.put(likes, aLike(`https://${group}.example/`, index));
  });
}

async function stored(engine: RecordEngine, group: string): Promise<{ sum: number; likes: number }> {
  return engine.read(async (records) => ({
    sum: (await records.get(failingHosts, { host }))?.failures ?? 0,
    likes: await records.count(likes, 'byObject', { object: aUri(`https://${group}.example/`) }),
  }));
}

describe.runIf(hasPostgres())('PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each<Cut>(['before', 'after', 'late'])(
    'has done once what lost its answer, cut %s the commit came',
    async (how) => {
      await using stack = new AsyncDisposableStack();
      const proxy = stack.use(await startPostgresProxy(await server.createDatabase()));
      const engine = stack.use(await openEngineAt(proxy.uri));
      let cuts = 0;
      let bodies = 0;
      for (let round = 1; round <= 3; round++) {
        cuts = 0;
        bodies = 0;
        proxy.cut = () => (cuts++ === 0 ? how : undefined);
        await engine.write(async ({ records }) => {
          bodies++;
          const known = await records.get(failingHosts, { host });
          await records.put(failingHosts, { host, failures: (known?.failures ?? 0) + 1, retryAt: 0 });
        });
        expect((await engine.read((records) => records.get(failingHosts, { host })))?.failures).toBe(round);
        // What had been committed is found out, and what had not runs again.
        expect({ cuts, bodies }).toEqual(how === 'before' ? { cuts: 2, bodies: 2 } : { cuts: 1, bodies: 1 });
      }
      cuts = 0;
      bodies = 0;
      await engine.write(
        ({ records }) => {
          bodies++;
          return records.put(likes, aLike('https://again.example/'));
        },
        { idempotent: true },
      );
      // The second run may have met the first, whose commit came late.
      expect(cuts).toBe(2);
      expect(bodies).toBeGreaterThanOrEqual(2);
    },
  );

  test('does each write of two engines once in a storm of cut connections', async () => {
    await using stack = new AsyncDisposableStack();
    const uri = await server.createDatabase();
    const proxy = stack.use(await startPostgresProxy(uri));
    const engines = [stack.use(await openEngineAt(proxy.uri)), stack.use(await openEngineAt(proxy.uri))];
    const ways: readonly (Cut | undefined)[] = [
      undefined,
      'after',
      undefined,
      'before',
      'after',
      undefined,
      'late',
    ];
    let commits = 0;
    proxy.cut = () => ways[commits++ % ways.length];
    await inLanes(40, 6, (index) => add(engines[index % 2]!, 'cut', index));
    expect(commits).toBeGreaterThan(40);
    expect(await stored(engines[0]!, 'cut')).toEqual({ sum: 40, likes: 40 });
  });

  test('gives a unique value to one of two engines whose answers are lost, and tells the others', async () => {
    await using stack = new AsyncDisposableStack();
    const proxy = stack.use(await startPostgresProxy(await server.createDatabase()));
    const engines = [stack.use(await openEngineAt(proxy.uri)), stack.use(await openEngineAt(proxy.uri))];
    for (let round = 0; round < 5; round++) {
      let commits = 0;
      proxy.cut = () => (commits++ === 0 ? 'after' : undefined);
      const follow = aUri(`https://here.example/raced/${round}`);
      const rivals = [0, 1, 2, 3].map((index) => aFollowing(`raced ${round}`, index, { follow }));
      const outcomes = await Promise.allSettled(
        rivals.map((rival, index) =>
          engines[index % 2]!.write(({ records }) => records.put(following, rival)),
        ),
      );
      const winners = rivals.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect(await engines[0]!.read((records) => records.find(following, 'byFollow', { follow }))).toEqual(
        winners[0],
      );
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'conflict' });
      }
    }
  });

  test('does each write once while connections are ended by the server', async () => {
    await using stack = new AsyncDisposableStack();
    const uri = await server.createDatabase();
    const engines = [stack.use(await openEngineAt(uri)), stack.use(await openEngineAt(uri))];
    const killing = new AbortController();
    const killer = killAll(uri, killing.signal);
    try {
      await inLanes(60, 6, (index) => add(engines[index % 2]!, 'killed', index));
    } finally {
      killing.abort();
    }
    expect(await killer).toBeGreaterThan(5);
    expect(await stored(engines[0]!, 'killed')).toEqual({ sum: 60, likes: 60 });
    expect(await Array.fromAsync(engines[1]!.check())).toEqual([]);
  });

  test.each(['shutdown', 'crash'] as const)(
    'does each write once over a %s, and is found again',
    async (how) => {
      await using stack = new AsyncDisposableStack();
      const uri = await server.createDatabase();
      const engines = [stack.use(await openEngineAt(uri)), stack.use(await openEngineAt(uri))];
      let isAway = false;
      let refused = 0;
      const writing = inLanes(60, 6, async (index) => {
        for (;;) {
          try {
            return await add(engines[index % 2]!, how, index);
          } catch (error) {
            expect(error).toMatchObject({ name: 'ProtocolError', kind: 'unavailable' });
            refused++;
            while (isAway) await delay(20);
          }
        }
      });
      await delay(50);
      isAway = true;
      await server.stop(how);
      await expect(engines[0]!.read((records) => records.countCreated(likes))).rejects.toMatchObject({
        kind: 'unavailable',
      });
      await server.start();
      isAway = false;
      await writing;
      expect(refused).toBeGreaterThan(0);
      expect(await stored(engines[1]!, how)).toEqual({ sum: 60, likes: 60 });
    },
  );
});

async function inLanes(count: number, lanes: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Ends all connections to the database but its own, again and again. Answers how many there were. */
async function killAll(uri: string, signal: AbortSignal): Promise<number> {
  const client = new pg.Client(uri);
  await client.connect();
  let killed = 0;
  while (!signal.aborted) {
    const { rowCount } = await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    killed += rowCount ?? 0;
    await delay(60);
  }
  await client.end();
  return killed;
}
