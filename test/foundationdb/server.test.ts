// Whole servers on a real cluster: the scenario that test/scenarios/whole-server.test.ts plays on one machine.
import { wholeServerScenario } from '../scenarios/whole-server.ts';
import { openClusterStore } from './cluster.ts';

wholeServerScenario('a cluster', () => openClusterStore());
