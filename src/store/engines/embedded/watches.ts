// Watches on keys. A watch compares with the value that its transaction saw: armed at that transaction's commit, it is
// triggered by the first commit that leaves another value there, and told once that commit is durable.
import type { Watch } from '#store/contract';
import type { Commit } from '#store/engines/embedded/history';
import { StoreError, storeErrors } from '#store/errors';

export class PendingWatch implements Watch {
  readonly key: string;
  readonly bytes: Buffer;
  readonly expected: Buffer | undefined;
  readonly changed: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: StoreError) => void;
  onCancel: () => void = () => undefined;

  constructor(key: string, bytes: Buffer, expected: Buffer | undefined) {
    this.key = key;
    this.bytes = bytes;
    this.expected = expected;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.changed = promise;
    this.resolve = resolve;
    this.reject = reject;
    // A watch that nobody waits for must not end the process when it is rejected.
    promise.catch(() => undefined);
  }

  cancel(): void {
    this.onCancel();
    this.reject(new StoreError(storeErrors.operationCancelled, 'The watch was cancelled'));
  }
}

export class Watches {
  readonly #byKey = new Map<string, Set<PendingWatch>>();

  /** From now on `watch` is looked at when its key is written. */
  arm(watch: PendingWatch): void {
    const others = this.#byKey.get(watch.key);
    if (others) others.add(watch);
    else this.#byKey.set(watch.key, new Set([watch]));
    watch.onCancel = () => this.#disarm(watch);
  }

  /** Takes out and answers the watches that a commit triggers. `newestOf` gives what it has left under a key. */
  triggeredBy(commit: Commit, newestOf: (watch: PendingWatch) => Buffer | undefined): PendingWatch[] {
    const triggered: PendingWatch[] = [];
    if (this.#byKey.size === 0) return triggered;
    for (const { key, value, newer } of commit.revisions) {
      // A key that was cleared and written again by the same commit counts once.
      if (newer !== undefined) continue;
      for (const watch of this.#byKey.get(key) ?? [])
        if (differs(watch.expected, value)) triggered.push(watch);
    }
    for (const { begin, end } of commit.clears) {
      for (const [key, watches] of this.#byKey) {
        if (key < begin || key >= end) continue;
        for (const watch of watches) if (differs(watch.expected, newestOf(watch))) triggered.push(watch);
      }
    }
    for (const watch of triggered) this.#disarm(watch);
    return triggered;
  }

  rejectAll(reason: StoreError): void {
    for (const watches of this.#byKey.values()) for (const watch of watches) watch.reject(reason);
    this.#byKey.clear();
  }

  #disarm(watch: PendingWatch): void {
    const watches = this.#byKey.get(watch.key);
    watches?.delete(watch);
    if (watches?.size === 0) this.#byKey.delete(watch.key);
  }
}

export function differs(one: Buffer | undefined, other: Buffer | undefined): boolean {
  if (one === undefined || other === undefined) return one !== other;
  return !one.equals(other);
}
