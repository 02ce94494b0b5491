// The social records in tables of DynamoDB, on a server of their own.
import { startDynamodb } from '#test/fixtures/dynamodb-server';
import { type BackEnd, slowSize } from './bed.ts';
import { dataAt } from './open-data.ts';

export const dynamodbBackEnd: BackEnd = {
  name: 'DynamoDB',
  async openData() {
    const server = await startDynamodb();
    return dataAt(await server.prepared('suite'), () => server[Symbol.asyncDispose]());
  },
  isDurable: true,
  size: slowSize,
};
