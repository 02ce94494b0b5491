// The memory engine against the suite that every engine passes.
import { openMemoryEngine } from '#store/engines/memory';
import { storeConformance } from './conformance.ts';

storeConformance('the memory engine', async () => openMemoryEngine());
