// Stands before every back end and judges what goes in, so that all of them accept the same records, and are asked only
// what has an answer: a value that no record can have is found nowhere.
import {
  areStorable,
  assertStorable,
  assertStorableText,
  isStorableKey,
  type PlainType,
  plainType,
} from '#databases/social/engines/storable-records';
import { readPlace } from '#databases/social/listing-page';
import type {
  CreatedRange,
  Cursor,
  CursorPage,
  ListBounds,
  Placed,
  RecordReader,
  RecordWriter,
  Texts,
  TimeRange,
} from '#databases/social/record-access';
import type { RecordEngine } from '#databases/social/record-engine';
import type { AnyRecord, Field, RecordType } from '#databases/social/records/record-type';
import { ProtocolError } from '#support/errors';

export function guardEngine(engine: RecordEngine): RecordEngine {
  return {
    name: engine.name,
    promises: engine.promises,
    read: (body) => engine.read((records) => body(new GuardedReader(records))),
    write: (body, options) =>
      engine.write(
        (writing) => body({ records: new GuardedWriter(writing.records), wake: () => writing.wake() }),
        options,
      ),
    mark: () => engine.mark(),
    untilChanged: (after, signal) => engine.untilChanged(after, signal),
    check: () => engine.check(),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

class GuardedReader implements RecordReader {
  readonly #records: RecordReader;

  constructor(records: RecordReader) {
    this.#records = records;
  }

  async get<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined> {
    return areStorable(plainType(type as never), key) ? this.#records.get(type, key) : undefined;
  }

  async find<R extends object, U extends string>(
    type: RecordType<R, Field<R>, U>,
    unique: NoInfer<U>,
    values: NoInfer<Partial<R>>,
  ): Promise<R | undefined> {
    return areStorable(plainType(type as never), values)
      ? this.#records.find(type, unique, values)
      : undefined;
  }

  async list<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    lead: NoInfer<Partial<R>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const plain = plainType(type as never);
    const declared = plain.listings[listing];
    if (!declared) throw new TypeError(`${type.name} has no listing called ${listing}`);
    assertBounds(plain, nextField(declared.by, lead as AnyRecord), bounds);
    if (bounds.limit === 0 || !areStorable(plain, lead)) return [];
    return this.#records.list(type, listing, lead, bounds);
  }

  async listByKey<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    lead: NoInfer<Partial<Pick<R, K>>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]> {
    const next = nextField(type.key, lead as AnyRecord);
    if (next === undefined) throw new TypeError(`a whole key of ${type.name} leaves nothing to list`);
    const plain = plainType(type as never);
    assertBounds(plain, next, bounds);
    if (bounds.limit === 0 || !areStorable(plain, lead)) return [];
    return this.#records.listByKey(type, lead, bounds);
  }

  async count<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    values: NoInfer<Partial<R>>,
  ): Promise<number> {
    return areStorable(plainType(type as never), values) ? this.#records.count(type, listing, values) : 0;
  }

  async listCreated<R extends object>(type: RecordType<R>, range: CreatedRange): Promise<CursorPage<R>> {
    assertTimes(range);
    assertLimit(range.limit, 1);
    return this.#records.listCreated(type, range);
  }

  async countCreated<R extends object>(type: RecordType<R>, range: TimeRange = {}): Promise<number> {
    assertTimes(range);
    return this.#records.countCreated(type, range);
  }

  async scan<R extends object>(
    type: RecordType<R>,
    page: { readonly limit: number; readonly cursor?: Cursor | undefined },
  ): Promise<CursorPage<R>> {
    assertLimit(page.limit, 1);
    return this.#records.scan(type, page);
  }

  async text<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    key: NoInfer<Pick<R, K>>,
    name: NoInfer<T>,
  ): Promise<string | undefined> {
    return areStorable(plainType(type as never), key) ? this.#records.text(type, key, name) : undefined;
  }
}

class GuardedWriter extends GuardedReader implements RecordWriter {
  readonly #records: RecordWriter;

  constructor(records: RecordWriter) {
    super(records);
    this.#records = records;
  }

  async insert<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, never, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<void> {
    assertAll(type as never, record as AnyRecord, texts);
    return this.#records.insert(type, record, texts);
  }

  async put<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<boolean> {
    assertAll(type as never, record as AnyRecord, texts);
    return this.#records.put(type, record, texts);
  }

  async remove<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined> {
    return areStorable(plainType(type as never), key) ? this.#records.remove(type, key) : undefined;
  }
}

function assertAll(type: RecordType<never>, record: AnyRecord, texts: Texts<string> = {}): void {
  const plain = plainType(type);
  assertStorable(plain, record);
  for (const [name, text] of Object.entries(texts)) assertStorableText(plain, name, text);
}

/** The field that a page is ordered by next; undefined where all are given, and what comes next are places. */
function nextField(fields: readonly string[], lead: AnyRecord): string | undefined {
  return fields.find((field) => lead[field] === undefined);
}

function assertBounds(type: PlainType, next: string | undefined, bounds: ListBounds): void {
  assertLimit(bounds.limit, 0);
  const { after, before, from, through } = bounds;
  for (const bound of [after, before, from, through]) {
    if (bound !== undefined && !isBound(type, next, bound)) {
      throw new ProtocolError('invalidParam', 'This place was not given out for this listing.');
    }
  }
  if (next === undefined && (from !== undefined || through !== undefined)) {
    throw new TypeError(`pages of ${type.name} begin behind a place, or end before one`);
  }
}

function isBound(type: PlainType, next: string | undefined, bound: string | number): boolean {
  if (next === undefined) return typeof bound === 'string' && readPlace(bound) !== undefined;
  const isNumber = type.fields[next]?.startsWith('integer') ?? false;
  return typeof bound === (isNumber ? 'number' : 'string') && isStorableKey(type, next, bound);
}

function assertTimes({ from, through }: TimeRange): void {
  for (const time of [from, through]) {
    if (time !== undefined && !Number.isSafeInteger(time)) {
      throw new ProtocolError('invalidParam', 'A time is an integer: milliseconds since the Unix epoch.');
    }
  }
}

function assertLimit(limit: number, limitMin: number): void {
  if (!Number.isSafeInteger(limit) || limit < limitMin) throw new TypeError(`${limit} is no limit of a page`);
}
