// Our own store, in memory, against the suite that every back end of the social records passes.
import { describeRecordEngine } from './conformance.ts';
import { memoryBackEnd } from './store-back-ends.ts';

describeRecordEngine(memoryBackEnd);
