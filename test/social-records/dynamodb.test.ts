// DynamoDB against the suite that every back end of the social records passes, and side by side with our own store.
import { describeRecordEngine } from './conformance.ts';
import { dynamodbBackEnd } from './dynamodb-back-end.ts';
import { describeSideBySide, slowHistories } from './side-by-side.ts';
import { memoryBackEnd } from './store-back-ends.ts';

describeRecordEngine(dynamodbBackEnd);
describeSideBySide(memoryBackEnd, dynamodbBackEnd, slowHistories);
