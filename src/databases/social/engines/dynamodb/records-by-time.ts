// Records by the time at which they came to be: a query for each month that the range touches and that has any record. Which
// months have, is kept in one item for each type, written before the first record of a month is; one too many does no harm.
import {
  type Attributes,
  type ItemIndex,
  type ItemKey,
  keyAttributes,
  type Layout,
  monthOf,
  type TypeTable,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import type { FoundEntry, IndexQuery } from '#databases/social/engines/dynamodb/index-entries';
import { eachAtOnce, type ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { nothing, packInteger, prefixEnd } from '#databases/social/engines/dynamodb/key-bytes';
import { isEmpty, isWithin, type KeyRange, rangeBehind } from '#databases/social/engines/dynamodb/key-range';
import type { CreatedRange, Cursor, CursorPage, TimeRange } from '#databases/social/record-access';
import { ProtocolError } from '#support/errors';
import { dynamodbRequestsAtOnce } from '#support/limits';

/** The time and the place, eight bytes each. */
const cursorBytes = 16;

export function monthsKey(table: TypeTable): Attributes {
  return keyAttributes({ hash: Buffer.from(table.suffix), range: nothing } satisfies Partial<ItemKey>);
}

/** The months of a type that have records, in order, as far as a range touches them: one read. */
async function monthsIn(
  { call }: ItemRequests,
  layout: Layout,
  table: TypeTable,
  { from, through }: TimeRange,
): Promise<number[]> {
  const { Item } = await call('GetItem', {
    TableName: layout.months,
    Key: monthsKey(table),
    ConsistentRead: true,
  });
  return (Item?.months?.NS ?? [])
    .map(Number)
    .filter((month) => from === undefined || month >= monthOf(from))
    .filter((month) => through === undefined || month <= monthOf(through))
    .sort((a, b) => a - b);
}

export async function listCreated<R extends object>(
  requests: ItemRequests,
  layout: Layout,
  table: TypeTable,
  asked: CreatedRange,
  indexed: (index: ItemIndex, query: IndexQuery) => AsyncGenerator<FoundEntry[]>,
): Promise<CursorPage<R>> {
  const index = createdOf(table);
  const { limit, cursor, reverse = false } = asked;
  const all = rangeOf(asked);
  const range = cursor === undefined ? all : rangeBehind(all, readCursor(table, cursor, all), reverse);
  const found: FoundEntry[] = [];
  const months = await monthsIn(requests, layout, table, asked);
  for (const month of reverse ? months.toReversed() : months) {
    // One more than the page has, which tells whether there is another.
    const left = limit + 1 - found.length;
    for await (const entries of indexed(index, { hash: packInteger(month), range, limit: left, reverse })) {
      found.push(...entries);
      if (found.length > limit) return pageOf(table, found.slice(0, limit), true);
    }
  }
  return pageOf(table, found, false);
}

function pageOf<R extends object>(
  table: TypeTable,
  found: readonly FoundEntry[],
  hasMore: boolean,
): CursorPage<R> {
  const items = found.map(({ state }) => state.record as R);
  const last = found.at(-1);
  return hasMore && last
    ? { items, next: `${table.suffix}.${last.range.toString('base64url')}` as Cursor }
    : { items };
}

/** A request for each month, and for each MB of the index that one has in the range. */
export async function countCreated(
  requests: ItemRequests,
  layout: Layout,
  table: TypeTable,
  asked: TimeRange,
): Promise<number> {
  const index = createdOf(table);
  const range = rangeOf(asked);
  if (isEmpty(range)) return 0;
  const { begin, end } = range;
  const months = await monthsIn(requests, layout, table, asked);
  let counted = 0;
  await eachAtOnce(months, dynamodbRequestsAtOnce, async (month) => {
    // No key is as short as the end of a range of times.
    const here = await requests.count({ table: table.name, index, hash: packInteger(month), begin, end });
    counted += here;
  });
  return counted;
}

function createdOf({ type, created }: TypeTable): ItemIndex {
  if (!created) throw new TypeError(`${type.name} does not say when a record came to be`);
  return created;
}

function rangeOf({ from, through }: TimeRange): KeyRange {
  return {
    begin: from === undefined ? nothing : packInteger(from),
    end: through === undefined ? undefined : prefixEnd(packInteger(through)),
  };
}

/** A cursor is the type and the key in the index that a page ended with. */
function readCursor({ suffix }: TypeTable, cursor: Cursor, range: KeyRange): Buffer {
  const [type, bytes = '', ...more] = cursor.split('.');
  const key = Buffer.from(bytes, 'base64url');
  if (type !== suffix || more.length > 0 || key.length !== cursorBytes || !isWithin(key, range)) {
    throw new ProtocolError('invalidParam', 'This cursor was not given out for this listing.');
  }
  return key;
}
