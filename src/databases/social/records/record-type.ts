// How a record type of the social database is declared: once, in terms that every kind of engine has (our ordered store,
// SQL, DynamoDB), so that each engine interprets the same declaration and none can drift from the others.

export type Field<R> = keyof R & string;

/**
 * `uri` is text of any length that is only ever compared whole: engines may keep a digest of it in keys. `text` that stands
 * in a key, a unique set or a listing has at most `keyTextBytesMax` bytes; its order is that of its UTF-8.
 */
type Kind<T> = T extends boolean
  ? 'flag'
  : T extends number
    ? 'integer'
    : T extends string
      ? 'text' | 'uri'
      : 'json';

type IsOptional<R, F extends keyof R> = Partial<Pick<R, F>> extends Pick<R, F> ? true : false;

/** The kind of each field, which the compiler holds against the record's interface; `?` marks what may be absent. */
export type FieldKinds<R> = {
  readonly [F in Field<R>]-?: IsOptional<R, F> extends true
    ? `${Kind<Exclude<R[F], undefined>>}?`
    : Kind<R[F]>;
};

/**
 * A way to list records: those with the same values in `by`, in the order in which they were first stored. Values that
 * are left out at the end of `by` are ordered by instead. The first may be left out only where it is an integer: an
 * engine may keep each first value in a place of its own. A record that lacks a value of `by` is not in the listing.
 */
export interface Listing<R> {
  readonly by: readonly Field<R>[];
  /** Only records with these values are in it. */
  readonly where?: { readonly [F in Field<R>]?: R[F] };
  /** `record`: a page of the listing is one read; `key`: the listing points, so that changing a record leaves it be. */
  readonly holds: 'key' | 'record';
  /** How many records it lists under each full set of values is kept, exactly. */
  readonly counted?: boolean;
}

export interface RecordType<
  R extends object,
  K extends Field<R> = Field<R>,
  U extends string = string,
  L extends string = string,
  T extends string = string,
> {
  readonly name: string;
  /** One sentence: what a record says. */
  readonly about: string;
  readonly fields: FieldKinds<R>;
  /** The fields that identify a record; none of them ever changes. Records can be listed in their order, too. */
  readonly key: readonly K[];
  /** The field that says when a record came to be: those of one type can then be ranged over by time, and are counted. */
  readonly created: Field<R> | undefined;
  /** Further sets of fields that no two records share. */
  readonly unique: { readonly [N in U]: readonly Field<R>[] };
  readonly listings: { readonly [N in L]: Listing<R> };
  /** Texts of up to a megabyte that belong to a record and are only read when asked for. */
  readonly texts: readonly T[];
}

/** Declares a record type: `declareRecord<Follower>()({ name: 'followers', … })`. */
export function declareRecord<R extends object>() {
  return <
    const K extends Field<R>,
    const U extends string = never,
    const L extends string = never,
    const T extends string = never,
  >(declaration: {
    readonly name: string;
    readonly about: string;
    readonly fields: FieldKinds<R>;
    readonly key: readonly K[];
    readonly created?: Field<R>;
    readonly unique?: { readonly [N in U]: readonly Field<R>[] };
    readonly listings?: { readonly [N in L]: Listing<R> };
    readonly texts?: readonly T[];
  }): RecordType<R, K, U, L, T> => ({
    created: undefined,
    unique: {} as { readonly [N in U]: readonly Field<R>[] },
    listings: {} as { readonly [N in L]: Listing<R> },
    texts: [],
    ...declaration,
  });
}

/** What `type` is without its type parameters, for code that treats all types alike. */
export type AnyRecord = { readonly [field: string]: unknown };

/** Whether a listing has the record in it. */
export function isListed(listing: Listing<never>, record: AnyRecord): boolean {
  for (const [field, value] of Object.entries(listing.where ?? {})) {
    if (record[field] !== value) return false;
  }
  return listing.by.every((field: string) => record[field] !== undefined);
}
