// A set of keys made of ranges: what a transaction has cleared, and what it may not read any more. Ranges that overlap or
// touch become one.

export interface ByteStringRange {
  readonly begin: string;
  readonly end: string;
}

export class RangeSet {
  readonly #begins: string[] = [];
  readonly #ends: string[] = [];

  get isEmpty(): boolean {
    return this.#begins.length === 0;
  }

  /** Adds [begin, end). */
  add(begin: string, end: string): void {
    if (begin >= end) return;
    const first = firstAtOrAbove(this.#ends, begin);
    let next = first;
    let mergedBegin = begin;
    let mergedEnd = end;
    while (next < this.#begins.length && this.#begins[next]! <= end) {
      if (this.#begins[next]! < mergedBegin) mergedBegin = this.#begins[next]!;
      if (this.#ends[next]! > mergedEnd) mergedEnd = this.#ends[next]!;
      next++;
    }
    this.#begins.splice(first, next - first, mergedBegin);
    this.#ends.splice(first, next - first, mergedEnd);
  }

  /** Takes [begin, end) out. */
  remove(begin: string, end: string): void {
    if (!this.overlaps(begin, end)) return;
    for (const range of [...this]) {
      if (range.end <= begin || range.begin >= end) continue;
      const index = this.#begins.indexOf(range.begin);
      this.#begins.splice(index, 1);
      this.#ends.splice(index, 1);
      this.add(range.begin, begin);
      this.add(end, range.end);
    }
  }

  has(key: string): boolean {
    return this.rangeAround(key) !== undefined;
  }

  /** The range of this set that holds `key`. */
  rangeAround(key: string): ByteStringRange | undefined {
    let index = firstAtOrAbove(this.#ends, key);
    // An end is left out of its range, so a key that equals it can only be in the next one.
    if (this.#ends[index] === key) index++;
    const begin = this.#begins[index];
    return begin !== undefined && begin <= key ? { begin, end: this.#ends[index]! } : undefined;
  }

  /** The range of this set that holds the keys just below `key`. */
  rangeBelow(key: string): ByteStringRange | undefined {
    const index = firstAtOrAbove(this.#ends, key);
    const begin = this.#begins[index];
    return begin !== undefined && begin < key ? { begin, end: this.#ends[index]! } : undefined;
  }

  /** Does any key of [begin, end) belong to this set? */
  overlaps(begin: string, end: string): boolean {
    if (begin >= end) return false;
    let index = firstAtOrAbove(this.#ends, begin);
    if (this.#ends[index] === begin) index++;
    const found = this.#begins[index];
    return found !== undefined && found < end;
  }

  *[Symbol.iterator](): Generator<ByteStringRange> {
    for (let index = 0; index < this.#begins.length; index++) {
      yield { begin: this.#begins[index]!, end: this.#ends[index]! };
    }
  }
}

function firstAtOrAbove(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
