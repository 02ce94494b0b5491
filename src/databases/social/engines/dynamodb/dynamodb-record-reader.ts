// Reads social records from DynamoDB. Requests and read units of 4 KB, consistent ones:
//   get            one GetItem                             find          two
//   text           one more for each MB, if it is long     listByKey     one Query for each MB
//   list           one Query of the index (half the price) for each page, and a BatchGetItem for each 100 records
//   count          one Query for each MB of the index      listCreated   as list, for each month that has records
// Indices lag. Records are read from their tables, and those that the index has in a place where they no longer are, are
// left out; what the index does not have yet is missed for a moment.
import {
  type ItemIndex,
  type ItemKey,
  type Layout,
  recordKey,
  type TypeTable,
  uniqueKey,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import { type IndexQuery, indexedRecords, pageQuery } from '#databases/social/engines/dynamodb/index-entries';
import type { ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { packHash, packRange } from '#databases/social/engines/dynamodb/key-bytes';
import { boundedRange, isEmpty, isWithin, prefixRange } from '#databases/social/engines/dynamodb/key-range';
import { type RecordState, readItem } from '#databases/social/engines/dynamodb/record-item';
import { countCreated, listCreated } from '#databases/social/engines/dynamodb/records-by-time';
import { scanRecords } from '#databases/social/engines/dynamodb/scan-records';
import { readStoredText } from '#databases/social/engines/dynamodb/text-pieces';
import type {
  CreatedRange,
  Cursor,
  CursorPage,
  ListBounds,
  Placed,
  RecordReader,
  TimeRange,
} from '#databases/social/record-access';
import type { AnyRecord, Field, RecordType } from '#databases/social/records/record-type';

export class DynamodbRecordReader implements RecordReader {
  protected readonly requests: ItemRequests;
  protected readonly layout: Layout;

  constructor(requests: ItemRequests, layout: Layout) {
    this.requests = requests;
    this.layout = layout;
  }

  protected table(type: { readonly name: string }): TypeTable {
    const table = this.layout.types.get(type.name);
    if (!table) throw new TypeError(`${type.name} is not a record type of this database`);
    return table;
  }

  /** The record (or unique value) under a key, as this transaction sees it. */
  protected async state(key: ItemKey): Promise<RecordState | undefined> {
    return (await this.requests.get(key))?.state;
  }

  protected async states(keys: readonly ItemKey[]): Promise<(RecordState | undefined)[]> {
    return (await this.requests.getAll(keys)).map((item) => item?.state);
  }

  /** Records that a query has read as a whole, as this transaction sees them. */
  protected seen(_key: ItemKey, state: RecordState | undefined): RecordState | undefined {
    return state;
  }

  async get<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined> {
    const state = await this.state(recordKey(this.table(type), key as AnyRecord));
    return state?.record as R | undefined;
  }

  async find<R extends object, U extends string>(
    type: RecordType<R, Field<R>, U>,
    unique: NoInfer<U>,
    values: NoInfer<Partial<R>>,
  ): Promise<R | undefined> {
    const table = this.table(type);
    const value = await this.state(uniqueKey(this.layout, table, unique, values as AnyRecord));
    if (!value) return undefined;
    const record = (await this.state(recordKey(table, value.record)))?.record;
    // While a write is carried out the value may be there before its record, or go after it.
    const fields: readonly string[] = type.unique[unique];
    const isFound = record && fields.every((field) => record[field] === (values as AnyRecord)[field]);
    return isFound ? (record as R) : undefined;
  }

  async list<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    lead: NoInfer<Partial<R>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const table = this.table(type);
    const index = listingOf(table, listing);
    const values = lead as AnyRecord;
    const next = index.by.find((field) => values[field] === undefined);
    const prefix = packRange(table.type, index.fields.range, values);
    const range = boundedRange(prefix, { type: table.type, next }, bounds);
    const found: Placed<R>[] = [];
    const hash = packHash(table.type, index.fields, values);
    for await (const entries of this.#indexed(table, index, { hash, range, ...bounds })) {
      for (const { state } of entries) {
        found.push({ place: state.place, record: state.record as R });
        if (found.length === bounds.limit) return found;
      }
    }
    return found;
  }

  async listByKey<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    lead: NoInfer<Partial<Pick<R, K>>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const table = this.table(type);
    const values = lead as AnyRecord;
    const next = table.type.key.find((field) => values[field] === undefined);
    const prefix = packRange(table.type, table.keyFields.range, values);
    const range = boundedRange(prefix, { type: table.type, next }, bounds);
    if (isEmpty(range)) return [];
    const hash = packHash(table.type, table.keyFields, values);
    const found: Placed<R>[] = [];
    for await (const page of this.requests.query(pageQuery(table.name, { hash, range, ...bounds }))) {
      for (const attributes of page) {
        const item = readItem(table, attributes);
        const state = this.seen(item.key, item.state);
        if (!state || !isWithin(item.key.range, range)) continue;
        found.push({ place: state.place, record: state.record as R });
        if (found.length === bounds.limit) return found;
      }
    }
    return found;
  }

  async count<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    values: NoInfer<Partial<R>>,
  ): Promise<number> {
    const table = this.table(type);
    const index = listingOf(table, listing);
    if (!index.isCounted) throw new TypeError(`${type.name}.${listing} is not counted`);
    const { begin, end } = prefixRange(packRange(table.type, index.fields.range, values as AnyRecord));
    // No key ends where the next group begins: a place comes behind every group.
    return this.requests.count({
      table: table.name,
      index,
      hash: packHash(table.type, index.fields, values as AnyRecord),
      begin,
      end,
    });
  }

  async listCreated<R extends object>(type: RecordType<R>, range: CreatedRange): Promise<CursorPage<R>> {
    const table = this.table(type);
    return listCreated(this.requests, this.layout, table, range, (index, query) =>
      this.#indexed(table, index, query),
    );
  }

  async countCreated<R extends object>(type: RecordType<R>, range: TimeRange = {}): Promise<number> {
    return countCreated(this.requests, this.layout, this.table(type), range);
  }

  async scan<R extends object>(
    type: RecordType<R>,
    page: { readonly limit: number; readonly cursor?: Cursor | undefined },
  ): Promise<CursorPage<R>> {
    const { items, next } = await scanRecords(this.requests.call, this.table(type), page);
    const records = items
      .map(({ key, state }) => this.seen(key, state)?.record)
      .filter((record) => record !== undefined) as R[];
    return next === undefined ? { items: records } : { items: records, next };
  }

  async text<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    key: NoInfer<Pick<R, K>>,
    name: NoInfer<T>,
  ): Promise<string | undefined> {
    const itemKey = recordKey(this.table(type), key as AnyRecord);
    return readStoredText(this.requests, this.layout, () => this.state(itemKey), name);
  }

  #indexed(table: TypeTable, index: ItemIndex, query: IndexQuery) {
    return indexedRecords(this.requests, (keys) => this.states(keys), { table, index }, query);
  }
}

function listingOf(table: TypeTable, name: string) {
  const index = table.listings.get(name);
  if (!index) throw new TypeError(`${table.type.name} has no listing called ${name}`);
  return index;
}
