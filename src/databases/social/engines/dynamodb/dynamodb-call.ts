// The one door to DynamoDB: a function that sends a request of the low-level API by its name and answers with what came
// back. Tests put themselves in between.
import {
  BatchGetItemCommand,
  type BatchGetItemInput,
  type BatchGetItemOutput,
  BatchWriteItemCommand,
  type BatchWriteItemInput,
  type BatchWriteItemOutput,
  CreateTableCommand,
  type CreateTableInput,
  type CreateTableOutput,
  DeleteItemCommand,
  type DeleteItemInput,
  type DeleteItemOutput,
  DescribeTableCommand,
  type DescribeTableInput,
  type DescribeTableOutput,
  DynamoDBClient,
  GetItemCommand,
  type GetItemInput,
  type GetItemOutput,
  PutItemCommand,
  type PutItemInput,
  type PutItemOutput,
  QueryCommand,
  type QueryInput,
  type QueryOutput,
  ScanCommand,
  type ScanInput,
  type ScanOutput,
  UpdateItemCommand,
  type UpdateItemInput,
  type UpdateItemOutput,
  UpdateTableCommand,
  type UpdateTableInput,
  type UpdateTableOutput,
} from '@aws-sdk/client-dynamodb';
import type { DynamodbPlace } from '#databases/social/engines/dynamodb/dynamodb-uri';
import { dynamodbConnectMsMax, dynamodbRequestMsMax } from '#support/limits';

/** What is asked and answered, by the names of the low-level API. */
export interface Requests {
  BatchGetItem: { input: BatchGetItemInput; output: BatchGetItemOutput };
  BatchWriteItem: { input: BatchWriteItemInput; output: BatchWriteItemOutput };
  CreateTable: { input: CreateTableInput; output: CreateTableOutput };
  DeleteItem: { input: DeleteItemInput; output: DeleteItemOutput };
  DescribeTable: { input: DescribeTableInput; output: DescribeTableOutput };
  GetItem: { input: GetItemInput; output: GetItemOutput };
  PutItem: { input: PutItemInput; output: PutItemOutput };
  Query: { input: QueryInput; output: QueryOutput };
  Scan: { input: ScanInput; output: ScanOutput };
  UpdateItem: { input: UpdateItemInput; output: UpdateItemOutput };
  UpdateTable: { input: UpdateTableInput; output: UpdateTableOutput };
}

export type RequestName = keyof Requests;

/** Sends a request once. Rejects with the service's error, by its name, or with whatever kept it from answering. */
export type Call = <N extends RequestName>(
  name: N,
  input: Requests[N]['input'],
) => Promise<Requests[N]['output']>;

export interface DynamodbConnection extends Disposable {
  readonly call: Call;
}

export function connectDynamodb({ region, endpoint }: DynamodbPlace): DynamodbConnection {
  const client = new DynamoDBClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // Repeating is for those who know what a request that nobody answered may have done: send-request.ts.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: dynamodbConnectMsMax,
      requestTimeout: dynamodbRequestMsMax,
      throwOnRequestTimeout: true,
    },
  });
  const send: { readonly [N in RequestName]: (input: never) => Promise<unknown> } = {
    BatchGetItem: (input) => client.send(new BatchGetItemCommand(input)),
    BatchWriteItem: (input) => client.send(new BatchWriteItemCommand(input)),
    CreateTable: (input) => client.send(new CreateTableCommand(input)),
    DeleteItem: (input) => client.send(new DeleteItemCommand(input)),
    DescribeTable: (input) => client.send(new DescribeTableCommand(input)),
    GetItem: (input) => client.send(new GetItemCommand(input)),
    PutItem: (input) => client.send(new PutItemCommand(input)),
    Query: (input) => client.send(new QueryCommand(input)),
    Scan: (input) => client.send(new ScanCommand(input)),
    UpdateItem: (input) => client.send(new UpdateItemCommand(input)),
    UpdateTable: (input) => client.send(new UpdateTableCommand(input)),
  };
  return {
    call: async (name, input) => (await send[name](input as never)) as Requests[typeof name]['output'],
    [Symbol.dispose]: () => client.destroy(),
  };
}
