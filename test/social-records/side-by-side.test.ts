// Our own store in memory and on disk, side by side with each other.
import { describeSideBySide } from './side-by-side.ts';
import { levelBackEnd, memoryBackEnd } from './store-back-ends.ts';

describeSideBySide(memoryBackEnd, levelBackEnd, { runs: 3, operations: 60, step: 10 });
