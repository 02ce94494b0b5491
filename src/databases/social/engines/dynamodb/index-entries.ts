// Reads records by an index. Indices lag: each record is read from its table and held against what the index says, so that
// what has moved or gone since is left out. What the index does not have yet is missed.
import {
  hashAttribute,
  type ItemIndex,
  type ItemKey,
  rangeAttribute,
  type TypeTable,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import type { ItemRequests, RangeQuery } from '#databases/social/engines/dynamodb/item-requests';
import { nothing } from '#databases/social/engines/dynamodb/key-bytes';
import { isEmpty, isWithin, type KeyRange } from '#databases/social/engines/dynamodb/key-range';
import { bytesOf, type RecordState } from '#databases/social/engines/dynamodb/record-item';
import { dynamodbPageMax } from '#support/limits';

export interface IndexQuery {
  readonly hash: Buffer;
  readonly range: KeyRange;
  readonly limit: number;
  readonly reverse?: boolean;
}

export interface FoundEntry {
  /** The record's key in the index. */
  readonly range: Buffer;
  readonly state: RecordState;
}

/** Reads records by their keys, as a transaction sees them. */
export type ReadStates = (keys: readonly ItemKey[]) => Promise<(RecordState | undefined)[]>;

/** Pages of the records that an index has in a range, and that are there. */
export async function* indexedRecords(
  requests: ItemRequests,
  readStates: ReadStates,
  { table, index }: { readonly table: TypeTable; readonly index: ItemIndex },
  query: IndexQuery,
): AsyncGenerator<FoundEntry[]> {
  if (isEmpty(query.range)) return;
  for await (const page of requests.query({ ...pageQuery(table.name, query), index })) {
    const entries = page
      .map((attributes) => ({
        key: {
          table,
          hash: bytesOf(attributes[hashAttribute]),
          range: bytesOf(attributes[rangeAttribute]),
        },
        range: bytesOf(attributes[index.rangeAttribute]),
      }))
      .filter(({ range }) => isWithin(range, query.range));
    const states = await readStates(entries.map(({ key }) => key));
    yield entries.flatMap(({ range }, at) => {
      const state = states[at];
      if (!state) return [];
      const own = index.key(state.record, state.place);
      return own?.hash.equals(query.hash) && own.range.equals(range) ? [{ range, state }] : [];
    });
  }
}

export function pageQuery(table: string, { hash, range, limit, reverse = false }: IndexQuery): RangeQuery {
  const pageMax = Math.min(limit, dynamodbPageMax);
  return { table, hash, begin: range.begin ?? nothing, end: range.end, reverse, pageMax };
}
