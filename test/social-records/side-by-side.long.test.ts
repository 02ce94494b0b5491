// Longer histories on our own store in memory, side by side with every back end that a machine alone can have.
import { describeSideBySide } from './side-by-side.ts';
import { levelBackEnd, memoryBackEnd } from './store-back-ends.ts';

for (const backEnd of [levelBackEnd]) {
  describeSideBySide(memoryBackEnd, backEnd, { runs: 40, operations: 400, step: 5 });
}
