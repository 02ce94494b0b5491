// Longer histories on our own store in memory, side by side with every back end that a machine alone can have.
import { describeSideBySide, longHistories } from './side-by-side.ts';
import { sqliteBackEnd } from './sqlite-back-end.ts';
import { levelBackEnd, memoryBackEnd } from './store-back-ends.ts';

for (const backEnd of [levelBackEnd, sqliteBackEnd]) {
  describeSideBySide(memoryBackEnd, backEnd, longHistories);
}
