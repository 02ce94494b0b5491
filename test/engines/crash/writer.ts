// The child of the crash test: writes to the store in the directory named by its argument until it is killed, and prints
// every transaction that was acknowledged.
import { writeSync } from 'node:fs';
import { openLevelEngine } from '#store/engines/level';
import { makeStore } from '#store/store';
import {
  acknowledgement,
  groupKey,
  headKey,
  rowKey,
  rowsPerGroup,
  rowValue,
  sequenceOf,
  totalKey,
  windowGroups,
  writers,
} from './layout.ts';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: writer.ts DIRECTORY');
// A small write buffer, so that log files change and tables are written while the kill comes.
const store = makeStore(await openLevelEngine(directory, { writeBufferBytes: 64 * 1024 }));

async function write(writer: number): Promise<never> {
  for (;;) {
    const { value: sequence, stamp } = await store.transact(async (transaction) => {
      const head = await transaction.get(headKey(writer));
      const next = head === undefined ? 1 : sequenceOf(head) + 1;
      for (let row = 0; row < rowsPerGroup; row++) transaction.set(rowKey(writer, next, row), rowValue(next));
      transaction.set(headKey(writer), rowValue(next));
      transaction.add(totalKey, Buffer.from([1, 0, 0, 0]));
      const firstKept = Math.max(0, next - windowGroups + 1);
      transaction.clearRange({ begin: groupKey(writer, 0), end: groupKey(writer, firstKept) });
      return next;
    });
    writeSync(1, acknowledgement(writer, sequence, stamp));
  }
}

await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
