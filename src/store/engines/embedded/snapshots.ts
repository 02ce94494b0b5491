// The states of the backing that open transactions read from. All that begin between two flushes share one; it goes when
// the last of them ends, or when the longest that a transaction may take has passed.
import type { BackingView } from '#store/engines/embedded/backing';
import type { Clock } from '#support/clock';
import { transactionDurationMsMax } from '#support/limits';

export interface Snapshot {
  /** The version up to which commits are in the view; later ones are in the history alone. */
  readonly version: number;
  /** None where there is no backing. */
  readonly view: BackingView | undefined;
  readers: number;
  /** Its readers have taken too long, and it is gone. */
  isExpired: boolean;
  /** When the next snapshot took its place, in milliseconds of the clock. */
  retiredAtMs: number;
}

export class Snapshots {
  #current: Snapshot;
  /** Those that may still be read, oldest first; the current one is the last. */
  #live: Snapshot[];
  readonly #clock: Clock;

  constructor(version: number, view: BackingView | undefined, clock: Clock) {
    this.#clock = clock;
    this.#current = makeSnapshot(version, view);
    this.#live = [this.#current];
  }

  get current(): Snapshot {
    return this.#current;
  }

  /** Commits up to here are seen by every reader, now and later. */
  get oldestVersion(): number {
    return this.#live[0]!.version;
  }

  /** From now on readers begin at `version`. */
  advance(version: number, view: BackingView | undefined): void {
    const previous = this.#current;
    previous.retiredAtMs = this.#clock.now();
    this.#current = makeSnapshot(version, view);
    this.#live.push(this.#current);
    if (previous.readers === 0) previous.view?.close();
    this.trim();
  }

  acquire(): Snapshot {
    this.#current.readers++;
    return this.#current;
  }

  /** Answers whether `oldestVersion` may have moved. */
  release(snapshot: Snapshot): boolean {
    snapshot.readers--;
    if (snapshot.readers > 0 || snapshot === this.#current || snapshot.isExpired) return false;
    snapshot.view?.close();
    if (snapshot !== this.#live[0]) return false;
    this.trim();
    return true;
  }

  /** Lets go of what nobody reads, or has read for too long. */
  trim(): void {
    let gone = 0;
    while (this.#live[gone] !== this.#current) {
      const snapshot = this.#live[gone]!;
      if (snapshot.readers > 0) {
        if (this.#clock.now() - snapshot.retiredAtMs <= transactionDurationMsMax) break;
        snapshot.isExpired = true;
        snapshot.view?.close();
      }
      gone++;
    }
    if (gone > 0) this.#live.splice(0, gone);
  }

  close(): void {
    for (const snapshot of this.#live) {
      if (snapshot === this.#current || snapshot.readers > 0) snapshot.view?.close();
      snapshot.isExpired = true;
    }
  }
}

function makeSnapshot(version: number, view: BackingView | undefined): Snapshot {
  return { version, view, readers: 0, isExpired: false, retiredAtMs: 0 };
}
