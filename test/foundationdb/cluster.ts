// The cluster that `HEARTH_TEST_FOUNDATIONDB` names, for every suite here: stores under random prefixes that are cleared
// when they are closed, so that the suites leave nothing behind and may run beside each other.
import { randomBytes } from 'node:crypto';
import type { Engine, Store } from '#store/contract';
import { prefixRange } from '#store/key-range';
import { openEngine } from '#store/open';
import { makeStore, type StoreOptions } from '#store/store';
import { packTuple } from '#store/tuple';
import { clusterUri } from './cluster-uri.ts';
import { prefixEngine } from './prefixed-engine.ts';

/** An engine that has an empty key space to itself. */
export async function openClusterEngine(): Promise<Engine> {
  const engine = await openEngine(clusterUri());
  const prefix = packTuple(['hearth-test', randomBytes(8)]);
  return prefixEngine(engine, prefix, async () => {
    await using whole = makeStore(engine);
    await whole.transact((transaction) => transaction.clearRange(prefixRange(prefix)), { idempotent: true });
  });
}

export async function openClusterStore(options?: StoreOptions): Promise<Store> {
  return makeStore(await openClusterEngine(), options);
}
