// The social records in our own store on a real cluster, against the suite that every back end of them passes.
import { fastSize } from '../social-records/bed.ts';
import { describeRecordEngine } from '../social-records/conformance.ts';
import { dataInStore } from '../social-records/open-data.ts';
import { describeSideBySide, fastHistories } from '../social-records/side-by-side.ts';
import { memoryBackEnd } from '../social-records/store-back-ends.ts';
import { openClusterStore } from './cluster.ts';

const cluster = {
  name: 'the store on a cluster',
  openData: async () => dataInStore(openClusterStore, async () => undefined),
  // The prefix of a test is cleared when its store is closed.
  isDurable: false,
  size: fastSize,
};

describeRecordEngine(cluster);
describeSideBySide(memoryBackEnd, cluster, fastHistories);
