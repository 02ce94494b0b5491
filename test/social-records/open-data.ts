// Opens back ends as a server does, by their URI, for the suite.
import { openBackEnd } from '#app/social-records';
import type { RecordEngine } from '#databases/social/record-engine';
import type { Store } from '#store/contract';
import { systemClock } from '#support/clock';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import type { SocialData } from './bed.ts';

/** Data that a URI says where to find. `dispose` is called once all engines are closed. */
export function dataAt(uri: string, dispose: () => Promise<void>): SocialData {
  return dataOf(
    () => openEngineAt(uri),
    async () => undefined,
    dispose,
  );
}

/** Data in a store of ours, which `openStore` opens once for all engines of a process. */
export function dataInStore(openStore: () => Promise<Store>, dispose: () => Promise<void>): SocialData {
  let store: Promise<Store> | undefined;
  const close = async () => {
    await (await store)?.[Symbol.asyncDispose]();
    store = undefined;
  };
  return dataOf(() => openEngine('store:', () => (store ??= openStore())), close, dispose);
}

/** One engine as such, on data that a URI says where to find. */
export function openEngineAt(uri: string): Promise<RecordEngine> {
  return openEngine(uri, () => Promise.reject(new Error(`${uri} is not in a store`)));
}

async function openEngine(uri: string, openStore: () => Promise<Store>): Promise<RecordEngine> {
  const parts = { openStore, clock: systemClock, random: systemRandom, logger: silentLogger };
  const { engine, ...records } = await openBackEnd(uri, parts);
  return { ...engine, [Symbol.asyncDispose]: () => records[Symbol.asyncDispose]() };
}

function dataOf(
  open: () => Promise<RecordEngine>,
  close: () => Promise<void>,
  dispose: () => Promise<void>,
): SocialData {
  let engines: RecordEngine[] = [];
  const closeAll = async () => {
    for (const engine of engines) await engine[Symbol.asyncDispose]();
    engines = [];
    await close();
  };
  return {
    async open() {
      const engine = await open();
      engines.push(engine);
      return engine;
    },
    close: closeAll,
    async [Symbol.asyncDispose]() {
      await closeAll();
      await dispose();
    },
  };
}
