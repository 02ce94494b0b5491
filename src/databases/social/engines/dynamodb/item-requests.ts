// Reads and unconditional writes of items: pages followed to their end, batches cut to what DynamoDB takes and repeated for
// what it leaves undone. All reads of tables are consistent ones; indices have none.
import type { BatchGetItemOutput, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Call, Requests } from '#databases/social/engines/dynamodb/dynamodb-call';
import {
  type Attributes,
  hashAttribute,
  type ItemKey,
  type ItemTable,
  keyAttributes,
  keyText,
  rangeAttribute,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import { type RecordItem, readItem } from '#databases/social/engines/dynamodb/record-item';
import { type BackOffParts, backOff } from '#databases/social/engines/dynamodb/send-request';
import { ProtocolError } from '#support/errors';
import { dynamodbAttemptsMax } from '#support/limits';

export interface ItemRequests {
  readonly call: Call;
  /** One read of up to 4 KB costs one read unit. Answers also with an item that is only a lock. */
  get(key: ItemKey): Promise<RecordItem | undefined>;
  /** The same for many, in the order of the keys: a request for each hundred that differ. */
  getAll(keys: readonly ItemKey[]): Promise<(RecordItem | undefined)[]>;
  /** Pages of items between two range keys under one hash key, or of the index entries there; both ends are included. */
  query(query: RangeQuery): AsyncGenerator<Attributes[]>;
  count(query: RangeQuery): Promise<number>;
  /** Puts items, or deletes those with no more than a key, in batches: for what is immutable and has no conditions. */
  writeAll(table: string, requests: readonly WriteRequest[]): Promise<void>;
}

export interface RangeQuery {
  readonly table: string;
  readonly index?: { readonly name: string; readonly hashAttribute: string; readonly rangeAttribute: string };
  readonly hash: Buffer;
  readonly begin?: Buffer | undefined;
  readonly end?: Buffer | undefined;
  readonly reverse?: boolean;
  /** Items of one page. */
  readonly pageMax?: number;
}

/** What BatchGetItem and BatchWriteItem take at most. */
const keysPerGetMax = 100;
const itemsPerWriteMax = 25;
/** Each may hold several MB. */
const batchesAtOnce = 4;

export function itemRequests(call: Call, parts: BackOffParts): ItemRequests {
  return {
    call,
    async get(key) {
      const { Item } = await call('GetItem', {
        TableName: key.table.name,
        Key: keyAttributes(key),
        ConsistentRead: true,
      });
      return Item && readItem(key.table, Item);
    },
    async getAll(keys) {
      const found = new Map<string, RecordItem>();
      const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
      await Promise.all(chunked(distinct, keysPerGetMax).map((some) => getBatch(call, parts, some, found)));
      return keys.map((key) => found.get(keyText(key)));
    },
    async *query(query) {
      const { pageMax } = query;
      const input = { ...queryInput(query), ...(pageMax === undefined ? {} : { Limit: pageMax }) };
      for (let start: Attributes | undefined; ; ) {
        const page = await call('Query', { ...input, ...(start ? { ExclusiveStartKey: start } : {}) });
        yield page.Items ?? [];
        start = page.LastEvaluatedKey;
        if (!start) return;
      }
    },
    async count(query) {
      let counted = 0;
      for (let start: Attributes | undefined; ; ) {
        const page = await call('Query', {
          ...queryInput(query),
          Select: 'COUNT',
          ...(start ? { ExclusiveStartKey: start } : {}),
        });
        counted += page.Count ?? 0;
        start = page.LastEvaluatedKey;
        if (!start) return counted;
      }
    },
    async writeAll(table, requests) {
      await eachAtOnce(chunked(requests, itemsPerWriteMax), batchesAtOnce, (some) =>
        writeBatch(call, parts, table, some),
      );
    },
  };
}

function queryInput(query: RangeQuery): Requests['Query']['input'] {
  const { table, index, hash, begin, end, reverse = false } = query;
  const range = begin && end ? '#r BETWEEN :b AND :e' : begin ? '#r >= :b' : '#r <= :e';
  const isBounded = begin !== undefined || end !== undefined;
  return {
    TableName: table,
    ...(index ? { IndexName: index.name } : { ConsistentRead: true }),
    KeyConditionExpression: isBounded ? `#h = :h AND ${range}` : '#h = :h',
    ExpressionAttributeNames: {
      '#h': index?.hashAttribute ?? hashAttribute,
      ...(isBounded ? { '#r': index?.rangeAttribute ?? rangeAttribute } : {}),
    },
    ExpressionAttributeValues: {
      ':h': { B: hash },
      ...(begin ? { ':b': { B: begin } } : {}),
      ...(end ? { ':e': { B: end } } : {}),
    },
    ScanIndexForward: !reverse,
  };
}

async function getBatch(
  call: Call,
  parts: BackOffParts,
  keys: readonly ItemKey[],
  found: Map<string, RecordItem>,
): Promise<void> {
  const tables = new Map<string, ItemTable>(keys.map(({ table }) => [table.name, table]));
  let wanted: Requests['BatchGetItem']['input']['RequestItems'] = {};
  for (const table of tables.keys()) {
    const own = keys.filter((key) => key.table.name === table);
    wanted[table] = { Keys: own.map(keyAttributes), ConsistentRead: true };
  }
  for (let attempt = 1; ; ) {
    const batch: BatchGetItemOutput = await call('BatchGetItem', { RequestItems: wanted });
    const { Responses, UnprocessedKeys = {} } = batch;
    for (const [name, items] of Object.entries(Responses ?? {})) {
      const table = tables.get(name);
      if (!table) continue;
      for (const attributes of items) {
        const item = readItem(table, attributes);
        found.set(keyText(item.key), item);
        // Whatever comes back is progress: a page of 16 MB is cut without being throttled.
        attempt = 1;
      }
    }
    if (Object.keys(UnprocessedKeys).length === 0) return;
    wanted = UnprocessedKeys;
    await pause(parts, attempt++);
  }
}

async function writeBatch(
  call: Call,
  parts: BackOffParts,
  table: string,
  requests: readonly WriteRequest[],
): Promise<void> {
  let wanted: readonly WriteRequest[] = requests;
  for (let attempt = 1; ; attempt++) {
    const { UnprocessedItems } = await call('BatchWriteItem', { RequestItems: { [table]: [...wanted] } });
    const rest = UnprocessedItems?.[table] ?? [];
    if (rest.length === 0) return;
    if (rest.length < wanted.length) attempt = 1;
    wanted = rest;
    await pause(parts, attempt);
  }
}

async function pause(parts: BackOffParts, attempt: number): Promise<void> {
  if (attempt >= dynamodbAttemptsMax) {
    throw new ProtocolError('unavailable', 'DynamoDB leaves undone what it is asked for.');
  }
  await backOff(parts, attempt);
}

export function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Runs a task for each item, so many at once; the first error comes when all under way have ended. */
export async function eachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of rest) {
      if (failures.length > 0) return;
      await task(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
