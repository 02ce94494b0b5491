// Large random graphs in every room version, in random orders of arrival, held against the model at every event: the
// long form of what `src/domain/rooms/received-graphs.test.ts` does in seconds. A failure prints the seed.
import fc from 'fast-check';
import { test } from 'vitest';
import { roomVersions } from '#protocol/matrix/room-versions';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { systemClock } from '#support/clock';
import { seededRandom } from '#support/random';
import { growRoom } from '#test/fixtures/random-rooms';
import { receiveInRandomOrder } from '#test/fixtures/received-room';
import { roomPlans } from '#test/fixtures/room-plans';

const versions = [...roomVersions.keys()];
const timeout = 3_600_000;

test.each(versions)('version %s: every event, in any order, with restarts', { timeout }, async (version) => {
  await fc.assert(
    fc.asyncProperty(roomPlans(version, 80), fc.nat(), async (plan, seed) => {
      await receiveInRandomOrder(growRoom(plan), seed, { restarts: 0.05 });
    }),
    { numRuns: 60 },
  );
});

test.each(versions)('version %s: on a store that loses outcomes', { timeout }, async (version) => {
  const chances = { conflict: 0.2, unknownApplied: 0.2, unknownNotApplied: 0.1, unknownAppliedLater: 0.05 };
  await fc.assert(
    fc.asyncProperty(roomPlans(version, 40), fc.nat(), async (plan, seed) => {
      const random = seededRandom(`${seed}`);
      const engine = makeFaultyEngine(openMemoryEngine(), { clock: systemClock, random, chances });
      await using store = makeStore(engine);
      await receiveInRandomOrder(growRoom(plan), seed, { store, restarts: 0.05 });
    }),
    { numRuns: 10 },
  );
});
