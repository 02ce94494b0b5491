// Reads social records from our ordered store.
import type { ListBounds, Place, Placed, RecordReader } from '#databases/social/record-access';
import type { AnyRecord, Field, RecordType } from '#databases/social/records/record-type';
import { keyOf, leadOf, placeOf, type StoredType } from '#databases/social/store/record-tables';
import { readChunks } from '#store/chunks';
import type { At } from '#store/codecs';
import type { Snapshot } from '#store/contract';

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
    for await (const { key, value } of rows.scan(
      this.snapshot,
      leadOf(declared.by, lead as AnyRecord),
      bounds,
    )) {
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
