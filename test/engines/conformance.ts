// The one suite that every engine passes: each promise of src/store/contract.ts, tried on the engine itself and through
// the store over it.
import { afterAll, beforeAll, describe } from 'vitest';
import type { Engine, Store } from '#store/contract';
import { makeStore } from '#store/store';
import { atomicOperations } from './conformance/atomic-operations.ts';
import { makeBed } from './conformance/bed.ts';
import { conflicts } from './conformance/conflicts.ts';
import { limits } from './conformance/limits.ts';
import { ownWrites } from './conformance/own-writes.ts';
import { ranges } from './conformance/ranges.ts';
import { stamps } from './conformance/stamps.ts';
import { watches } from './conformance/watches.ts';

/** `open` gives an engine whose keys under `testPrefix` belong to this suite; the suite disposes of it. */
export function storeConformance(name: string, open: () => Promise<Engine>): void {
  describe(`${name} keeps the contract`, () => {
    let engine: Engine;
    let store: Store;
    beforeAll(async () => {
      engine = await open();
      store = makeStore(engine);
    });
    afterAll(() => store[Symbol.asyncDispose]());
    const bed = () => makeBed(engine, store);
    ranges(bed);
    ownWrites(bed);
    conflicts(bed);
    atomicOperations(bed);
    stamps(bed);
    watches(bed);
    limits(bed);
  });
}
