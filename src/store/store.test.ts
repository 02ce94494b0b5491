import { describe, expect, test } from 'vitest';
import type { CommitStamp, Engine, EngineTransaction, Transaction } from '#store/contract';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { StoreError, storeErrors } from '#store/errors';
import { retryAttemptsMax } from '#store/retry';
import { makeStore } from '#store/store';
import { readStamp } from '#store/versionstamp';
import { type Clock, systemClock } from '#support/clock';
import { keyBytesMax, transactionDurationMsMax, valueBytesMax } from '#support/limits';
import { seededRandom } from '#support/random';

const key = (text: string): Buffer => Buffer.from(text);
const range = (begin: string, end: string) => ({ begin: key(begin), end: key(end) });

/** Moves only when told to, and by every sleep. */
function steppedClock(): Clock & { nowMs: number; sleeps: number[] } {
  const clock = {
    nowMs: 1_000_000,
    sleeps: [] as number[],
    now: () => clock.nowMs,
    async sleep(durationMs: number) {
      clock.sleeps.push(durationMs);
      clock.nowMs += durationMs;
    },
  };
  return clock;
}

/** Commits that are left under way take place in real time, when everything else is long over. */
function openFaultyStore() {
  const clock = steppedClock();
  const random = seededRandom('store');
  const engine = makeFaultyEngine(openMemoryEngine(), { clock: systemClock, random, laterMs: 20 });
  return { clock, engine, store: makeStore(engine, { clock, random }) };
}

async function codeOf(action: () => unknown): Promise<number> {
  try {
    await action();
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  throw new Error('no error was thrown');
}

/** Puts something of ours in the place of single methods of every attempt. */
function overriding(
  engine: Engine,
  override: (attempt: EngineTransaction) => Partial<EngineTransaction>,
): Engine {
  return {
    commitMayBeUnknown: engine.commitMayBeUnknown,
    failed: engine.failed,
    begin() {
      const attempt = engine.begin();
      const overrides: Partial<Record<PropertyKey, unknown>> = override(attempt);
      return new Proxy(attempt, {
        get(target, name) {
          const found = overrides[name] ?? Reflect.get(target, name, target);
          return typeof found === 'function' ? found.bind(target) : found;
        },
      });
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

describe('a transaction', () => {
  test('answers with the value and the stamp of its commit', async () => {
    await using store = makeStore(openMemoryEngine());
    const { value, stamp } = await store.transact((transaction) => {
      transaction.setStampedValue(key('a'), Buffer.alloc(10), 0);
      return 'answer';
    });
    expect(value).toBe('answer');
    expect(readStamp((await store.read((reader) => reader.get(key('a')))) as Buffer)).toBe(stamp);
  });

  test('that wrote nothing has the stamp of the version that it read', async () => {
    await using store = makeStore(openMemoryEngine());
    const { stamp } = await store.transact((transaction) => transaction.set(key('a'), key('1')));
    const reading = await store.transact((transaction) => transaction.get(key('a')));
    expect(reading.stamp >= stamp).toBe(true);
    const later = await store.transact((transaction) => transaction.set(key('a'), key('2')));
    expect(reading.stamp < later.stamp).toBe(true);
  });

  test('is made again after conflicts, after pauses that grow', async () => {
    const { clock, engine, store } = openFaultyStore();
    engine.failNext(...Array<'conflict'>(12).fill('conflict'), 'tooOld');
    let runs = 0;
    await store.transact((transaction) => {
      runs++;
      transaction.set(key('a'), key(String(runs)));
    });
    expect(runs).toBe(14);
    expect(await store.read((reader) => reader.get(key('a')))).toEqual(key('14'));
    expect(Math.max(...clock.sleeps.slice(8))).toBeGreaterThan(Math.max(...clock.sleeps.slice(0, 3)));
    expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(250);
  });

  test('gives up after the attempts or the time that it has, naming the last error', async () => {
    const { engine, store } = openFaultyStore();
    engine.failNext(...Array<'conflict'>(retryAttemptsMax * 2).fill('conflict'));
    const failure = await store.transact((t) => t.set(key('a'), key('1'))).catch((error) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure.code).toBe(storeErrors.transactionTimedOut);
    expect(failure.message).toContain('a conflict was injected');
    expect(engine.struck.conflict).toBeLessThanOrEqual(retryAttemptsMax);
  });

  test('that gives up on an unknown outcome says that it is unknown', async () => {
    const { engine, store } = openFaultyStore();
    engine.failNext(...Array<'unknownNotApplied'>(retryAttemptsMax * 2).fill('unknownNotApplied'));
    expect(await codeOf(() => store.transact((t) => t.set(key('a'), key('1'))))).toBe(
      storeErrors.commitUnknownResult,
    );
  });

  test('whose body throws writes nothing, and its error is handed on', async () => {
    await using store = makeStore(openMemoryEngine());
    const refusal = new Error('refused');
    await expect(
      store.transact((transaction) => {
        transaction.set(key('a'), key('1'));
        throw refusal;
      }),
    ).rejects.toBe(refusal);
    expect(await store.read((reader) => reader.get(key('a')))).toBeUndefined();
  });

  test('cannot be used once its body has ended', async () => {
    await using store = makeStore(openMemoryEngine());
    let kept: Transaction | undefined;
    await store.transact((transaction) => {
      kept = transaction;
      transaction.set(key('a'), key('1'));
    });
    const uses = [
      () => kept?.get(key('a')),
      () => kept?.snapshot.get(key('a')),
      () => kept?.set(key('a'), key('2')),
      () => kept?.addReadConflict(range('a', 'b')),
      () => kept?.nextOrder(),
      () => kept?.watch(key('a')),
    ];
    for (const use of uses) expect(await codeOf(use)).toBe(storeErrors.usedDuringCommit);
  });

  test('is not repeated once its signal is aborted', async () => {
    const { engine, store } = openFaultyStore();
    const abort = new AbortController();
    engine.failNext('conflict', 'conflict');
    let runs = 0;
    const call = store.transact(
      (transaction) => {
        runs++;
        abort.abort(new Error('enough'));
        transaction.set(key('a'), key('1'));
      },
      { signal: abort.signal },
    );
    await expect(call).rejects.toThrow('enough');
    expect(runs).toBe(1);
  });

  test('keeps its watches: they are told of a later change', async () => {
    await using store = makeStore(openMemoryEngine());
    const { value: watch } = await store.transact((transaction) => transaction.watch(key('a')));
    await store.transact((transaction) => transaction.set(key('a'), key('1')));
    await watch.changed;
  });

  test('that runs again leaves a rejected watch behind that disturbs nobody', async () => {
    const { engine, store } = openFaultyStore();
    engine.failNext('conflict');
    const watches: Promise<void>[] = [];
    await store.transact((transaction) => {
      watches.push(transaction.watch(key('a')).changed);
      transaction.set(key('b'), key('1'));
    });
    await expect(watches[0]).rejects.toBeInstanceOf(StoreError);
    expect(watches).toHaveLength(2);
  });
});

describe('limits', () => {
  const stamp = Buffer.alloc(10);
  const refused: [string, number, (transaction: Transaction) => unknown][] = [
    ['a key', 2102, (t) => t.set(Buffer.alloc(keyBytesMax + 1), stamp)],
    ['a key that is read', 2102, (t) => t.get(Buffer.alloc(keyBytesMax + 1))],
    ['a value', 2103, (t) => t.set(key('a'), Buffer.alloc(valueBytesMax + 1))],
    ['a stamped key with its offset', 2102, (t) => t.setStampedKey(Buffer.alloc(keyBytesMax - 3), 0, stamp)],
    [
      'a stamped value with its offset',
      2103,
      (t) => t.setStampedValue(key('a'), Buffer.alloc(valueBytesMax - 3), 0),
    ],
    ['a range upside down', 2005, (t) => t.clearRange(range('b', 'a'))],
    ['a read upside down', 2005, (t) => t.getRange(range('b', 'a'))],
    ['a conflict upside down', 2005, (t) => t.addReadConflict(range('b', 'a'))],
    ['a system key', 2004, (t) => t.set(Buffer.of(0xff), stamp)],
    ['a system key that is read', 2004, (t) => t.snapshot.get(Buffer.of(0xff, 1))],
    ['a system key that is watched', 2004, (t) => t.watch(Buffer.of(0xff, 1))],
    ['a range into the system', 2004, (t) => t.getRange({ begin: key('a'), end: Buffer.of(0xff, 0) })],
    ['a stamp outside of the key', 2000, (t) => t.setStampedKey(Buffer.alloc(12), 3, stamp)],
    ['a stamp before the value', 2000, (t) => t.setStampedValue(key('a'), stamp, -1)],
    ['a limit of none', 2000, (t) => t.getRange(range('a', 'b'), { limit: 0 })],
  ];

  test.each(refused)('%s is refused: %i', async (_what, code, use) => {
    await using store = makeStore(openMemoryEngine());
    expect(await codeOf(() => store.transact((transaction) => use(transaction)))).toBe(code);
  });

  test('what lies just within them is taken', async () => {
    await using store = makeStore(openMemoryEngine());
    await store.transact(async (transaction) => {
      transaction.set(Buffer.alloc(keyBytesMax), Buffer.alloc(valueBytesMax));
      transaction.setStampedKey(Buffer.alloc(keyBytesMax - 4), keyBytesMax - 14, stamp);
      transaction.setStampedValue(key('v'), Buffer.alloc(valueBytesMax - 4), valueBytesMax - 14);
      transaction.clearRange({ begin: key('x'), end: Buffer.of(0xff) });
    });
  });

  test('a transaction has at most ten million bytes', async () => {
    await using store = makeStore(openMemoryEngine());
    const write = (rows: number) =>
      store.transact((transaction) => {
        for (let row = 0; row < rows; row++) transaction.set(key(`row ${row}`), Buffer.alloc(valueBytesMax));
      });
    await write(99);
    expect(await codeOf(() => write(100))).toBe(storeErrors.transactionTooLarge);
  });

  test('an attempt lives five seconds; a body that is always slower fails', async () => {
    const { clock, store } = openFaultyStore();
    let runs = 0;
    await store.transact((transaction) => {
      if (runs++ === 0) clock.nowMs += transactionDurationMsMax + 1;
      transaction.set(key('a'), key(String(runs)));
    });
    expect(runs).toBe(2);
    const slow = store.transact(async (transaction) => {
      clock.nowMs += transactionDurationMsMax + 1;
      await transaction.get(key('a'));
    });
    expect(await codeOf(() => slow)).toBe(storeErrors.transactionTimedOut);
  });
});

describe('durability', () => {
  /** An engine whose commits are seen at once and become durable only when the test says so. */
  function openHeldStore() {
    const { promise: flushed, resolve: flush } = Promise.withResolvers<void>();
    const engine = overriding(openMemoryEngine(), () => ({ durable: () => flushed }));
    return { store: makeStore(engine), flush };
  }

  test.each<[string, (store: ReturnType<typeof openHeldStore>['store']) => Promise<unknown>]>([
    ['a read', (store) => store.read((reader) => reader.get(key('a')))],
    ['a transaction that wrote nothing', (store) => store.transact((t) => t.get(key('a')))],
    [
      'a refusal',
      (store) =>
        store.transact(() => {
          throw new Error('refused');
        }),
    ],
  ])('%s is not answered before what it saw is durable', async (_what, call) => {
    const { store, flush } = openHeldStore();
    let answered = false;
    const answer = call(store)
      .catch(() => undefined)
      .then(() => (answered = true));
    await systemClock.sleep(20);
    expect(answered).toBe(false);
    flush();
    await answer;
  });
});

describe('closing', () => {
  test('ends retries, waits for calls under way and refuses new ones', async () => {
    const engine = makeFaultyEngine(openMemoryEngine(), {
      clock: steppedClock(),
      random: seededRandom('closing'),
      chances: { conflict: 1 },
    });
    const store = makeStore(engine);
    const call = store.transact((transaction) => transaction.set(key('a'), key('1')));
    const outcome = codeOf(() => call);
    await store[Symbol.asyncDispose]();
    expect(await outcome).toBe(storeErrors.transactionCancelled);
    expect(await codeOf(() => store.read(() => 1))).toBe(storeErrors.transactionCancelled);
  });
});

describe('on an engine that can lose an outcome', () => {
  async function rows(store: ReturnType<typeof openFaultyStore>['store']) {
    return (await store.read((reader) => reader.getRange(range('row', 'rox')))).entries;
  }

  /** A write that must not happen twice: each run has a row of its own. */
  function append(store: ReturnType<typeof openFaultyStore>['store']) {
    let runs = 0;
    return store.transact((transaction) => {
      runs++;
      transaction.setStampedKey(Buffer.concat([key('row'), Buffer.alloc(10)]), 3, key(String(runs)));
      return runs;
    });
  }

  test('a commit that took place unseen is answered with its own value and stamp', async () => {
    const { engine, store } = openFaultyStore();
    engine.failNext('unknownApplied');
    const { value, stamp } = await append(store);
    expect(value).toBe(1);
    const [row, ...others] = await rows(store);
    expect(others).toEqual([]);
    expect(row?.value).toEqual(key('1'));
    expect(readStamp(row?.key as Buffer, 3)).toBe(stamp);
  });

  test('a commit that did not take place is made again', async () => {
    const { engine, store } = openFaultyStore();
    // The second one strikes the look-up of the first.
    engine.failNext('unknownNotApplied', 'unknownNotApplied');
    const { value, stamp } = await append(store);
    const [row, ...others] = await rows(store);
    expect(others).toEqual([]);
    expect(row?.value).toEqual(key(String(value)));
    expect(readStamp(row?.key as Buffer, 3)).toBe(stamp);
  });

  test('a commit that is still under way cannot follow the one that took its place', async () => {
    const { engine, store } = openFaultyStore();
    engine.failNext('unknownAppliedLater');
    await append(store);
    await systemClock.sleep(40);
    expect(await rows(store)).toHaveLength(1);
  });

  test('a body that refuses in its second run does so for good', async () => {
    const { engine, store } = openFaultyStore();
    engine.failNext('unknownAppliedLater');
    let runs = 0;
    const call = store.transact((transaction) => {
      if (runs++ > 0) throw new Error('refused');
      transaction.set(key('row'), key('1'));
    });
    const outcome = await call.then(
      () => 'stored',
      () => 'refused',
    );
    await systemClock.sleep(40);
    expect(await rows(store)).toHaveLength(outcome === 'stored' ? 1 : 0);
  });

  test('idempotent transactions write no record and simply run again', async () => {
    const { engine, store } = openFaultyStore();
    engine.failNext('unknownApplied');
    let runs = 0;
    await store.transact(
      (transaction) => {
        runs++;
        transaction.set(key('row'), key(String(runs)));
      },
      { idempotent: true },
    );
    expect(runs).toBe(2);
    const everything = await store.read((reader) =>
      reader.getRange({ begin: Buffer.of(0), end: Buffer.of(0xff) }),
    );
    expect(everything.entries.map((entry) => entry.key)).toEqual([key('row')]);
  });

  test('an engine that never loses one gets no records', async () => {
    await using store = makeStore(openMemoryEngine());
    await store.transact((transaction) => transaction.set(key('row'), key('1')));
    const everything = await store.read((reader) =>
      reader.getRange({ begin: Buffer.of(0), end: Buffer.of(0xff) }),
    );
    expect(everything.entries.map((entry) => entry.key)).toEqual([key('row')]);
  });

  test('a commit that times out counts as unknown', async () => {
    let commits = 0;
    const engine = overriding(openFaultyStore().engine, (attempt) => ({
      async commit(): Promise<CommitStamp> {
        const stamp = await attempt.commit();
        if (commits++ === 0) throw new StoreError(storeErrors.transactionTimedOut, 'no answer');
        return stamp;
      },
    }));
    await using store = makeStore(engine, { clock: steppedClock() });
    const { value, stamp } = await append(store);
    expect(value).toBe(1);
    const page = await store.read((reader) => reader.getRange(range('row', 'rox')));
    expect(page.entries.map((entry) => readStamp(entry.key, 3))).toEqual([stamp]);
  });
});
