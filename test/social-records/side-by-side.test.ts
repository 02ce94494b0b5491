// Our own store in memory and on disk, side by side with each other.
import { describeSideBySide, fastHistories } from './side-by-side.ts';
import { levelBackEnd, memoryBackEnd } from './store-back-ends.ts';

describeSideBySide(memoryBackEnd, levelBackEnd, fastHistories);
