// The declared record types and what engines do with them, without the types' parameters: for tests that go through all
// of them alike.
import { type PlainType, plainType } from '#databases/social/engines/storable-records';
import type {
  CreatedRange,
  Cursor,
  CursorPage,
  ListBounds,
  Placed,
  RecordReader,
  RecordWriter,
  TimeRange,
} from '#databases/social/record-access';
import type { RecordEngine } from '#databases/social/record-engine';
import type { AnyRecord } from '#databases/social/records/record-type';
import { recordTypes } from '#databases/social/records/record-types';
import type { Awaitable } from '#support/awaitable';

export type { AnyRecord } from '#databases/social/records/record-type';
export type RawType = PlainType;

export const rawTypes: readonly RawType[] = Object.values(recordTypes).map((type) =>
  plainType(type as never),
);

export function rawType(name: keyof typeof recordTypes): RawType {
  return plainType(recordTypes[name] as never);
}

export interface RawReader {
  get(type: RawType, key: AnyRecord): Promise<AnyRecord | undefined>;
  find(type: RawType, unique: string, values: AnyRecord): Promise<AnyRecord | undefined>;
  list(type: RawType, listing: string, lead: AnyRecord, bounds: ListBounds): Promise<Placed<AnyRecord>[]>;
  listByKey(type: RawType, lead: AnyRecord, bounds: ListBounds): Promise<Placed<AnyRecord>[]>;
  count(type: RawType, listing: string, values: AnyRecord): Promise<number>;
  listCreated(type: RawType, range: CreatedRange): Promise<CursorPage<AnyRecord>>;
  countCreated(type: RawType, range?: TimeRange): Promise<number>;
  scan(type: RawType, page: { limit: number; cursor?: Cursor | undefined }): Promise<CursorPage<AnyRecord>>;
  text(type: RawType, key: AnyRecord, name: string): Promise<string | undefined>;
}

export type RawTexts = { readonly [name: string]: string | undefined };

export interface RawWriter extends RawReader {
  insert(type: RawType, record: AnyRecord, texts?: RawTexts): Promise<void>;
  put(type: RawType, record: AnyRecord, texts?: RawTexts): Promise<boolean>;
  remove(type: RawType, key: AnyRecord): Promise<AnyRecord | undefined>;
}

export function readRaw<T>(engine: RecordEngine, body: (records: RawReader) => Awaitable<T>): Promise<T> {
  return engine.read((records: RecordReader) => body(records as unknown as RawReader));
}

export function writeRaw<T>(engine: RecordEngine, body: (records: RawWriter) => Awaitable<T>): Promise<T> {
  return engine.write(({ records }: { records: RecordWriter }) => body(records as unknown as RawWriter));
}

/** The values of these fields, as an object. */
export function pick(fields: readonly string[], record: AnyRecord): AnyRecord {
  return Object.fromEntries(fields.map((field) => [field, record[field]]));
}

/** Tells one set of values from another. */
export function nameOf(fields: readonly string[], record: AnyRecord): string {
  return JSON.stringify(fields.map((field) => record[field]));
}

const pageRecords = 100;

/** Every record of a type, in the engine's own order. */
export async function scanAll(
  engine: RecordEngine,
  type: RawType,
  limit = pageRecords,
): Promise<AnyRecord[]> {
  const all: AnyRecord[] = [];
  for (let cursor: Cursor | undefined; ; ) {
    const page = await readRaw(engine, (records) => records.scan(type, { limit, cursor }));
    all.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) return all;
  }
}

/** Removes every record of a type. */
export async function wipe(engine: RecordEngine, type: RawType): Promise<void> {
  const all = await scanAll(engine, type);
  for (let start = 0; start < all.length; start += pageRecords) {
    const some = all.slice(start, start + pageRecords);
    await writeRaw(engine, async (records) => {
      for (const record of some) await records.remove(type, pick(type.key, record));
    });
  }
}
