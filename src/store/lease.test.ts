import { expect, test } from 'vitest';
import { openMemoryEngine } from '#store/engines/memory';
import { bindTables } from '#store/keyspace';
import {
  acquireLease,
  assertHeld,
  LeaseLostError,
  leaseDeclarations,
  releaseLease,
  renewLease,
} from '#store/lease';
import { makeStore } from '#store/store';

const tables = bindTables(leaseDeclarations, Buffer.of(0x15, 0x01));
const durationMs = 10_000;
const cursor = Buffer.from('cursor');

function ask(holder: string, nowMs: number) {
  return { work: 'sender', holder, nowMs, durationMs };
}

test('one holder at a time, until it runs out; a later holder has a greater fence', async () => {
  await using store = makeStore(openMemoryEngine());
  const first = await acquireLease(tables, store, ask('one', 0));
  expect(first).toMatchObject({ holder: 'one', expiresMs: durationMs });
  expect(await acquireLease(tables, store, ask('two', durationMs - 1))).toBeUndefined();
  expect(await acquireLease(tables, store, { ...ask('two', 0), work: 'another' })).toBeDefined();
  const second = await acquireLease(tables, store, ask('two', durationMs));
  expect(second?.holder).toBe('two');
  expect((second?.fence ?? '') > (first?.fence ?? 'z')).toBe(true);
});

test('of many who ask at once one gets it', async () => {
  await using store = makeStore(openMemoryEngine());
  const asked = Array.from({ length: 10 }, (_, index) =>
    acquireLease(tables, store, ask(`holder ${index}`, 0)),
  );
  expect((await Promise.all(asked)).filter((lease) => lease !== undefined)).toHaveLength(1);
});

test('renewing keeps the fence and holds others off', async () => {
  await using store = makeStore(openMemoryEngine());
  const lease = await acquireLease(tables, store, ask('one', 0));
  if (!lease) throw new Error('the lease was free');
  const renewed = await renewLease(tables, store, lease, { nowMs: 9_000, durationMs });
  expect(renewed.fence).toBe(lease.fence);
  expect(await acquireLease(tables, store, ask('two', 18_999))).toBeUndefined();
  expect(await acquireLease(tables, store, ask('two', 19_000))).toBeDefined();
  await expect(renewLease(tables, store, renewed, { nowMs: 19_001, durationMs })).rejects.toThrow(
    LeaseLostError,
  );
});

test('releasing frees it at once, but not what another has taken', async () => {
  await using store = makeStore(openMemoryEngine());
  const first = await acquireLease(tables, store, ask('one', 0));
  if (!first) throw new Error('the lease was free');
  await releaseLease(tables, store, first);
  const second = await acquireLease(tables, store, ask('two', 1));
  expect(second).toBeDefined();
  await releaseLease(tables, store, first);
  expect(await acquireLease(tables, store, ask('three', 2))).toBeUndefined();
});

test('a holder of the same name takes over at once, and its earlier self is overtaken', async () => {
  await using store = makeStore(openMemoryEngine());
  const first = await acquireLease(tables, store, ask('one', 0));
  if (!first) throw new Error('the lease was free');
  const second = await acquireLease(tables, store, ask('one', 1));
  expect(second && second.fence > first.fence).toBe(true);
  await expect(store.read((reader) => assertHeld(tables, reader, first))).rejects.toThrow(LeaseLostError);
});

test('a holder that was overtaken writes nothing, even when that happens in the middle of its transaction', async () => {
  await using store = makeStore(openMemoryEngine());
  const first = await acquireLease(tables, store, ask('one', 0));
  if (!first) throw new Error('the lease was free');
  let runs = 0;
  const moveCursor = store.transact(async (transaction) => {
    await assertHeld(tables, transaction, first);
    if (runs++ === 0) await acquireLease(tables, store, ask('two', durationMs));
    transaction.set(cursor, Buffer.from('moved'));
  });
  await expect(moveCursor).rejects.toThrow(LeaseLostError);
  expect(runs).toBe(1);
  expect(await store.read((reader) => reader.get(cursor))).toBeUndefined();
});
