import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#databases/social/engines/dynamodb/dynamodb-call';
import { openDynamodbTables } from '#databases/social/engines/dynamodb/dynamodb-tables';
import { openDynamodbEngine } from '#databases/social/engines/dynamodb/open-dynamodb-engine';
import { aliases } from '#databases/social/records/aliases';
import { recordTypes } from '#databases/social/records/record-types';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';
import { hurriedClock } from '#test/fixtures/dynamodb-faults';
import { type DynamodbServer, startDynamodb } from '#test/fixtures/dynamodb-server';

let server: DynamodbServer;
beforeAll(async () => {
  server = await startDynamodb();
});
afterAll(() => server[Symbol.asyncDispose]());

const parts = { clock: hurriedClock(), random: systemRandom, logger: silentLogger };

describe('the tables on DynamoDB', () => {
  it('are made once, by however many, and nothing is amiss with them then', async () => {
    await using tables = openDynamodbTables(server.uri('made'), parts);
    const missing = await tables.check();
    expect(missing).toContain('The table made-follower-inboxes is missing.');
    expect(missing).toHaveLength(Object.keys(recordTypes).length + 4);
    const made = await tables.create();
    expect(made).toContain('The table made-post-tags was made.');
    expect(made).toHaveLength(missing.length);
    expect(await tables.check()).toEqual([]);
    expect(await tables.create()).toEqual([]);
    await using again = openDynamodbTables(server.uri('twice'), parts);
    await using other = openDynamodbTables(server.uri('twice'), parts);
    await Promise.all([again.create(), other.create()]);
    expect(await other.check()).toEqual([]);
  });

  it('are not made by opening the records: the command that makes them is named', async () => {
    const opening = openDynamodbEngine(server.uri('never'), parts);
    await expect(opening).rejects.toThrow('hearth social tables create --social dynamodb://');
    await using tables = openDynamodbTables(server.uri('never'), parts);
    expect(await tables.check()).not.toEqual([]);
  });

  it('get an index that is missing, with the records that are there already', async () => {
    const uri = await server.prepared('older');
    // dynalite adds no indices, so that the table has it all along, hidden, and loses what its records have of it.
    let isHidden = true;
    const through =
      (call: Call): Call =>
      async (name, input) => {
        if (name === 'UpdateTable') {
          isHidden = false;
          return {};
        }
        const output = await call(name, input);
        const { Table } = output as { Table?: { TableName?: string; GlobalSecondaryIndexes?: object[] } };
        if (isHidden && Table?.TableName === 'older-aliases') Table.GlobalSecondaryIndexes = [];
        return output;
      };
    const older =
      (call: Call): Call =>
      async (name, input) => {
        const { Item } = input as { Item?: Record<string, unknown> };
        if (Item) for (const field of ['byAccount_h', 'byAccount_r']) delete Item[field];
        return call(name, input);
      };
    await using old = await openDynamodbEngine(uri, { ...parts, through: older });
    const alias = { name: 'al', account: 'alice', createdAt: 1 };
    await old.write(({ records }) => records.put(aliases, alias));
    expect(await Array.fromAsync(old.check())).toMatchObject([
      { table: 'aliases.byAccount' },
      { table: 'aliases.byAccount' },
    ]);
    await using tables = openDynamodbTables(uri, { ...parts, through });
    expect(await tables.check()).toContain('The index byAccount of older-aliases is missing.');
    expect(await tables.create()).toContain(
      'The index byAccount of older-aliases was made, and 1 records put into it.',
    );
    const found = await old.read((records) =>
      records.list(aliases, 'byAccount', { account: 'alice' }, { limit: 5 }),
    );
    expect(found.map(({ record }) => record)).toEqual([alias]);
    expect(await Array.fromAsync(old.check())).toEqual([]);
  });
});
