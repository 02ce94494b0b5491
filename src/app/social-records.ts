// The back end of the social records, chosen by its URI and imported only when it is chosen: our own store, or another
// database.
import { openStoreEngine, type StoreRecordEngine } from '#databases/social/engines/store/open-store-engine';
import type { RecordEngine } from '#databases/social/record-engine';
import type { Store } from '#store/contract';
import type { Clock } from '#support/clock';
import type { Logger } from '#support/logging';
import type { Random } from '#support/random';

export interface SocialRecords extends AsyncDisposable {
  readonly engine: RecordEngine;
  /** Where our own store keeps them: what only a store has. */
  readonly inStore?: StoreRecordEngine;
}

export interface SocialRecordsParts {
  /** The social database's store, for `store:`; it stays its owner's. */
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @throws Error in one sentence where the back end cannot be opened */
export async function openSocialRecords(uri: string, { store }: SocialRecordsParts): Promise<SocialRecords> {
  switch (uri.slice(0, uri.indexOf(':') + 1)) {
    case 'store:': {
      const inStore = await openStoreEngine(store);
      return { engine: inStore, inStore, [Symbol.asyncDispose]: () => inStore[Symbol.asyncDispose]() };
    }
    default:
      throw new Error(`"${uri}" names no back end of the social records.`);
  }
}
