import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStoreEngine } from '#databases/social/engines/store/open-store-engine';
import type { TaskRecord } from '#databases/social/records/tasks';
import { openSocialDatabase, type SocialDatabase } from '#databases/social/social-database';
import { openSocial } from '#domain/social/social';
import { openTasks, type Tasks } from '#domain/social/tasks/carry-out-task';
import { newTask, type TaskStep, taskDone } from '#domain/social/tasks/tasks';
import { parseOrigin } from '#protocol/activitypub/uris';
import type { Engine } from '#store/contract';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { systemClock } from '#support/clock';
import { deliveryPauseMsMin, taskAttemptsMax, tasksAtOnce, workLeaseMs } from '#support/limits';
import { type Logger, silentLogger } from '#support/logging';
import { seededRandom } from '#support/random';
import { simulateClock } from '#support/simulated-clock';
import { Life, mortalDatabase } from '#test/fixtures/mortal-database';
import { startTaskRunner } from '#workers/task-runner';

const origin = parseOrigin('https://here.example');

/** A database with tasks whose steps a test gives, and a clock that both go by. */
async function openScene(steps: Tasks['steps'], engine: Engine = openMemoryEngine(), seed = 'scene') {
  const store = makeStore(engine);
  const database = openSocialDatabase(await openStoreEngine(store));
  const clock = simulateClock();
  const logged: string[] = [];
  const logger: Logger = { ...silentLogger, error: (_fields, message) => logged.push(message) };
  const random = seededRandom(seed);
  const social = openSocial({
    database,
    origin,
    serverName: 'here.example',
    transport: () => Promise.reject(new Error('nobody is reached')),
    policy: { allowPrivateNetwork: false },
    clock,
    random,
  });
  const tasks = openTasks(social, logger, steps);
  const add = (data: TaskRecord['data'], dueAt?: number) => {
    const task = newTask(social, 'withdrawNote', data, dueAt);
    return database.write((writer) => writer.tasks.add(task));
  };
  async function until(isSo: () => boolean | Promise<boolean>, withTime = true): Promise<void> {
    for (let step = 0; step < 20_000; step++) {
      for (let turn = 0; turn < 4; turn++) await setImmediate();
      if (await isSo()) return;
      if (withTime) clock.advanceToNext();
    }
    throw new Error('it never came to be so');
  }
  const isDrained = () =>
    database.read(
      async (reader) =>
        (await reader.tasks.due(clock.now(), 1)).length === 0 &&
        (await reader.tasks.nextAt(clock.now())) === undefined,
    );
  return { store, database, social, clock, logged, tasks, add, until, isDrained };
}

/** Counts up to `pages`, a post for each page: what it does can be seen to have been done once. */
function counting(seen: number[] = []): TaskStep {
  return ({ finish }, { data }) =>
    finish(async (writer) => {
      const page = Number(data.page ?? 0);
      seen.push(page);
      const known = await writer.post('counter', `${data.name}`);
      await writer.putPost(
        {
          account: 'counter',
          id: `${data.name}`,
          state: 'published',
          visibility: 'direct',
          publishedAt: (known?.publishedAt ?? 0) + 1,
        },
        '{}',
      );
      if (page + 1 >= Number(data.pages)) return taskDone;
      return { next: 'continue', data: { ...data, page: page + 1 } };
    });
}

const countOf = (database: SocialDatabase, name: string) =>
  database.read(async (reader) => (await reader.post('counter', name))?.publishedAt ?? 0);

describe('the task runner', () => {
  it('carries out what is added, page by page, and leaves nothing behind', async () => {
    const seen: number[] = [];
    const { database, tasks, add, until, isDrained } = await openScene({ withdrawNote: counting(seen) });
    await using _runner = startTaskRunner(tasks);
    await add({ name: 'a', pages: 45 });
    await until(isDrained);
    expect(seen).toEqual(Array.from({ length: 45 }, (_, page) => page));
    expect(await countOf(database, 'a')).toBe(45);
  });

  it('waits for a time, and for nothing before it', async () => {
    const { database, tasks, add, until, clock, isDrained } = await openScene({ withdrawNote: counting() });
    await using _runner = startTaskRunner(tasks);
    const dueAt = clock.now() + 3_600_000;
    await add({ name: 'later', pages: 1 }, dueAt);
    await add({ name: 'now', pages: 1 });
    await until(async () => (await countOf(database, 'now')) === 1);
    expect(await countOf(database, 'later')).toBe(0);
    await until(isDrained);
    expect(clock.now()).toBeGreaterThanOrEqual(dueAt);
    expect(await countOf(database, 'later')).toBe(1);
  });

  it('tries again after pauses that grow, and gives up with a word in the log', async () => {
    const times: number[] = [];
    const scene = await openScene({
      withdrawNote: async () => {
        times.push(scene.clock.now());
        if (times.length % 2 === 0) throw new Error('it broke');
        return { next: 'again', reason: 'nobody answers' };
      },
    });
    const { tasks, add, until, isDrained, logged } = scene;
    await using _runner = startTaskRunner(tasks);
    await add({});
    await until(isDrained);
    expect(times).toHaveLength(taskAttemptsMax);
    for (let index = 1; index < 8; index++) {
      const pause = (times[index] as number) - (times[index - 1] as number);
      expect(pause).toBeGreaterThanOrEqual(deliveryPauseMsMin * 2 ** (index - 1));
    }
    expect(logged).toEqual(['a task is given up']);
  });

  it('forgets failed attempts once a step succeeds', async () => {
    let attempts = 0;
    const scene = await openScene({
      withdrawNote: async (_context, task) => {
        attempts++;
        if (task.attempts < taskAttemptsMax - 1) return { next: 'again', reason: 'not yet' };
        return task.data.second ? taskDone : { next: 'continue', data: { second: true } };
      },
    });
    const { tasks, add, until, isDrained, logged } = scene;
    await using _runner = startTaskRunner(tasks);
    await add({});
    await until(isDrained);
    expect(attempts).toBe(2 * taskAttemptsMax);
    expect(logged).toEqual([]);
  });

  it('keeps a kind that it does not know until it gives up, and goes on with others', async () => {
    const { database, social, tasks, add, until } = await openScene({ withdrawNote: counting() });
    await using _runner = startTaskRunner(tasks);
    const unknown = { ...newTask(social, 'withdrawNote', {}), kind: 'ofTheFuture' };
    await database.write((writer) => writer.tasks.add(unknown));
    await add({ name: 'known', pages: 1 });
    await until(async () => (await countOf(database, 'known')) === 1);
    const waits = await database.read((reader) => reader.tasks.due(Number.MAX_SAFE_INTEGER, 2));
    expect(waits).toMatchObject([{ kind: 'ofTheFuture' }]);
  });

  it('lets no long task keep others waiting, and takes some at once', async () => {
    let underWay = 0;
    let underWayMax = 0;
    const scene = await openScene({
      withdrawNote: async (context, task) => {
        underWayMax = Math.max(underWayMax, ++underWay);
        await setImmediate();
        underWay--;
        return counting()(context, task);
      },
    });
    const { database, tasks, add, until, isDrained } = scene;
    for (let index = 0; index < tasksAtOnce; index++) await add({ name: `long${index}`, pages: 200 });
    await add({ name: 'short', pages: 1 });
    await using _runner = startTaskRunner(tasks);
    await until(async () => (await countOf(database, 'short')) === 1);
    expect(await countOf(database, 'long0')).toBeLessThan(200);
    await until(isDrained);
    expect(await countOf(database, 'long7')).toBe(200);
    expect(underWayMax).toBe(tasksAtOnce);
  });

  it('writes nothing any more once another process has taken over', async () => {
    const { promise: held, resolve } = Promise.withResolvers<void>();
    let calls = 0;
    const scene = await openScene({
      withdrawNote: async (context, task) => {
        if (++calls === 1) await held;
        return counting()(context, task);
      },
    });
    const { database, tasks, add, clock, until, isDrained } = scene;
    const stalled = { ...tasks.social, renewLease: () => new Promise<never>(() => undefined) };
    startTaskRunner({ ...tasks, social: stalled });
    await add({ name: 'a', pages: 1 });
    await until(() => calls === 1);
    clock.advance(workLeaseMs);
    await using _second = startTaskRunner(tasks);
    await until(isDrained);
    resolve();
    await until(() => true);
    expect(calls).toBe(2);
    expect(await countOf(database, 'a')).toBe(1);
  });

  it('breaks off what is under way when it is stopped, and another goes on at once', async () => {
    let calls = 0;
    const scene = await openScene({
      withdrawNote: async (context, task) => {
        if (++calls > 1) return counting()(context, task);
        await new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(new Error('broken off')));
        });
        return taskDone;
      },
    });
    const { database, tasks, add, until, isDrained, logged, clock } = scene;
    const first = startTaskRunner(tasks);
    await add({ name: 'a', pages: 1 });
    await until(() => calls === 1);
    const stopped = first[Symbol.asyncDispose]();
    await until(async () => Promise.race([stopped.then(() => true), setImmediate(false)]));
    const stoppedAt = clock.now();
    await using _second = startTaskRunner(tasks);
    await until(isDrained);
    expect(clock.now()).toBe(stoppedAt);
    expect(await countOf(database, 'a')).toBe(1);
    expect(logged).toEqual([]);
  });
});

describe('killed at any moment, on a store that loses outcomes', () => {
  it('does every step of every task once', async () => {
    const crash = fc.record({ calls: fc.integer({ min: 0, max: 30 }), takesPlace: fc.boolean() });
    const plan = fc.record({
      seed: fc.string(),
      crashes: fc.array(crash, { maxLength: 4 }),
      pages: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ seed, crashes, pages }) => {
        const engine = makeFaultyEngine(openMemoryEngine(), {
          clock: systemClock,
          random: seededRandom(seed),
          chances: { conflict: 0.03, unknownApplied: 0.05, unknownNotApplied: 0.05 },
        });
        const steps = { withdrawNote: counting() };
        const { database, tasks, add, until, isDrained } = await openScene(steps, engine, seed);
        for (const [name, count] of pages.entries()) await add({ name, pages: count });
        for (const { calls, takesPlace } of crashes) {
          const life = new Life(calls, takesPlace);
          startTaskRunner({ ...tasks, social: mortalDatabase(database, life) });
          await until(async () => life.isOver || isDrained());
          life.isOver = true;
        }
        await using _last = startTaskRunner(tasks);
        await until(isDrained);
        for (const [name, count] of pages.entries()) expect(await countOf(database, `${name}`)).toBe(count);
      }),
      { numRuns: 40 },
    );
  });
});
