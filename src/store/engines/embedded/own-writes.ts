// What one transaction has written so far, as its own reads must see it and as its commit will apply it: points over
// cleared ranges, with atomic operations and stamps left open until the commit knows base and stamp.

import type { AtomicOperation } from '#store/engines/embedded/atomic-operations';
import { toByteString } from '#store/engines/embedded/byte-string';
import { firstStamp, lastStamp, packStamp, placeStamp } from '#store/engines/embedded/commit-stamp';
import { type Commit, makeRevision, type Revision } from '#store/engines/embedded/history';
import { OrderedMap } from '#store/engines/embedded/ordered-map';
import { type ByteStringRange, RangeSet } from '#store/engines/embedded/range-set';

/** Makes a value once base and stamp are known. */
type Completion = (base: Buffer | undefined, stamp: Buffer) => Buffer;

interface OwnWrite {
  readonly bytes: Buffer;
  readonly value: Buffer | undefined;
  readonly complete: Completion | undefined;
  /** The completion rests on the value that the key had before this transaction. */
  readonly readsBase: boolean;
}

interface StampedKey {
  readonly template: Buffer;
  readonly offset: number;
  readonly value: Buffer;
}

/** Ranges that were cleared after the first `stampedKeys` of the stamped keys were set. */
interface LaterClear extends ByteStringRange {
  readonly stampedKeys: number;
}

export class OwnWrites {
  readonly #points = new OrderedMap<OwnWrite>();
  readonly #cleared = new RangeSet();
  readonly #unreadable = new RangeSet();
  readonly #stampedKeys: StampedKey[] = [];
  #hasStamps = false;
  readonly #laterClears: LaterClear[] = [];

  set(key: string, bytes: Buffer, value: Buffer | undefined): void {
    this.#points.set(key, { bytes, value, complete: undefined, readsBase: false });
  }

  /** What is cleared can be read again, whatever this transaction had stamped there (as in FoundationDB's client). */
  clear(key: string, bytes: Buffer): void {
    this.set(key, bytes, undefined);
    this.#unreadable.remove(key, `${key}\0`);
  }

  clearRange(begin: string, end: string): void {
    this.#unreadable.remove(begin, end);
    const covered: string[] = [];
    this.#points.scan(begin, end, false, (key) => covered.push(key) > 0);
    for (const key of covered) this.#points.delete(key);
    this.#cleared.add(begin, end);
    if (this.#stampedKeys.length > 0) {
      this.#laterClears.push({ begin, end, stampedKeys: this.#stampedKeys.length });
    }
  }

  apply(key: string, bytes: Buffer, operation: AtomicOperation, operand: Buffer): void {
    const own = this.find(key);
    if (own !== undefined && own.complete === undefined) {
      this.set(key, bytes, operation(own.value, operand));
      return;
    }
    const earlier = own?.complete;
    const complete: Completion = earlier
      ? (base, stamp) => operation(earlier(base, stamp), operand)
      : (base) => operation(base, operand);
    this.#points.set(key, { bytes, value: undefined, complete, readsBase: own?.readsBase ?? true });
  }

  /** The commit's stamp will be no lower than `lowestStamp`, so what lies below stays readable. */
  setStampedKey(template: Buffer, offset: number, value: Buffer, lowestStamp: Buffer): void {
    const lowest = toByteString(placeStamp(template, offset, lowestStamp));
    const highest = toByteString(placeStamp(template, offset, lastStamp));
    this.#stampedKeys.push({ template, offset, value });
    this.#hasStamps = true;
    this.#unreadable.add(lowest, `${highest}\0`);
  }

  setStampedValue(key: string, bytes: Buffer, template: Buffer, offset: number): void {
    placeStamp(template, offset, firstStamp);
    this.#hasStamps = true;
    const complete: Completion = (_base, stamp) => placeStamp(template, offset, stamp);
    this.#points.set(key, { bytes, value: undefined, complete, readsBase: false });
    this.#unreadable.add(key, `${key}\0`);
  }

  isUnreadable(begin: string, end: string): boolean {
    return this.#unreadable.overlaps(begin, end);
  }

  keyIsUnreadable(key: string): boolean {
    return !this.#unreadable.isEmpty && this.#unreadable.has(key);
  }

  /** What this transaction itself says of a key; undefined if nothing. */
  find(key: string): OwnWrite | undefined {
    const point = this.#points.get(key);
    if (point !== undefined) return point;
    return !this.#cleared.isEmpty && this.#cleared.has(key) ? clearedWrite : undefined;
  }

  /** The cleared range around `key`; points within it are written after the clear. */
  clearedAround(key: string): ByteStringRange | undefined {
    return this.#cleared.isEmpty ? undefined : this.#cleared.rangeAround(key);
  }

  /** The cleared range that holds the keys just below `key`. */
  clearedBelow(key: string): ByteStringRange | undefined {
    return this.#cleared.rangeBelow(key);
  }

  touches(begin: string, end: string): boolean {
    if (this.#cleared.overlaps(begin, end)) return true;
    let found = false;
    this.#points.scan(begin, end, false, () => !(found = true));
    return found;
  }

  /** Visits the points of [begin, end) in order. */
  scan(begin: string, end: string, reverse: boolean, visit: (key: string, own: OwnWrite) => boolean): void {
    this.#points.scan(begin, end, reverse, visit);
  }

  /** The finished commit. `baseOf` gives the newest committed value of a key. */
  finish(version: number, baseOf: (key: string, bytes: Buffer) => Buffer | undefined): Commit {
    const stamp = this.#hasStamps ? packStamp(version) : firstStamp;
    for (const [index, { template, offset, value }] of this.#stampedKeys.entries()) {
      const bytes = placeStamp(template, offset, stamp);
      const key = toByteString(bytes);
      const clearedSince = this.#laterClears.some(
        (clear) => index < clear.stampedKeys && clear.begin <= key && key < clear.end,
      );
      if (!clearedSince) this.set(key, bytes, value);
    }
    const revisions: Revision[] = [];
    this.#points.forEach((key, { bytes, value, complete, readsBase }) => {
      const finished = complete ? complete(readsBase ? baseOf(key, bytes) : undefined, stamp) : value;
      revisions.push(makeRevision(key, bytes, finished));
    });
    return { version, revisions, clears: [...this.#cleared] };
  }
}

const clearedWrite: OwnWrite = {
  bytes: Buffer.alloc(0),
  value: undefined,
  complete: undefined,
  readsBase: false,
};
