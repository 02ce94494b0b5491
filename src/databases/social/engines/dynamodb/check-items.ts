// Checks what is derived from records on DynamoDB: the attributes that put them into indices, unique values, pieces of texts
// and the months that are noted. What looks wrong is looked at again by itself, since others may be writing. The indices
// themselves are DynamoDB's to keep.
import { isDeepStrictEqual } from 'node:util';
import {
  type Attributes,
  type ItemKey,
  type ItemTable,
  indexAttributes,
  keyText,
  type Layout,
  monthOf,
  readKey,
  recordKey,
  type TypeTable,
  uniqueKey,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import type { ItemLocks } from '#databases/social/engines/dynamodb/item-locks';
import type { ItemRequests } from '#databases/social/engines/dynamodb/item-requests';
import type { Journals } from '#databases/social/engines/dynamodb/journals';
import { bytesOf, type RecordItem, readItem } from '#databases/social/engines/dynamodb/record-item';
import { monthsKey } from '#databases/social/engines/dynamodb/records-by-time';
import { hashOfText } from '#databases/social/engines/dynamodb/text-pieces';
import type { Difference } from '#support/difference';

export async function* checkItems(
  requests: ItemRequests,
  layout: Layout,
  journals: Journals,
  locks: ItemLocks,
): AsyncGenerator<Difference, number> {
  const parts = { requests, layout, journals, locks };
  const used = new Set<string>();
  let itemsRead = 0;
  for (const table of layout.types.values()) {
    for await (const page of scanned(requests, table)) {
      itemsRead += page.length;
      for (const item of page) yield* checkItem(parts, table, item, used);
    }
  }
  for await (const page of scanned(requests, layout.unique)) {
    itemsRead += page.length;
    for (const item of page) yield* checkItem(parts, undefined, item, used);
  }
  itemsRead += yield* checkPieces(parts, used);
  return itemsRead;
}

interface CheckParts {
  readonly requests: ItemRequests;
  readonly layout: Layout;
  readonly journals: Journals;
  readonly locks: ItemLocks;
}

async function* scanned({ call }: ItemRequests, table: ItemTable): AsyncGenerator<RecordItem[]> {
  for (let start: Attributes | undefined; ; ) {
    const page = await call('Scan', {
      TableName: table.name,
      ConsistentRead: true,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    yield (page.Items ?? []).map((item) => readItem(table, item));
    start = page.LastEvaluatedKey;
    if (!start) return;
  }
}

/** A table of a type, or of unique values where there is no type. */
async function* checkItem(
  parts: CheckParts,
  table: TypeTable | undefined,
  found: RecordItem,
  used: Set<string>,
): AsyncGenerator<Difference> {
  const check = (item: RecordItem) => (table ? checkRecord(parts, table, item) : checkUnique(parts, item));
  noteTexts(found, used);
  if (!found.lock && (await check(found)).length === 0) return;
  const item = await parts.requests.get(found.key);
  if (!item) return;
  noteTexts(item, used);
  if (item.lock) {
    const head = await parts.journals.head(item.lock.journal);
    // What is under way is nothing to be judged.
    if (head && !head.isDone) return;
    const again = await parts.requests.get(item.key);
    if (again?.lock?.journal === item.lock.journal) {
      yield { table: item.key.table.name, key: keyText(item.key), found: `a lock of ${item.lock.journal}` };
    }
    return;
  }
  yield* await check(item);
}

function noteTexts({ state, lock }: RecordItem, used: Set<string>): void {
  const texts = [...(state?.texts.values() ?? []), ...(lock?.staged.texts.values() ?? [])];
  for (const text of texts) if (text && 'id' in text) used.add(text.id);
}

async function checkRecord(
  { requests, layout }: CheckParts,
  table: TypeTable,
  { key, state, attributes }: RecordItem,
): Promise<Difference[]> {
  if (!state) return [];
  const differences: Difference[] = [];
  const report = (what: string, expected: string, found?: string) =>
    differences.push({
      table: `${table.type.name}${what}`,
      key: JSON.stringify(table.type.key.map((field) => state.record[field])),
      expected,
      ...(found === undefined ? {} : { found }),
    });
  if (keyText(recordKey(table, state.record)) !== keyText(key))
    report('', 'the key of its record', keyText(key));
  const expected = indexAttributes(table, state.record, state.place);
  for (const index of table.indices) {
    for (const name of [index.hashAttribute, index.rangeAttribute]) {
      const [should, is] = [expected[name]?.B, attributes[name]?.B].map(hexOf);
      if (should !== is) report(`.${index.name}`, should ?? 'nothing', is ?? 'nothing');
    }
  }
  for (const name of Object.keys(table.type.unique)) {
    const value = await requests.get(uniqueKey(layout, table, name, state.record));
    const should = Object.fromEntries(table.type.key.map((field) => [field, state.record[field]]));
    if (!isDeepStrictEqual(value?.state?.record, should)) {
      report(`.${name}`, JSON.stringify(should), value?.state && JSON.stringify(value.state.record));
    }
  }
  for (const [name, text] of state.texts) {
    if ('bytes' in text) continue;
    const pieces = await requests.count({ table: layout.texts, hash: hashOfText(text.id) });
    if (pieces !== text.pieces) report(`.${name}`, `${text.pieces} pieces`, `${pieces} pieces`);
  }
  if (table.created) {
    const month = String(monthOf(state.record[table.created.field] as number));
    const { Item } = await requests.call('GetItem', {
      TableName: layout.months,
      Key: monthsKey(table),
      ConsistentRead: true,
    });
    if (!Item?.months?.NS?.includes(month)) report('.created', `month ${month}`);
  }
  return differences;
}

function hexOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}

async function checkUnique({ requests, layout }: CheckParts, item: RecordItem): Promise<Difference[]> {
  if (!item.state) return [];
  const [type = '', name = ''] = item.key.hash.subarray(0, item.key.hash.indexOf(0)).toString().split('.');
  const table = layout.types.get(type);
  const owner = table && (await requests.get(recordKey(table, item.state.record)));
  const own = table && owner?.state && uniqueKey(layout, table, name, owner.state.record);
  if (own && keyText(own) === keyText(item.key)) return [];
  return [{ table: `${type}.${name}`, key: keyText(item.key), found: JSON.stringify(item.state.record) }];
}

/** Pieces that no record has, unless their journal is still there: others sweep them with it. */
async function* checkPieces(
  { requests, layout, journals }: CheckParts,
  used: ReadonlySet<string>,
): AsyncGenerator<Difference, number> {
  const owners = new Map<string, ItemKey>();
  let itemsRead = 0;
  for (let start: Attributes | undefined; ; ) {
    const page = await requests.call('Scan', {
      TableName: layout.texts,
      ProjectionExpression: 'h, r, o',
      ConsistentRead: true,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    for (const item of page.Items ?? []) {
      itemsRead++;
      const id = bytesOf(item.h).toString();
      if (!used.has(id)) owners.set(id, readKey(layout, item.o));
    }
    start = page.LastEvaluatedKey;
    if (!start) break;
  }
  for (const [id, owner] of owners) {
    // A text is named after the write that made it. One that was stored since the records were looked at has its record now.
    if (await journals.head(id.slice(0, id.indexOf('.')))) continue;
    const texts = [...((await requests.get(owner))?.state?.texts.values() ?? [])];
    if (texts.some((text) => 'id' in text && text.id === id)) continue;
    if ((await requests.count({ table: layout.texts, hash: hashOfText(id) })) === 0) continue;
    yield { table: layout.texts, key: id, found: 'a text of no record' };
  }
  return itemsRead;
}
