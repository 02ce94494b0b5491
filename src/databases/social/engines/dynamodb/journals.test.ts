import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDynamodb } from '#databases/social/engines/dynamodb/dynamodb-call';
import { keyText, layoutOf } from '#databases/social/engines/dynamodb/dynamodb-layout';
import { parseDynamodbUri } from '#databases/social/engines/dynamodb/dynamodb-uri';
import { itemRequests } from '#databases/social/engines/dynamodb/item-requests';
import { Journals } from '#databases/social/engines/dynamodb/journals';
import { sendingTo } from '#databases/social/engines/dynamodb/send-request';
import { systemRandom } from '#support/random';
import { hurriedClock } from '#test/fixtures/dynamodb-faults';
import { type DynamodbServer, startDynamodb } from '#test/fixtures/dynamodb-server';

let server: DynamodbServer;
beforeAll(async () => {
  server = await startDynamodb();
});
afterAll(() => server[Symbol.asyncDispose]());

it('a journal has as many keys as a write changes, is decided or aborted once, and goes as a whole', async () => {
  const clock = hurriedClock();
  const parts = { clock, random: systemRandom };
  using connection = connectDynamodb(parseDynamodbUri(await server.prepared('journals')));
  const requests = itemRequests(sendingTo(connection.call, parts), parts);
  const layout = layoutOf('journals');
  const journals = new Journals(requests, layout, clock);
  const keys = Array.from({ length: 1_200 }, (_, index) => ({
    table: layout.unique,
    hash: Buffer.from(`${index}`.padEnd(500, '-')),
    range: Buffer.of(0),
  }));
  const made = [{ id: 'text', pieces: 3 }];
  const furtherRows = await journals.open('large', keys, made);
  expect(furtherRows).toBeGreaterThan(0);
  await journals.open('small', keys.slice(0, 1), []);
  const head = await journals.head('large');
  expect(head).toMatchObject({ state: 'open', isDone: false, made, gone: [] });
  expect(head && (await journals.keys(head)).map(keyText)).toEqual(keys.map(keyText));
  expect(await journals.decide('large', made)).toBe(true);
  expect(await journals.abort('large')).toBe('decided');
  expect((await journals.head('large'))?.gone).toEqual(made);
  expect(await journals.abort('small')).toBe('aborted');
  expect(await journals.decide('small', [])).toBe(false);
  const ids = async () => (await Array.fromAsync(journals.all())).map(({ id }) => id);
  expect((await ids()).toSorted()).toEqual(['large', 'small']);
  await journals.delete('large', furtherRows);
  expect(await ids()).toEqual(['small']);
  // A note about a journal that is gone does not bring it back.
  await journals.noteDone('large');
  expect(await journals.head('large')).toBeUndefined();
  expect(await journals.decide('large', [])).toBe(false);
});
