// What the embedded transactor needs of a place that keeps bytes: frozen views to read from and one atomic, durable
// write at a time.
import type { KeyRange, KeyValue, Page } from '#store/contract';

/** What a backing held when the view was taken, whatever is written since. */
export interface BackingView {
  get(key: Buffer): Buffer | undefined;
  /** Exactly `limit` entries if the range has so many; without a limit as many as come at one go. */
  page(range: KeyRange, limit: number | undefined, reverse: boolean): Promise<Page>;
  /** All keys of the range. */
  keys(range: KeyRange): Promise<Buffer[]>;
  close(): void;
}

/** Several writes to one key may follow each other; the last one counts. No value: the key goes. */
export interface Change {
  readonly bytes: Buffer;
  readonly value: Buffer | undefined;
}

export interface Backing {
  /** The version of the last write that is here; 0 for a new one. */
  readonly version: number;
  view(): BackingView;
  /** All or nothing, and on disk when it resolves. Never called again before it has. */
  write(changes: readonly Change[], version: number): Promise<void>;
  close(): Promise<void>;
}

export const emptyPage: Page = { entries: [] as readonly KeyValue[], more: false };
