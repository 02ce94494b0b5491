// The whole-server scenario over stores of this machine, one of which loses the outcomes of commits as a cluster may.
// The same on a real cluster: test/foundationdb/server.test.ts.
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { systemClock } from '#support/clock';
import { seededRandom } from '#support/random';
import { wholeServerScenario } from './whole-server.ts';

wholeServerScenario('memory', async () => makeStore(openMemoryEngine()));

wholeServerScenario('a store that loses outcomes', async () => {
  const chances = {
    conflict: 0.05,
    tooOld: 0.02,
    unknownApplied: 0.1,
    unknownNotApplied: 0.05,
    unknownAppliedLater: 0.05,
  };
  const random = seededRandom('whole server');
  return makeStore(
    makeFaultyEngine(openMemoryEngine(), { clock: systemClock, random, chances, delayMsMax: 2 }),
  );
});
