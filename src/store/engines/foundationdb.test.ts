// The engine against a stand-in for the npm package: what is handed to each of its calls, and what is made of answers
// and errors. A real cluster is tested by test/foundationdb.
import { expect, test } from 'vitest';
import { openFoundationdbEngine } from '#store/engines/foundationdb';
import { type Binding, type BindingTransaction, loadBinding } from '#store/engines/foundationdb/binding';
import { StoreError } from '#store/errors';

const clusterFile = import.meta.filename;
const key = (text: string): Buffer => Buffer.from(text);
const stamp = '00000000000003e80007';

class FdbError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`error ${code}`);
    this.code = code;
  }
}

/** Notes every call; `answers` gives what calls of a name return. */
function makeBinding(answers: Readonly<Record<string, (...parameters: unknown[]) => unknown>> = {}) {
  const calls: [name: string, ...parameters: unknown[]][] = [];
  const standard: Readonly<Record<string, (...parameters: unknown[]) => unknown>> = {
    rawCreateTransaction: () => recorder,
    snapshot: () => recorder,
    open: () => recorder,
    getReadVersion: () => Promise.resolve(Buffer.from('00000000000003e8', 'hex')),
    getVersionstamp: () => ({ promise: Promise.resolve(Buffer.from(stamp, 'hex')) }),
    rawCommit: () => Promise.resolve(),
    get: () => Promise.resolve(undefined),
    getRangeNative: () => Promise.resolve({ results: [[key('a'), key('1')]], more: true }),
  };
  const recorder: BindingTransaction & Binding = new Proxy({} as BindingTransaction & Binding, {
    get:
      (_target, name) =>
      (...parameters: unknown[]) => {
        calls.push([String(name), ...parameters]);
        return (answers[String(name)] ?? standard[String(name)])?.(...parameters);
      },
  });
  return { binding: recorder, calls, named: (name: string) => calls.filter(([called]) => called === name) };
}

test('selects the version that a 7.1 library knows, once per opening, and probes the cluster', async () => {
  const { binding, named } = makeBinding();
  await using engine = await openFoundationdbEngine(clusterFile, { binding });
  expect(engine.commitMayBeUnknown).toBe(true);
  expect(named('setAPIVersion')).toEqual([['setAPIVersion', 710, 710]]);
  expect(named('open')).toEqual([['open', clusterFile]]);
  expect(named('getReadVersion')).toHaveLength(1);
});

test('a cluster that does not answer, a missing file, and errors of the package', async () => {
  const silent = makeBinding({ getReadVersion: () => Promise.reject(new FdbError(1031)) });
  await expect(openFoundationdbEngine(clusterFile, { binding: silent.binding })).rejects.toThrow(
    'did not answer',
  );
  expect(silent.named('close')).toHaveLength(1);
  const { binding } = makeBinding({
    open: () => {
      throw new FdbError(2104);
    },
  });
  await expect(openFoundationdbEngine(clusterFile, { binding })).rejects.toMatchObject({ code: 2104 });
  await expect(openFoundationdbEngine('/nowhere/fdb.cluster', { binding })).rejects.toThrow('cannot be read');
  await expect(openFoundationdbEngine(`/${'x'.repeat(1_023)}`, { binding })).rejects.toThrow('1023 bytes');
});

test('while the client finds its cluster, the probe is made again', async () => {
  let probes = 0;
  const { binding } = makeBinding({
    getReadVersion: () =>
      ++probes < 3 ? Promise.reject(new FdbError(1039)) : Promise.resolve(Buffer.alloc(8)),
  });
  await using engine = await openFoundationdbEngine(clusterFile, { binding });
  expect(engine.commitMayBeUnknown).toBe(true);
  expect(probes).toBe(3);
});

test('mutations: stamps carry their offset in four bytes, little-endian', async () => {
  const { binding, calls } = makeBinding();
  await using engine = await openFoundationdbEngine(clusterFile, { binding });
  const transaction = engine.begin();
  calls.length = 0;
  transaction.set(key('a'), key('1'));
  transaction.clear(key('a'));
  transaction.clearRange({ begin: key('a'), end: key('b') });
  transaction.add(key('a'), Buffer.of(1));
  transaction.max(key('a'), Buffer.of(2));
  transaction.setStampedKey(Buffer.from(`ab${'\xff'.repeat(10)}`, 'latin1'), 2, key('v'));
  transaction.setStampedValue(key('k'), Buffer.alloc(300), 0x0101);
  transaction.addReadConflict({ begin: key('a'), end: key('b') });
  transaction.addWriteConflict({ begin: key('a'), end: key('b') });
  expect(calls).toEqual([
    ['set', key('a'), key('1')],
    ['clear', key('a')],
    ['clearRange', key('a'), key('b')],
    ['atomicOpNative', 2, key('a'), Buffer.of(1)],
    ['atomicOpNative', 12, key('a'), Buffer.of(2)],
    ['atomicOpNative', 14, Buffer.from(`ab${'\xff'.repeat(10)}\x02\0\0\0`, 'latin1'), key('v')],
    ['atomicOpNative', 15, key('k'), Buffer.concat([Buffer.alloc(300), Buffer.of(1, 1, 0, 0)])],
    ['getReadVersion'],
    ['addReadConflictRange', key('a'), key('b')],
    ['addWriteConflictRange', key('a'), key('b')],
  ]);
  expect([transaction.nextOrder(), transaction.nextOrder()]).toEqual([0, 1]);
});

test('empty ranges are no writes: the client commits them without a stamp', async () => {
  const { binding } = makeBinding({
    getVersionstamp: () => ({ promise: Promise.reject(new FdbError(2021)) }),
  });
  await using engine = await openFoundationdbEngine(clusterFile, { binding });
  const transaction = engine.begin();
  const nothing = { begin: key('a'), end: key('a') };
  transaction.clearRange(nothing);
  transaction.addWriteConflict(nothing);
  expect(await transaction.commit()).toBe('00000000000003e8ffff');
});

test('ranges: pages as the cluster likes, or exactly so many', async () => {
  const { binding, named } = makeBinding();
  await using engine = await openFoundationdbEngine(clusterFile, { binding });
  const transaction = engine.begin();
  const range = { begin: key('a'), end: key('b') };
  expect(await transaction.getRange(range)).toEqual({
    entries: [{ key: key('a'), value: key('1') }],
    more: true,
  });
  await transaction.snapshot.getRange(range, { limit: 7, reverse: true });
  expect(named('addReadConflictRange')).toEqual([]);
  const at = (text: string) => ({ key: key(text), orEqual: false, offset: 1 });
  expect(named('getRangeNative')).toEqual([
    ['getRangeNative', at('a'), at('b'), 0, 0, -2, 1, false],
    ['getRangeNative', at('a'), at('b'), 7, 0, 0, 1, true],
  ]);
});

test('a page that was read backward conflicts with what it covers only', async () => {
  const pages = [
    { results: [[key('c'), key('1')]], more: true },
    { results: [[key('c'), key('1')]], more: false },
    { results: [], more: false },
  ];
  const { binding, named } = makeBinding({ getRangeNative: () => Promise.resolve(pages.shift()) });
  await using engine = await openFoundationdbEngine(clusterFile, { binding });
  const transaction = engine.begin();
  const range = { begin: key('a'), end: key('z') };
  for (let read = 0; read < 3; read++) await transaction.getRange(range, { limit: 1, reverse: true });
  expect(named('addReadConflictRange')).toEqual([
    ['addReadConflictRange', key('c'), key('z')],
    ['addReadConflictRange', key('a'), key('z')],
    ['addReadConflictRange', key('a'), key('z')],
  ]);
});

test('a commit asks for its stamp first; one without writes answers with the version it read', async () => {
  const { binding, calls } = makeBinding();
  await using engine = await openFoundationdbEngine(clusterFile, { binding });
  const writing = engine.begin();
  writing.set(key('a'), key('1'));
  calls.length = 0;
  expect(await writing.commit()).toBe(stamp);
  expect(calls.map(([name]) => name)).toEqual(['getVersionstamp', 'rawCommit']);
  const reading = engine.begin();
  expect(await reading.position()).toBe('00000000000003e8ffffffff');
  expect(await reading.commit()).toBe('00000000000003e8ffff');
  expect(calls.filter(([name]) => name === 'getVersionstamp')).toHaveLength(1);
});

test('errors keep their numbers, whether they are thrown or rejected', async () => {
  const { binding } = makeBinding({
    get: () => Promise.reject(new FdbError(1007)),
    rawCommit: () => Promise.reject(new FdbError(1021)),
    getVersionstamp: () => ({ promise: Promise.reject(new FdbError(1021)) }),
    addReadConflictRange: () => {
      throw new FdbError(2005);
    },
  });
  await using engine = await openFoundationdbEngine(clusterFile, { binding });
  const transaction = engine.begin();
  const tooOld: unknown = await Promise.resolve(transaction.get(key('a'))).catch((error: unknown) => error);
  expect(tooOld).toBeInstanceOf(StoreError);
  expect(tooOld).toMatchObject({ code: 1007, isRetryable: true });
  expect(() => transaction.addReadConflict({ begin: key('b'), end: key('a') })).toThrow(StoreError);
  transaction.set(key('a'), key('1'));
  await expect(transaction.commit()).rejects.toMatchObject({ code: 1021, isOutcomeUnknown: true });
});

test('closing cancels the watches that wait, and nothing is begun after it', async () => {
  const { promise, reject } = Promise.withResolvers<boolean>();
  const { binding, named } = makeBinding({
    watch: () => ({ promise, cancel: () => reject(new FdbError(1101)) }),
  });
  const engine = await openFoundationdbEngine(clusterFile, { binding });
  const watch = engine.begin().watch(key('a'));
  expect(named('watch')).toEqual([['watch', key('a'), { throwAllErrors: true }]]);
  const outcome = expect(watch.changed).rejects.toMatchObject({ code: 1101 });
  await engine[Symbol.asyncDispose]();
  await outcome;
  await engine[Symbol.asyncDispose]();
  expect(named('close')).toHaveLength(1);
  expect(() => engine.begin()).toThrow('closed');
});

test('a transaction that does not commit rejects its watches, which the client would leave waiting', async () => {
  const { binding, named } = makeBinding({
    watch: () => ({ promise: new Promise(() => undefined), cancel: () => binding.open('cancelled') }),
    rawCommit: () => Promise.reject(new FdbError(1036)),
  });
  const engine = await openFoundationdbEngine(clusterFile, { binding });
  const failing = engine.begin();
  const first = failing.watch(key('a'));
  failing.set(key('a'), key('1'));
  await expect(failing.commit()).rejects.toMatchObject({ code: 1036 });
  await expect(first.changed).rejects.toMatchObject({ code: 1025 });
  const cancelled = engine.begin();
  const second = cancelled.watch(key('a'));
  cancelled.cancel();
  await expect(second.changed).rejects.toMatchObject({ code: 1025 });
  expect(named('open').filter(([, argument]) => argument === 'cancelled')).toHaveLength(2);
  await engine[Symbol.asyncDispose]();
});

test('loading says what to install', async () => {
  const failing = (error: Error) => loadBinding(() => Promise.reject(error));
  const noPackage = Object.assign(new Error("Cannot find package 'foundationdb' imported from x"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  await expect(failing(noPackage)).rejects.toThrow('npm install --ignore-scripts foundationdb@2.0.1');
  const noLibrary = Object.assign(new Error('libfdb_c.so: cannot open shared object file'), {
    code: 'ERR_DLOPEN_FAILED',
  });
  await expect(failing(noLibrary)).rejects.toThrow('foundationdb-clients');
  await expect(loadBinding(() => Promise.resolve({ default: {} }))).rejects.toThrow('not the package');
  const { binding } = makeBinding();
  const wrapped = { default: { setAPIVersion: binding.setAPIVersion, open: binding.open } };
  expect(await loadBinding(() => Promise.resolve(wrapped))).toBe(wrapped.default);
});
