// The FoundationDB engine against the suite that every engine passes.
import { storeConformance } from '../engines/conformance.ts';
import { openClusterEngine } from './cluster.ts';

storeConformance('the FoundationDB engine', openClusterEngine);
