// Our own store, on disk, against the suite that every back end of the social records passes.
import { describeRecordEngine } from './conformance.ts';
import { levelBackEnd } from './store-back-ends.ts';

describeRecordEngine(levelBackEnd);
