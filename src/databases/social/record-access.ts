// What an engine of the social database offers: reading and writing records of declared types, in one transaction. The
// domain's queries (social-reader.ts, social-writer.ts) are written once on top of this and know no engine.
import type { Field, RecordType } from '#databases/social/records/record-type';

/** Where a record lies in the order in which records were first stored; opaque, comparable with `<`. */
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
  /** A page of a listing under leading values of its fields; at most `limit`, fewer only at its end. */
  list<R extends object, L extends string>(
    type: RecordType<R, Field<R>, string, L>,
    listing: NoInfer<L>,
    lead: NoInfer<Partial<R>>,
    bounds: ListBounds,
  ): Promise<Placed<R>[]>;
  /** A page of records in an order of their keys (each engine its own), under leading values of the key. */
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
  /** Stores a record of a type without unique fields, whose key is known to be new or whose record to be the same. */
  insert<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, never, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): void;
  /**
   * Stores a record, instead of the one with its key if there is one, whose place it keeps. Answers whether it is new.
   * Throws `ProtocolError` conflict where another record has its unique values.
   */
  put<R extends object, K extends Field<R>, T extends string>(
    type: RecordType<R, K, string, string, T>,
    record: NoInfer<R>,
    texts?: NoInfer<Texts<T>>,
  ): Promise<boolean>;
  /** Removes a record and what was stored with it, and answers with what it was. */
  remove<R extends object, K extends Field<R>>(
    type: RecordType<R, K>,
    key: NoInfer<Pick<R, K>>,
  ): Promise<R | undefined>;
}
