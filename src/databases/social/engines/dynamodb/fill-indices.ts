// Writes the attributes of an index that was added to a table which had records already: a scan, and a write for each record
// that is listed there.
import { isDeepStrictEqual } from 'node:util';
import type { Call } from '#databases/social/engines/dynamodb/dynamodb-call';
import { type ItemTable, indexAttributes } from '#databases/social/engines/dynamodb/dynamodb-layout';
import { writeState } from '#databases/social/engines/dynamodb/record-item';
import { scanRecords } from '#databases/social/engines/dynamodb/scan-records';
import { RefusedError } from '#databases/social/engines/dynamodb/send-request';
import type { Cursor } from '#databases/social/record-access';
import { dynamodbPageMax } from '#support/limits';

/** Answers how many records were written. What others write meanwhile has the attributes already. */
export async function fillIndices(call: Call, table: ItemTable): Promise<number> {
  let filled = 0;
  for (let cursor: Cursor | undefined; ; ) {
    const page = await scanRecords(call, table, { limit: dynamodbPageMax, cursor });
    for (const { key, state, attributes } of page.items) {
      if (!state) continue;
      const expected = Object.entries(indexAttributes(table, state.record, state.place));
      if (expected.every(([name, value]) => isDeepStrictEqual(plain(attributes[name]), plain(value))))
        continue;
      try {
        await call('PutItem', {
          TableName: table.name,
          Item: writeState(key, state),
          ConditionExpression: 'v = :v AND attribute_not_exists(l)',
          ExpressionAttributeValues: { ':v': { S: state.version } },
        });
        filled++;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
      }
    }
    cursor = page.next;
    if (cursor === undefined) return filled;
  }
}

function plain(value: { readonly B?: Uint8Array | undefined } | undefined): string | undefined {
  return value?.B && Buffer.from(value.B).toString('hex');
}
