// The stores behind the databases: each is opened once, however many databases lie in it.
import type { Config } from '#app/config/config';
import type { Store } from '#store/contract';
import { openEngine } from '#store/open';
import { makeStore } from '#store/store';
import type { Clock } from '#support/clock';
import type { Random } from '#support/random';

export type Stores = { readonly [Database in keyof Config['databases']]: Store } & AsyncDisposable;

/** Rejects with the error of the first store that fails; pending while all of them work. */
export function untilOneFails(stores: Stores): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  for (const { failed } of Object.values(stores)) {
    if (failed.aborted) reject(failed.reason);
    else failed.addEventListener('abort', () => reject(failed.reason), { once: true });
  }
  // Only a server that runs on listens to it; one command has its own error.
  promise.catch(() => undefined);
  return promise;
}

/** True for the engines whose store one process alone can have open; a cluster has many clients. */
export function belongsToOneProcess(uri: string): boolean {
  return !uri.startsWith('foundationdb:');
}

/** @throws Error in one sentence when a store cannot be opened; those that were open are closed again */
export async function openStores(
  databases: Config['databases'],
  parts: { readonly clock: Clock; readonly random: Random },
): Promise<Stores> {
  await using opening = new AsyncDisposableStack();
  const byUri = new Map<string, Store>();
  const open = async (uri: string): Promise<Store> => {
    const known = byUri.get(uri);
    if (known) return known;
    const store = opening.use(makeStore(await openEngine(uri), parts));
    byUri.set(uri, store);
    return store;
  };
  const stores = {
    rooms: await open(databases.rooms),
    accounts: await open(databases.accounts),
    transitory: await open(databases.transitory),
    social: await open(databases.social),
  };
  const opened = opening.move();
  return { ...stores, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
