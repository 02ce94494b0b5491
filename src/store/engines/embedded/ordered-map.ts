// A map whose keys can also be walked in order. Keys are byte strings (latin1), which JavaScript hashes fast and compares
// in the order of their bytes. The order is made only when somebody asks for it: point reads and writes cost a hash
// lookup and nothing more.

const chunkKeysMax = 256;

export class OrderedMap<V extends object> {
  readonly #values = new Map<string, V>();
  /** Sorted runs of keys; may still name keys that are gone. */
  #chunks: string[][] = [];
  /** Keys added since the order was last asked for; may repeat and may name keys that are gone. */
  #unsorted: string[] = [];
  #gone = 0;

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    const sizeBefore = this.#values.size;
    this.#values.set(key, value);
    if (this.#values.size !== sizeBefore) this.#unsorted.push(key);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    this.#gone++;
    if (this.#gone <= this.#values.size + chunkKeysMax && this.#values.size > 0) return;
    this.#chunks = [];
    this.#unsorted = [...this.#values.keys()];
    this.#gone = 0;
  }

  /** Visits all entries in no particular order. */
  forEach(visit: (key: string, value: V) => void): void {
    this.#values.forEach((value, key) => {
      visit(key, value);
    });
  }

  /** The entry with the largest key that is not above `key`. */
  floor(key: string): { readonly key: string; readonly value: V } | undefined {
    let found: { key: string; value: V } | undefined;
    // Just above `key`: nothing lies between a key and itself followed by a zero byte.
    this.scan('', `${key}\0`, true, (foundKey, value) => {
      found = { key: foundKey, value };
      return false;
    });
    return found;
  }

  /** Visits the entries of [begin, end) in order, until `visit` says false. It must not change this map. */
  scan(begin: string, end: string, reverse: boolean, visit: (key: string, value: V) => boolean): void {
    if (this.#values.size === 0 || begin >= end) return;
    this.#settle();
    if (reverse) this.#scanBackward(begin, end, visit);
    else this.#scanForward(begin, end, visit);
  }

  #scanForward(begin: string, end: string, visit: (key: string, value: V) => boolean): void {
    let chunkIndex = this.#chunkOf(begin);
    let index = lowerBound(this.#chunks[chunkIndex] ?? [], begin);
    for (; chunkIndex < this.#chunks.length; chunkIndex++, index = 0) {
      const chunk = this.#chunks[chunkIndex]!;
      for (; index < chunk.length; index++) {
        const key = chunk[index]!;
        if (key >= end) return;
        const value = this.#values.get(key);
        if (value !== undefined && !visit(key, value)) return;
      }
    }
  }

  #scanBackward(begin: string, end: string, visit: (key: string, value: V) => boolean): void {
    let chunkIndex = this.#chunkOf(end);
    let index = lowerBound(this.#chunks[chunkIndex] ?? [], end) - 1;
    while (true) {
      const chunk = this.#chunks[chunkIndex]!;
      for (; index >= 0; index--) {
        const key = chunk[index]!;
        if (key < begin) return;
        const value = this.#values.get(key);
        if (value !== undefined && !visit(key, value)) return;
      }
      if (--chunkIndex < 0) return;
      index = this.#chunks[chunkIndex]!.length - 1;
    }
  }

  /** The chunk in which `key` is or would be inserted. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle]![0]! <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Brings the keys that were added since into order. */
  #settle(): void {
    const added = this.#unsorted;
    if (added.length === 0) return;
    this.#unsorted = [];
    // Inserting moves half a chunk for each key; past a quarter of all keys, sorting anew is cheaper.
    if (this.#chunks.length > 0 && added.length * 4 <= this.#values.size) {
      for (const key of added) if (this.#values.has(key)) this.#insert(key);
      return;
    }
    const keys = [...this.#values.keys()].sort();
    this.#chunks = [];
    for (let start = 0; start < keys.length; start += chunkKeysMax >>> 1) {
      this.#chunks.push(keys.slice(start, start + (chunkKeysMax >>> 1)));
    }
    this.#gone = 0;
  }

  #insert(key: string): void {
    const chunkIndex = this.#chunkOf(key);
    const chunk = this.#chunks[chunkIndex]!;
    const index = lowerBound(chunk, key);
    if (chunk[index] === key) return;
    chunk.splice(index, 0, key);
    if (chunk.length > chunkKeysMax) this.#chunks.splice(chunkIndex + 1, 0, chunk.splice(chunk.length >>> 1));
  }
}

/** The index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
