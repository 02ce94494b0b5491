import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDynamodb, type DynamodbConnection } from '#databases/social/engines/dynamodb/dynamodb-call';
import {
  type Attributes,
  keyAttributes,
  layoutOf,
  recordKey,
  type TypeTable,
  uniqueKey,
} from '#databases/social/engines/dynamodb/dynamodb-layout';
import { parseDynamodbUri } from '#databases/social/engines/dynamodb/dynamodb-uri';
import { openDynamodbEngine } from '#databases/social/engines/dynamodb/open-dynamodb-engine';
import { monthsKey } from '#databases/social/engines/dynamodb/records-by-time';
import type { RecordEngine } from '#databases/social/record-engine';
import { following } from '#databases/social/records/following';
import { notes } from '#databases/social/records/notes';
import type { Origin, Uri } from '#protocol/activitypub/uris';
import type { Difference } from '#support/difference';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { hurriedClock } from '#test/fixtures/dynamodb-faults';
import { type DynamodbServer, startDynamodb } from '#test/fixtures/dynamodb-server';

let server: DynamodbServer;
let connection: DynamodbConnection;
let engine: RecordEngine;
const layout = layoutOf('checked');
beforeAll(async () => {
  server = await startDynamodb();
  const uri = await server.prepared('checked');
  connection = connectDynamodb(parseDynamodbUri(uri));
  const parts = { clock: hurriedClock(), random: systemRandom, logger: silentLogger };
  engine = await openDynamodbEngine(uri, parts);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  connection[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const u = (text: string) => `https://there.example/${text}` as Uri;
const relation = { account: 'alice', actor: u('bob'), state: 'pending', follow: u('1'), since: 1 } as const;
const note = { origin: 'https://there.example' as Origin, uri: u('note'), author: u('bob'), storedAt: 1 };

async function restore(): Promise<void> {
  await engine.write(async ({ records }) => {
    await records.remove(following, relation);
    await records.remove(notes, note);
  });
  await engine.write(async ({ records }) => {
    await records.put(following, relation);
    await records.put(notes, { ...note, state: 'present' }, { json: 'x'.repeat(4_000) });
  });
}

function table(name: string): TypeTable {
  return layout.types.get(name) as TypeTable;
}

async function setBytes(TableName: string, Key: Attributes, name: string, value: string): Promise<void> {
  await connection.call('UpdateItem', {
    TableName,
    Key,
    UpdateExpression: 'SET #n = :v',
    ExpressionAttributeNames: { '#n': name },
    ExpressionAttributeValues: { ':v': { B: Buffer.from(value) } },
  });
}

/** As a request leaves it that comes so late that its write is over and forgotten. */
async function lockForNobody(): Promise<void> {
  await connection.call('UpdateItem', {
    TableName: table('following').name,
    Key: followed(),
    UpdateExpression: 'SET l = :l, n = :n',
    ExpressionAttributeValues: { ':l': { S: 'nobody' }, ':n': { M: { v: { S: 'nobody' } } } },
  });
}

async function deleteAll(TableName: string): Promise<void> {
  const { Items = [] } = await connection.call('Scan', { TableName });
  for (const { h, r } of Items) if (h && r) await connection.call('DeleteItem', { TableName, Key: { h, r } });
}

const followed = () => keyAttributes(recordKey(table('following'), relation));
const value = (follow: string) =>
  keyAttributes(uniqueKey(layout, table('following'), 'byFollow', { follow: u(follow) }));

const damages: readonly [string, () => Promise<unknown>, readonly Partial<Difference>[]][] = [
  [
    'an index that has a record in another place',
    () => setBytes(table('following').name, followed(), 'byActor_r', 'elsewhere'),
    [{ table: 'following.byActor', key: JSON.stringify([relation.account, relation.actor]) }],
  ],
  [
    'a record in no index of time',
    () =>
      connection.call('UpdateItem', {
        TableName: table('following').name,
        Key: followed(),
        UpdateExpression: 'REMOVE created_h, created_r',
      }),
    [
      { table: 'following.created', found: 'nothing' },
      { table: 'following.created', found: 'nothing' },
    ],
  ],
  [
    'a unique value that is missing',
    () => connection.call('DeleteItem', { TableName: layout.unique.name, Key: value('1') }),
    [{ table: 'following.byFollow' }],
  ],
  [
    'a unique value that no record has',
    () => deleteAll(table('following').name),
    [{ table: 'following.byFollow', found: JSON.stringify({ account: 'alice', actor: u('bob') }) }],
  ],
  [
    'a text that is missing',
    () => deleteAll(layout.texts),
    [{ table: 'notes.json', expected: '1 pieces', found: '0 pieces' }],
  ],
  [
    'a text of no record',
    () => deleteAll(table('notes').name),
    [{ table: layout.texts, found: 'a text of no record' }],
  ],
  [
    'a month that is not noted',
    () => connection.call('DeleteItem', { TableName: layout.months, Key: monthsKey(table('notes')) }),
    [{ table: 'notes.created', expected: 'month 0' }],
  ],
  [
    'a lock that nobody holds',
    lockForNobody,
    [{ table: table('following').name, found: 'a lock of nobody' }],
  ],
];

describe('the check finds', () => {
  it.each(damages)('%s', async (_what, damage, differences) => {
    await deleteAll(table('following').name);
    await deleteAll(table('notes').name);
    await deleteAll(layout.unique.name);
    await deleteAll(layout.texts);
    await restore();
    await connection.call('UpdateItem', {
      TableName: layout.months,
      Key: monthsKey(table('notes')),
      UpdateExpression: 'ADD months :m',
      ExpressionAttributeValues: { ':m': { NS: ['0'] } },
    });
    expect(await Array.fromAsync(engine.check())).toEqual([]);
    await damage();
    expect(await Array.fromAsync(engine.check())).toMatchObject(differences);
  });
});

it('a lock that nobody holds is taken away by whoever meets it', async () => {
  await lockForNobody();
  await engine.write(({ records }) => records.put(following, { ...relation, state: 'accepted' }));
  const found = await engine.read((records) => records.get(following, relation));
  expect(found?.state).toBe('accepted');
  expect(await Array.fromAsync(engine.check())).toEqual([]);
});
