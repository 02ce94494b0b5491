// Reads social records from our ordered store.

import { keyOf, leadOf } from '#databases/social/engines/field-values';
import { type CreatedTable, placeOf, type StoredType } from '#databases/social/engines/store/record-tables';
import type {
  CreatedRange,
  Cursor,
  CursorPage,
  ListBounds,
  Place,
  Placed,
  RecordReader,
  TimeRange,
} from '#databases/social/record-access';
import type { AnyRecord, Field, RecordType } from '#databases/social/records/record-type';
import { readChunks } from '#store/chunks';
import type { At } from '#store/codecs';
import type { KeyRange, Snapshot } from '#store/contract';
import { keyAfter, prefixEnd } from '#store/key-range';
import { ProtocolError } from '#support/errors';

type StoredTypes = ReadonlyMap<string, StoredType>;

export class StoreRecordReader implements RecordReader {
  protected readonly snapshot: Snapshot;
  readonly #types: StoredTypes;

  constructor(snapshot: Snapshot, types: StoredTypes) {
    this.snapshot = snapshot;
    this.#types = types;
  }

  protected stored(type: { readonly name: string }): StoredType {
    const stored = this.#types.get(type.name);
    if (!stored) throw new TypeError(`${type.name} is not a record type of this database`);
    return stored;
  }

  /** The row under a key: one point read. */
  protected async row({ rows }: StoredType, key: readonly unknown[]): Promise<At<AnyRecord> | undefined> {
    return rows.get(this.snapshot, key);
  }

  async get<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined> {
    const found = await this.row(this.stored(type), keyOf(type.key, key as AnyRecord));
    return found?.value as R | undefined;
  }

  async find<R extends object, U extends string>(
    type: RecordType<R, Field<R>, U>,
    unique: NoInfer<U>,
    values: NoInfer<Partial<R>>,
  ): Promise<R | undefined> {
    const stored = this.stored(type);
    const { fields, rows } = part(stored.unique, unique);
    const key = await rows.get(this.snapshot, keyOf(fields, values as AnyRecord));
    return key && ((await this.row(stored, key))?.value as R | undefined);
  }

  async list<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    lead: NoInfer<Partial<R>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const stored = this.stored(type);
    const { rows, listing: declared } = part(stored.listings, listing);
    const pointers: { place: Place; held: unknown }[] = [];
    const leading = leadOf(declared.by, lead as AnyRecord);
    // Behind all fields comes the place: that of another back end is as long only when it is filled up.
    const positions = leading.length === declared.by.length ? asPositions(bounds) : bounds;
    for await (const { key, value } of rows.scan(this.snapshot, leading, positions)) {
      pointers.push({ place: placeOf(key[declared.by.length] as never), held: value });
    }
    return Promise.all(
      pointers.map(async ({ place, held }) => {
        if (declared.holds === 'record') return { place, record: held as R };
        const row = await this.row(stored, held as readonly unknown[]);
        if (!row) throw new Error(`${type.name} lists a record that does not exist`);
        return { place, record: row.value as R };
      }),
    );
  }

  async listByKey<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    lead: NoInfer<Partial<Pick<R, K>>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const { rows } = this.stored(type);
    const found: Placed<R>[] = [];
    for await (const { value } of rows.scan(this.snapshot, leadOf(type.key, lead as AnyRecord), bounds)) {
      found.push({ place: placeOf(value.at), record: value.value as R });
    }
    return found;
  }

  async count<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    values: NoInfer<Partial<R>>,
  ): Promise<number> {
    const { totals, listing: declared } = part(this.stored(type).listings, listing);
    if (!totals) throw new TypeError(`${type.name}.${listing} is not counted`);
    return (await totals.get(this.snapshot, keyOf(declared.by, values as AnyRecord))) ?? 0;
  }

  async listCreated<R extends object>(type: RecordType<R>, range: CreatedRange): Promise<CursorPage<R>> {
    const stored = this.stored(type);
    const { rows } = createdOf(stored);
    const { limit, cursor, reverse = false } = range;
    const page = await this.snapshot.getRange(resumed(timeRange(rows, range), cursor, reverse), {
      limit: limit + 1,
      reverse,
    });
    const found = page.entries.slice(0, limit);
    const items = await Promise.all(
      found.map(async ({ value }) => {
        const row = await this.row(stored, rows.declaration.codec.decode(value));
        if (!row) throw new Error(`${type.name} lists a record that does not exist`);
        return row.value as R;
      }),
    );
    return cursorPage(items, page.entries.length > limit || page.more ? found.at(-1)?.key : undefined);
  }

  async countCreated<R extends object>(type: RecordType<R>, range: TimeRange = {}): Promise<number> {
    const { rows, total } = createdOf(this.stored(type));
    if (range.from === undefined && range.through === undefined)
      return (await total.get(this.snapshot, [])) ?? 0;
    let counted = 0;
    for (let rest = timeRange(rows, range); ; ) {
      const page = await this.snapshot.getRange(rest);
      counted += page.entries.length;
      const last = page.entries.at(-1);
      if (!page.more || !last) return counted;
      rest = { begin: keyAfter(last.key), end: rest.end };
    }
  }

  async scan<R extends object>(
    type: RecordType<R>,
    { limit, cursor }: { readonly limit: number; readonly cursor?: Cursor | undefined },
  ): Promise<CursorPage<R>> {
    const { rows } = this.stored(type);
    const page = await this.snapshot.getRange(resumed(rows.range(), cursor, false), { limit });
    const items = page.entries.map(({ value }) => rows.declaration.codec.decode(value).value as R);
    return cursorPage(items, page.more || items.length === limit ? page.entries.at(-1)?.key : undefined);
  }

  async text<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    key: NoInfer<Pick<R, K>>,
    name: NoInfer<T>,
  ): Promise<string | undefined> {
    const pieces = part(this.stored(type).texts, name);
    const found = await readChunks(this.snapshot, pieces.key(keyOf(type.key, key as AnyRecord)));
    return found?.toString('utf8');
  }
}

/** A part of a record type by its name, which the declaration's type has already checked. */
export function part<V>(parts: ReadonlyMap<string, V>, name: string): V {
  const found = parts.get(name);
  if (!found) throw new TypeError(`the record type has no part called ${name}`);
  return found;
}

function createdOf({ type, created }: StoredType): CreatedTable {
  if (!created) throw new TypeError(`${type.name} does not say when a record came to be`);
  return created;
}

function timeRange(rows: CreatedTable['rows'], { from, through }: TimeRange): KeyRange {
  const { begin, end } = rows.range();
  const bounded = {
    begin: from === undefined ? begin : rows.key([from]),
    end: through === undefined ? end : prefixEnd(rows.key([through])),
  };
  return Buffer.compare(bounded.begin, bounded.end) > 0 ? { begin, end: begin } : bounded;
}

/** What is left of a range behind a cursor, which is the raw key that a page ended with. */
function resumed(range: KeyRange, cursor: Cursor | undefined, reverse: boolean): KeyRange {
  if (cursor === undefined) return range;
  const key = Buffer.from(cursor, 'base64url');
  if (Buffer.compare(key, range.begin) < 0 || Buffer.compare(key, range.end) >= 0) {
    throw new ProtocolError('invalidParam', 'This cursor was not given out for this listing.');
  }
  return reverse ? { begin: range.begin, end: key } : { begin: keyAfter(key), end: range.end };
}

function cursorPage<R>(items: readonly R[], last: Buffer | undefined): CursorPage<R> {
  return last ? { items, next: last.toString('base64url') as Cursor } : { items };
}

function asPositions(bounds: ListBounds): ListBounds {
  const { after, before, ...others } = bounds;
  return {
    ...others,
    ...(after === undefined ? {} : { after: String(after).padEnd(24, '0') }),
    ...(before === undefined ? {} : { before: String(before).padEnd(24, '0') }),
  };
}
