// Makes the tables of the social records on DynamoDB and compares them with what is declared. They are billed by the
// request, so that they cost nothing while nobody asks. An index that is added to a table with records is filled by
// rewriting those that belong into it.
import type {
  CreateTableInput,
  GlobalSecondaryIndex,
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import { type Call, connectDynamodb } from '#databases/social/engines/dynamodb/dynamodb-call';
import {
  hashAttribute,
  type ItemIndex,
  type ItemTable,
  layoutOf,
  rangeAttribute,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import { nameOf, parseDynamodbUri } from '#databases/social/engines/dynamodb/dynamodb-uri';
import { fillIndices } from '#databases/social/engines/dynamodb/fill-indices';
import { eachAtOnce } from '#databases/social/engines/dynamodb/item-requests';
import { hasLayout, noteLayout } from '#databases/social/engines/dynamodb/layout-note';
import {
  type BackOffParts,
  backOff,
  NoTableError,
  sendingTo,
} from '#databases/social/engines/dynamodb/send-request';
import type { RecordTables } from '#databases/social/record-engine';
import { dynamodbTablesAtOnce } from '#support/limits';

interface DeclaredTable {
  readonly name: string;
  readonly indices: readonly ItemIndex[];
  /** Absent where items are not those of records. */
  readonly items?: ItemTable;
}

export interface TablesParts extends BackOffParts {
  readonly through?: (call: Call) => Call;
}

/** The tables of a `dynamodb:` URI. @throws Error in one sentence where that is none */
export function openDynamodbTables(uri: string, parts: TablesParts): RecordTables {
  const named = parseDynamodbUri(uri);
  const connection = connectDynamodb(named);
  const call = sendingTo(parts.through ? parts.through(connection.call) : connection.call, parts);
  const layout = layoutOf(named.prefix);
  const { types, unique, texts, journals, months } = layout;
  const tables: DeclaredTable[] = [
    ...[...types.values()].map((items) => ({ name: items.name, indices: items.indices, items })),
    ...[unique.name, texts, journals, months].map((name) => ({ name, indices: [] })),
  ];
  return {
    name: nameOf(named),
    async create() {
      const made: string[] = [];
      await eachAtOnce(tables, dynamodbTablesAtOnce, async (table) => {
        made.push(...(await createTable(call, parts, table)));
      });
      // Last, since whoever finds it believes that all of them are there.
      if (!(await hasLayout({ call }, layout))) await noteLayout({ call }, layout);
      return made;
    },
    async check() {
      const found: string[] = [];
      for (const table of tables) found.push(...compareTable(table, await describeTable(call, table.name)));
      if (found.length === 0 && !(await hasLayout({ call }, layout))) {
        found.push('The tables are there, but nothing says that they were completed for this version.');
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      connection[Symbol.dispose]();
    },
  };
}

async function describeTable(call: Call, name: string): Promise<TableDescription | undefined> {
  try {
    return (await call('DescribeTable', { TableName: name })).Table;
  } catch (error) {
    if (error instanceof NoTableError) return undefined;
    throw error;
  }
}

async function createTable(call: Call, parts: BackOffParts, table: DeclaredTable): Promise<string[]> {
  let described = await describeTable(call, table.name);
  const made: string[] = [];
  if (!described) {
    await ofOthers(call('CreateTable', declare(table)));
    made.push(`The table ${table.name} was made.`);
  }
  described = await untilActive(call, parts, table.name);
  for (const index of table.indices) {
    if (described.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === index.name)) continue;
    // One index at a time is what DynamoDB allows.
    await ofOthers(
      call('UpdateTable', {
        TableName: table.name,
        AttributeDefinitions: [...attributesOf(index)],
        GlobalSecondaryIndexUpdates: [{ Create: declareIndex(index) }],
      }),
    );
    described = await untilActive(call, parts, table.name);
    const filled = table.items ? await fillIndices(call, table.items) : 0;
    made.push(`The index ${index.name} of ${table.name} was made, and ${filled} records put into it.`);
  }
  return made;
}

/** Another that makes the same tables may have come first. */
async function ofOthers(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    if (!(cause instanceof Error && cause.name === 'ResourceInUseException')) throw error;
  }
}

async function untilActive(call: Call, parts: BackOffParts, name: string): Promise<TableDescription> {
  for (let attempt = 1; ; attempt++) {
    const described = await describeTable(call, name);
    const states = [described?.TableStatus, ...(described?.GlobalSecondaryIndexes ?? []).map(statusOf)];
    if (described && states.every((state) => state === 'ACTIVE')) return described;
    await backOff(parts, attempt);
  }
}

function statusOf({ IndexStatus }: GlobalSecondaryIndexDescription): string | undefined {
  return IndexStatus;
}

function declare({ name, indices }: DeclaredTable): CreateTableInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(hashAttribute, rangeAttribute),
    AttributeDefinitions: [
      { AttributeName: hashAttribute, AttributeType: 'B' },
      { AttributeName: rangeAttribute, AttributeType: 'B' },
      ...indices.flatMap((index) => [...attributesOf(index)]),
    ],
    ...(indices.length > 0 ? { GlobalSecondaryIndexes: indices.map(declareIndex) } : {}),
  };
}

function attributesOf(index: ItemIndex) {
  return [
    { AttributeName: index.hashAttribute, AttributeType: 'B' },
    { AttributeName: index.rangeAttribute, AttributeType: 'B' },
  ] as const;
}

function declareIndex(index: ItemIndex): GlobalSecondaryIndex {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.hashAttribute, index.rangeAttribute),
    Projection: { ProjectionType: 'KEYS_ONLY' },
  };
}

function keySchema(hash: string, range: string): KeySchemaElement[] {
  return [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
}

/** In sentences what a table lacks, or has otherwise. */
function compareTable(table: DeclaredTable, described: TableDescription | undefined): string[] {
  if (!described) return [`The table ${table.name} is missing.`];
  const wrong: string[] = [];
  if (described.TableStatus !== 'ACTIVE') wrong.push(`The table ${table.name} is ${described.TableStatus}.`);
  const types = new Map(
    (described.AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => [
      AttributeName,
      AttributeType,
    ]),
  );
  const hasKey = (schema: readonly KeySchemaElement[] | undefined, hash: string, range: string) =>
    schema?.length === 2 &&
    keySchema(hash, range).every(({ AttributeName, KeyType }) =>
      schema.some((element) => element.AttributeName === AttributeName && element.KeyType === KeyType),
    ) &&
    types.get(hash) === 'B' &&
    types.get(range) === 'B';
  if (!hasKey(described.KeySchema, hashAttribute, rangeAttribute)) {
    wrong.push(`The table ${table.name} has another key.`);
  }
  for (const index of table.indices) {
    const found = described.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.name);
    const name = `The index ${index.name} of ${table.name}`;
    if (!found) wrong.push(`${name} is missing.`);
    else if (!hasKey(found.KeySchema, index.hashAttribute, index.rangeAttribute)) {
      wrong.push(`${name} has another key.`);
    } else if (found.IndexStatus !== 'ACTIVE') wrong.push(`${name} is ${found.IndexStatus}.`);
  }
  return wrong;
}
