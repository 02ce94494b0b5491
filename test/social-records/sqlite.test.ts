// SQLite against the suite that every back end of the social records passes, and side by side with our own store.
import { describeRecordEngine } from './conformance.ts';
import { describeSideBySide, fastHistories } from './side-by-side.ts';
import { sqliteBackEnd } from './sqlite-back-end.ts';
import { memoryBackEnd } from './store-back-ends.ts';

describeRecordEngine(sqliteBackEnd);
describeSideBySide(memoryBackEnd, sqliteBackEnd, fastHistories);
