// What an engine of the social database offers: reading and writing records of declared types, in one transaction. The
// domain's queries (social-reader.ts, social-writer.ts) are written once on top of this and know no engine.
import type { Field, RecordType } from '#databases/social/records/record-type';

/**
 * Where a record lies in the order in which records were first stored: a position of our store (24 hexadecimal digits) or
 * a time-sorted 64-bit id (16 of them). Opaque to all but engines; those of one engine are comparable with `<`.
 */
export type Place = string & { readonly __place: unique symbol };

export interface Placed<R> {
  readonly place: Place;
  readonly record: R;
}

/** Bounds on what follows the given values: the next field, or the place where all fields are given. */
export interface ListBounds {
  readonly after?: Place | string | number;
  readonly before?: Place | string | number;
  readonly from?: string | number;
  readonly through?: string | number;
  readonly limit: number;
  readonly reverse?: boolean;
}

/** Where a page of a range by time, or of a whole type, ended: opaque, and good for the engine that gave it only. */
export type Cursor = string & { readonly __cursor: unique symbol };

export interface CursorPage<R> {
  readonly items: readonly R[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: Cursor;
}

/** Times in milliseconds since the Unix epoch; both ends are included. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly through?: number | undefined;
}

export interface CreatedRange extends TimeRange {
  readonly limit: number;
  readonly cursor?: Cursor | undefined;
  readonly reverse?: boolean;
}

/**
 * Reads in one transaction. Single records, unique values and texts are always current; what listings show depends on
 * what the engine promises. A transaction sees single records as it has written them; what it lists it lists before it
 * writes any of it.
 */
export interface RecordReader {
  get<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined>;
  /** The record with these values in a unique set of fields. */
  find<R extends object, U extends string>(
    type: RecordType<R, Field<R>, U>,
    unique: NoInfer<U>,
    values: NoInfer<Partial<R>>,
  ): Promise<R | undefined>;
  /**
   * A page of a listing under leading values of its fields; at most `limit`, fewer only at its end. The first field is
   * given, unless it is an integer or there is none.
   */
  list<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    lead: NoInfer<Partial<R>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]>;
  /**
   * A page of records in an order of their keys, under leading values of the key: integers in theirs, everything else in
   * an order of the engine's own. The first field is given, unless it is an integer.
   */
  listByKey<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    lead: NoInfer<Partial<Pick<R, K>>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]>;
  /** How many records a counted listing has under a full set of its values: one point read. */
  count<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    values: NoInfer<Partial<R>>,
  ): Promise<number>;
  /** Records by the time at which they came to be, oldest first unless `reverse`; only for types that have that field. */
  listCreated<R extends object>(type: RecordType<R>, range: CreatedRange): Promise<CursorPage<R>>;
  /** How many records came to be in a time, or in all: in all it is one point read where the engine keeps counts. */
  countCreated<R extends object>(type: RecordType<R>, range?: TimeRange): Promise<number>;
  /** Every record of a type, page by page in an order of the engine's own: for copies and checks. */
  scan<R extends object>(
    type: RecordType<R>,
    page: { readonly limit: number; readonly cursor?: Cursor | undefined },
  ): Promise<CursorPage<R>>;
  /** A text that was stored with a record. */
  text<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    key: NoInfer<Pick<R, K>>,
    name: NoInfer<T>,
  ): Promise<string | undefined>;
}

/** The texts to store with a record; undefined removes one, what is not named stays. */
export type Texts<T extends string> = { readonly [N in T]?: string | undefined };

export interface RecordWriter extends RecordReader {
  /**
   * Stores a record of a type without unique fields, whose key is known to be new or whose record to be the same. Nothing
   * is read for it.
   */
  insert<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, never, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<void>;
  /**
   * Stores a record, instead of the one with its key if there is one, whose place it keeps. Answers whether it is new.
   * Throws `ProtocolError` conflict where another record has its unique values.
   */
  put<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<boolean>;
  /**
   * Removes a record and what was stored with it, and answers with what it was. A transaction does not remove what it has
   * itself stored.
   */
  remove<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined>;
}
