// What depends on the time and on the backing: group commit, durability, failed writes, transactions that take too long.
import { describe, expect, test } from 'vitest';
import type { Backing, BackingView, Change } from '#store/engines/embedded/backing';
import { Transactor } from '#store/engines/embedded/transactor';
import type { Clock } from '#support/clock';
import { transactionDurationMsMax } from '#support/limits';

/** A backing that writes when the test says so. */
class ScriptedBacking implements Backing {
  readonly version = 0;
  readonly writes: { changes: readonly Change[]; finish(error?: Error): void }[] = [];
  openViews = 0;

  view(): BackingView {
    this.openViews++;
    const values = new Map<string, Buffer>();
    for (const { changes } of this.writes) {
      for (const { bytes, value } of changes) {
        if (value) values.set(bytes.toString(), value);
        else values.delete(bytes.toString());
      }
    }
    return {
      get: (bytes) => values.get(bytes.toString()),
      page: async () => ({ entries: [], more: false }),
      keys: async () => [...values.keys()].map((key) => Buffer.from(key)),
      close: () => {
        this.openViews--;
      },
    };
  }

  write(changes: readonly Change[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.writes.push({ changes, finish: (error) => (error ? reject(error) : resolve()) });
    return promise;
  }

  async close(): Promise<void> {}
}

function open() {
  const clock = { nowMs: 0 };
  const backing = new ScriptedBacking();
  const fakeClock: Clock = { now: () => clock.nowMs, sleep: async () => undefined };
  return { clock, backing, engine: new Transactor({ backing, clock: fakeClock }) };
}

const bytes = (text: string) => Buffer.from(text);
const turn = () => new Promise((resolve) => setImmediate(resolve));

function commit(engine: Transactor, key: string, value = '1'): Promise<string> {
  const transaction = engine.begin();
  transaction.set(bytes(key), bytes(value));
  return transaction.commit();
}

/** Whether a promise has been settled by now. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  const pending = turn().then(() => 'pending');
  return await Promise.race([promise.then(() => 'resolved').catch(() => 'rejected'), pending]);
}

describe('group commit', () => {
  test('all that wait share one write, in which each key comes once with its last value', async () => {
    const { backing, engine } = open();
    const first = commit(engine, 'a');
    await turn();
    const waiting = Promise.all(Array.from({ length: 10 }, (_, index) => commit(engine, 'b', String(index))));
    await turn();
    expect(backing.writes.length).toBe(1);
    backing.writes[0]!.finish();
    await first;
    await turn();
    expect(backing.writes.length).toBe(2);
    expect(backing.writes[1]!.changes.map(({ value }) => value?.toString())).toEqual(['9']);
    backing.writes[1]!.finish();
    expect(new Set(await waiting).size).toBe(10);
  });

  test('nothing is acknowledged before its write, and reads of it wait for it too', async () => {
    const { backing, engine } = open();
    const committed = commit(engine, 'a');
    const reader = engine.begin();
    expect(await reader.get(bytes('a'))).toEqual(bytes('1'));
    const answer = reader.durable();
    const readOnly = engine.begin();
    await readOnly.get(bytes('a'));
    const readOnlyCommit = readOnly.commit();
    expect(await stateOf(Promise.race([committed, answer, readOnlyCommit]))).toBe('pending');
    expect(backing.writes.length).toBe(1);
    backing.writes[0]!.finish();
    await Promise.all([committed, answer, readOnlyCommit]);
  });

  test('a reader of what is on disk does not wait for a write that is under way', async () => {
    const { engine } = open();
    const reader = engine.begin();
    await reader.get(bytes('a'));
    const committed = commit(engine, 'a');
    await turn();
    await reader.durable();
    expect(await stateOf(committed)).toBe('pending');
  });

  test('watches are told after the write of the change', async () => {
    const { backing, engine } = open();
    const watching = engine.begin();
    const watch = watching.watch(bytes('a'));
    await watching.commit();
    const committed = commit(engine, 'a');
    await turn();
    expect(await stateOf(watch.changed)).toBe('pending');
    backing.writes[0]!.finish();
    await watch.changed;
    await committed;
  });
});

describe('a write that fails', () => {
  test('rejects all that waited for it, and everything after it', async () => {
    const { backing, engine } = open();
    const watching = engine.begin();
    const watch = watching.watch(bytes('z'));
    await watching.commit();
    const failing = commit(engine, 'a');
    await turn();
    const queued = commit(engine, 'b');
    const reader = engine.begin();
    await reader.get(bytes('a'));
    const answer = reader.durable();
    backing.writes[0]!.finish(new Error('no space left on device'));
    for (const waiting of [failing, queued, answer, watch.changed]) {
      await expect(waiting).rejects.toMatchObject({
        code: 1510,
        message: expect.stringContaining('no space'),
      });
    }
    expect(engine.failed.reason).toMatchObject({ code: 1510 });
    expect(() => engine.begin()).toThrow(expect.objectContaining({ code: 1510 }));
    expect(() => reader.get(bytes('a'))).toThrow(expect.objectContaining({ code: 1510 }));
    await expect(reader.durable()).rejects.toMatchObject({ code: 1510 });
    expect(backing.writes.length).toBe(1);
    await engine[Symbol.asyncDispose]();
  });

  test('is a failure of the engine, and closing is none', async () => {
    const { engine } = open();
    await engine[Symbol.asyncDispose]();
    expect(() => engine.begin()).toThrow();
    expect(engine.failed.aborted).toBe(false);
  });
});

describe('a transaction that takes too long', () => {
  test('fails with 1007 at its commit, unless it has read nothing', async () => {
    const { clock, backing, engine } = open();
    const [writing, late, blind] = [engine.begin(), engine.begin(), engine.begin()];
    for (const transaction of [writing, late]) await transaction.get(bytes('a'));
    for (const transaction of [writing, late, blind]) transaction.set(bytes('b'), bytes('1'));
    clock.nowMs += transactionDurationMsMax;
    const inTime = writing.commit();
    clock.nowMs += 1;
    await expect(late.commit()).rejects.toMatchObject({ code: 1007 });
    const blindCommit = blind.commit();
    await turn();
    backing.writes[0]!.finish();
    await Promise.all([inTime, blindCommit]);
  });

  test('does not keep old versions for ever, even if nobody ends it', async () => {
    const { clock, backing, engine } = open();
    const forgotten = engine.begin();
    await forgotten.get(bytes('a'));
    for (let round = 0; round < 3; round++) {
      const committed = commit(engine, 'a', String(round));
      await turn();
      backing.writes[round]!.finish();
      await committed;
      if (round === 0) expect(backing.openViews).toBe(2);
      if (round === 0) expect(engine.history.find('a', 9)).toBeDefined();
      clock.nowMs += transactionDurationMsMax + 1;
    }
    expect(backing.openViews).toBe(1);
    expect(engine.history.find('a', 9)).toBeUndefined();
    expect(() => forgotten.get(bytes('a'))).toThrow(expect.objectContaining({ code: 1007 }));
    forgotten.cancel();
  });
});

test('views are closed when their last reader has ended', async () => {
  const { backing, engine } = open();
  const readers = [engine.begin(), engine.begin()];
  for (const reader of readers) await reader.get(bytes('a'));
  const committed = commit(engine, 'a');
  await turn();
  backing.writes[0]!.finish();
  await committed;
  expect(backing.openViews).toBe(2);
  readers[0]!.cancel();
  expect(backing.openViews).toBe(2);
  expect(engine.history.find('a', 9)).toBeDefined();
  await readers[1]!.commit();
  expect(backing.openViews).toBe(1);
  expect(engine.history.find('a', 9)).toBeUndefined();
});
