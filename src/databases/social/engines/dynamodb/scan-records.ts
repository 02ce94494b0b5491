// Every record of a type, page by page in the order in which DynamoDB keeps them: for copies and checks, a read unit for each
// 4 KB of the table.
import type { Call } from '#databases/social/engines/dynamodb/dynamodb-call';
import {
  hashAttribute,
  type ItemKey,
  type ItemTable,
  keyAttributes,
  rangeAttribute,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import { bytesOf, type RecordItem, readItem } from '#databases/social/engines/dynamodb/record-item';
import type { Cursor } from '#databases/social/record-access';
import { ProtocolError } from '#support/errors';
import { dynamodbPageMax } from '#support/limits';

export interface ScannedPage {
  readonly items: readonly RecordItem[];
  readonly next?: Cursor;
}

/** A page of at most `limit` records, fewer only at the end. Items that are only locks are none. */
export async function scanRecords(
  call: Call,
  table: ItemTable,
  { limit, cursor }: { readonly limit: number; readonly cursor?: Cursor | undefined },
): Promise<ScannedPage> {
  const items: RecordItem[] = [];
  let start = cursor === undefined ? undefined : keyAttributes(readCursor(table, cursor));
  for (;;) {
    const page = await call('Scan', {
      TableName: table.name,
      ConsistentRead: true,
      Limit: Math.min(limit - items.length, dynamodbPageMax),
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    for (const attributes of page.Items ?? []) {
      const item = readItem(table, attributes);
      if (item.state) items.push(item);
    }
    start = page.LastEvaluatedKey;
    if (!start) return { items };
    if (items.length < limit) continue;
    const hash = bytesOf(start[hashAttribute]);
    const range = bytesOf(start[rangeAttribute]);
    return { items, next: writeCursor({ table, hash, range }) };
  }
}

/** The type, and the two keys that a page ended with. */
function writeCursor({ table, hash, range }: ItemKey): Cursor {
  return `${table.suffix}.${hash.toString('base64url')}.${range.toString('base64url')}` as Cursor;
}

function readCursor({ suffix }: ItemTable, cursor: Cursor): Pick<ItemKey, 'hash' | 'range'> {
  const [, type, hash, range] = /^([a-z-]+)\.([\w-]{1,2800})\.([\w-]{1,1400})$/.exec(cursor) ?? [];
  if (type !== suffix || hash === undefined || range === undefined) {
    throw new ProtocolError('invalidParam', 'This cursor was not given out for this listing.');
  }
  return { hash: Buffer.from(hash, 'base64url'), range: Buffer.from(range, 'base64url') };
}
