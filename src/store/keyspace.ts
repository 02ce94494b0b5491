// Keys and records are declared, not assembled: a table names its columns, its value's codec and its purpose once, and
// packing, ranges and the naming of raw keys (`hearth keys dump`) come from that.
import type { Codec } from '#store/codecs';
import type { KeyRange, Position, Snapshot, Transaction } from '#store/contract';
import { keyAfter, prefixEnd, prefixRange } from '#store/key-range';
import { TupleReader, TupleWriter } from '#store/tuple';
import { type PendingPosition, readPosition } from '#store/versionstamp';
import type { Awaitable } from '#support/awaitable';

/** One element of a key: how a typed value is packed and read. */
export interface Column<T> {
  readonly name: string;
  write(writer: TupleWriter, value: T): void;
  read(reader: TupleReader): T;
}

export const text = <T extends string = string>(name: string): Column<T> => ({
  name,
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.element() as T,
});

export const bytes = (name: string): Column<Buffer> => ({
  name,
  write: (writer, value) => writer.bytes(value),
  read: (reader) => reader.element() as Buffer,
});

export const integer = (name: string): Column<number> => ({
  name,
  write: (writer, value) => writer.integer(value),
  read: (reader) => reader.element() as number,
});

/** A position; a pending one when the row is written, a known one in every key that is read. */
export const position = (name: string): Column<Position | PendingPosition> => ({
  name,
  write: (writer, value) => writer.position(value),
  read: (reader) => (reader.element() as unknown as { position: Position }).position,
});

interface AnyColumn {
  readonly name: string;
  write(writer: TupleWriter, value: never): void;
  read(reader: TupleReader): unknown;
}

/** The values of a key's columns, in order. */
type KeyOf<C extends readonly AnyColumn[]> = {
  -readonly [I in keyof C]: C[I] extends Column<infer T> ? T : never;
};

/** What is read back: a pending position has become a known one. */
type Known<K> = K extends readonly unknown[]
  ? { [I in keyof K]: [PendingPosition] extends [K[I]] ? Exclude<K[I], PendingPosition> : K[I] }
  : never;

/** The leading part of a key. */
type Lead<K extends readonly unknown[]> = K extends readonly [...infer Rest, unknown] ? K | Lead<Rest> : K;

export interface TableDeclaration<K extends readonly unknown[], V> {
  /** The table's own prefix below its database's: as short as can be. */
  readonly prefix: string;
  /** One sentence: what a row says. */
  readonly about: string;
  readonly columns: readonly AnyColumn[];
  readonly codec: Codec<V>;
  /** Only carries the key's type. */
  readonly __key?: K;
}

/** Declares a table: `declareTable('e', 'where an event lies', [text('event')], stamped(utf8))`. */
export function declareTable<const C extends readonly AnyColumn[], V>(
  prefix: string,
  about: string,
  columns: C,
  codec: Codec<V>,
): TableDeclaration<KeyOf<C>, V> {
  return { prefix, about, columns, codec };
}

export interface Row<K, V> {
  readonly key: Known<K>;
  readonly value: V;
}

export interface RowPage<K, V> {
  readonly rows: Row<K, V>[];
  readonly more: boolean;
}

/** Bounds on the column that follows the given leading part of the key. */
export interface Bounds {
  /** Only rows behind every row whose next column is this. */
  readonly after?: unknown;
  /** Only rows whose next column is this or later. */
  readonly from?: unknown;
  /** Only rows whose next column comes before this. */
  readonly before?: unknown;
  /** Only rows whose next column is this or earlier. */
  readonly through?: unknown;
  readonly limit?: number;
  readonly reverse?: boolean;
}

const writer = new TupleWriter();

/** A declared table under the prefix of its database. */
export class Table<K extends readonly unknown[], V> {
  readonly declaration: TableDeclaration<K, V>;
  readonly #prefix: Buffer;

  constructor(declaration: TableDeclaration<K, V>, databasePrefix: Buffer) {
    this.declaration = declaration;
    writer.reset().raw(databasePrefix);
    writer.text(declaration.prefix);
    this.#prefix = writer.take();
  }

  /** The packed key of a row, or of the leading columns that are given. */
  key(lead: readonly unknown[]): Buffer {
    this.#pack(lead);
    return writer.take();
  }

  #pack(lead: readonly unknown[]): void {
    const { columns } = this.declaration;
    writer.reset().raw(this.#prefix);
    for (let index = 0; index < lead.length; index++) {
      (columns[index] as AnyColumn).write(writer, lead[index] as never);
    }
  }

  unpack(key: Buffer): Known<K> {
    const reader = new TupleReader(key, this.#prefix.length);
    return this.declaration.columns.map((column) => column.read(reader)) as unknown as Known<K>;
  }

  /** Every row, or every row with this leading part. */
  range(lead: Lead<K> | readonly [] = []): KeyRange {
    return prefixRange(this.key(lead));
  }

  get(reader: Snapshot, key: Known<K>): Awaitable<V | undefined> {
    const found = reader.get(this.key(key));
    if (found instanceof Promise) return found.then((value) => this.#decode(value));
    return this.#decode(found);
  }

  #decode(value: Buffer | undefined): V | undefined {
    return value === undefined ? undefined : this.declaration.codec.decode(value);
  }

  /** Writes a row; a pending position in the key or in a stamped value becomes that of the commit. */
  set(transaction: Transaction, key: K, value: V): void {
    this.#pack(key);
    const { stampOffset } = writer;
    const packed = writer.take();
    const encoded = this.declaration.codec.encode(value);
    const valueOffset = this.declaration.codec.stampOffset;
    if (stampOffset >= 0) transaction.setStampedKey(packed, stampOffset, encoded);
    else if (valueOffset !== undefined && isPending(encoded, valueOffset)) {
      transaction.setStampedValue(packed, encoded, valueOffset);
    } else transaction.set(packed, encoded);
  }

  clear(transaction: Transaction, key: Known<K>): void {
    transaction.clear(this.key(key));
  }

  clearRange(transaction: Transaction, lead: Lead<K> | readonly []): void {
    transaction.clearRange(this.range(lead));
  }

  /** Adds to a counter's row without conflicting with others that do. */
  add(transaction: Transaction, key: Known<K>, amount: number): void {
    const operand = Buffer.alloc(8);
    operand.writeBigInt64LE(BigInt(amount));
    transaction.add(this.key(key), operand);
  }

  #bounded(lead: readonly unknown[], bounds: Bounds): KeyRange {
    let { begin, end } = prefixRange(this.key(lead));
    const at = (value: unknown): Buffer => this.key([...lead, value]);
    if (bounds.after !== undefined) begin = prefixEnd(at(bounds.after));
    else if (bounds.from !== undefined) begin = at(bounds.from);
    if (bounds.before !== undefined) end = at(bounds.before);
    else if (bounds.through !== undefined) end = prefixEnd(at(bounds.through));
    return Buffer.compare(begin, end) > 0 ? { begin, end: begin } : { begin, end };
  }

  /** One page of rows under a leading part of the key, in order of the rest. */
  page(reader: Snapshot, lead: Lead<K> | readonly [], bounds: Bounds = {}): Awaitable<RowPage<K, V>> {
    const found = reader.getRange(this.#bounded(lead, bounds), bounds);
    if (found instanceof Promise) return found.then((page) => this.#decodePage(page));
    return this.#decodePage(found);
  }

  #decodePage(page: { entries: readonly { key: Buffer; value: Buffer }[]; more: boolean }): RowPage<K, V> {
    const { codec } = this.declaration;
    return {
      rows: page.entries.map(({ key, value }) => ({ key: this.unpack(key), value: codec.decode(value) })),
      more: page.more,
    };
  }

  /** Every row under a leading part of the key, page by page; `limit` bounds the whole. */
  async *scan(
    reader: Snapshot,
    lead: Lead<K> | readonly [] = [],
    bounds: Bounds = {},
  ): AsyncGenerator<Row<K, V>> {
    for await (const rows of this.#pages(reader, lead, bounds)) yield* rows;
  }

  /** All rows under a leading part of the key, in memory: for ranges that are small by nature. */
  async list(reader: Snapshot, lead: Lead<K> | readonly [] = [], bounds: Bounds = {}): Promise<Row<K, V>[]> {
    let all: Row<K, V>[] = [];
    for await (const rows of this.#pages(reader, lead, bounds))
      all = all.length === 0 ? rows : all.concat(rows);
    return all;
  }

  async *#pages(reader: Snapshot, lead: Lead<K> | readonly [], bounds: Bounds): AsyncGenerator<Row<K, V>[]> {
    let range = this.#bounded(lead, bounds);
    let left = bounds.limit ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const limit = Number.isFinite(left) ? { limit: left } : {};
      const page = await reader.getRange(range, { ...limit, reverse: bounds.reverse ?? false });
      yield this.#decodePage(page).rows;
      const last = page.entries.at(-1);
      if (!page.more || !last) return;
      left -= page.entries.length;
      range = bounds.reverse
        ? { begin: range.begin, end: last.key }
        : { begin: keyAfter(last.key), end: range.end };
    }
  }

  /** True where the raw key is a row of this table. */
  holds(key: Buffer): boolean {
    return key.subarray(0, this.#prefix.length).equals(this.#prefix);
  }
}

/** A pending position is ten bytes of FF and its order; no commit is ever stamped so. */
function isPending(encoded: Buffer, offset: number): boolean {
  return readPosition(encoded, offset).startsWith('ffffffffffffffffffff');
}

// The variance of a declaration's key and value does not matter to those who only list tables.
type AnyDeclaration = TableDeclaration<readonly unknown[], never>;

/** The tables of a database, each under its prefix. */
export type Tables<D> = {
  readonly [N in keyof D]: D[N] extends TableDeclaration<infer K, infer V> ? Table<K, V> : never;
};

/** Puts declared tables under their database's prefix. Two tables with one prefix are an error. */
export function bindTables<D extends { readonly [name: string]: unknown }>(
  declarations: D,
  databasePrefix: Buffer,
): Tables<D> {
  const taken = new Map<string, string>();
  const bound: Record<string, unknown> = {};
  for (const [name, declaration] of Object.entries(declarations) as [string, AnyDeclaration][]) {
    const other = taken.get(declaration.prefix);
    if (other) throw new TypeError(`the tables ${other} and ${name} share the prefix ${declaration.prefix}`);
    taken.set(declaration.prefix, name);
    bound[name] = new Table(declaration, databasePrefix);
  }
  return bound as Tables<D>;
}

/** Names a raw key: `timeline(room=!a, at=00…)`, or undefined where no table holds it. */
export function nameKey(tables: object, key: Buffer): string | undefined {
  for (const [name, table] of Object.entries(tables) as [string, Table<readonly unknown[], unknown>][]) {
    if (!table.holds(key)) continue;
    const values = table.unpack(key) as readonly unknown[];
    const columns = table.declaration.columns.map(({ name: column }, index) => {
      const value = values[index];
      return `${column}=${Buffer.isBuffer(value) ? value.toString('hex') : String(value)}`;
    });
    return `${name}(${columns.join(', ')})`;
  }
  return undefined;
}
