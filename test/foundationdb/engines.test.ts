// The FoundationDB engine against the suites that every engine passes. They try keys of the greatest length, so they
// work on the bare cluster, each test under a random prefix below `testPrefix`, which is cleared at the end.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, test } from 'vitest';
import { prefixRange } from '#store/key-range';
import { openEngine } from '#store/open';
import { makeStore } from '#store/store';
import { testPrefix } from '../engines/conformance/bed.ts';
import { storeConformance } from '../engines/conformance.ts';
import { checkModel } from '../engines/model.ts';
import { clusterUri } from './cluster-uri.ts';

/** How long a cluster may take to tell of a change. */
const watchMs = 500;

afterAll(async () => {
  await using store = makeStore(await openEngine(clusterUri()));
  const everything = prefixRange(Buffer.from(testPrefix));
  await store.transact((transaction) => transaction.clearRange(everything), { idempotent: true });
});

storeConformance('the FoundationDB engine', () => openEngine(clusterUri()));

test('random concurrent transactions are serializable in the order of their stamps', async () => {
  await using engine = await openEngine(clusterUri());
  await checkModel(engine, { runs: 60, awaitWatches: () => delay(watchMs) });
});
