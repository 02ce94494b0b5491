// The note that all tables and indices of a layout are there, written when they are: one read when the records are opened
// tells whether they serve this version, instead of a description of every table.
import { hash } from 'node:crypto';
import {
  type Attributes,
  keyAttributes,
  type Layout,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import type { ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { nothing } from '#databases/social/engines/dynamodb/key-bytes';

const noteKey: Attributes = keyAttributes({ hash: Buffer.from('layout'), range: nothing });

/** Changes whenever a table, an index or what is in one does. */
function digestOf({ types }: Layout): string {
  const declared = [...types.values()].map(({ type, keyFields, listings, created }) => [
    type.name,
    keyFields,
    Object.entries(type.unique),
    [...listings.keys()].map((name) => [name, type.listings[name]?.by, type.listings[name]?.where]),
    created?.field,
  ]);
  return hash('sha256', JSON.stringify(declared));
}

export async function noteLayout({ call }: Pick<ItemRequests, 'call'>, layout: Layout): Promise<void> {
  const Item = { ...noteKey, d: { S: digestOf(layout) } };
  await call('PutItem', { TableName: layout.months, Item });
}

/** @throws NoTableError where there are no tables at all */
export async function hasLayout({ call }: Pick<ItemRequests, 'call'>, layout: Layout): Promise<boolean> {
  const { Item } = await call('GetItem', { TableName: layout.months, Key: noteKey, ConsistentRead: true });
  return Item?.d?.S === digestOf(layout);
}
