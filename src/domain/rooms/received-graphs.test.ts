// The stored model of a room against the obvious one, on random graphs: whatever order their events arrive in, whatever
// the store does to transactions, and however often the server is started anew. A failure prints the seed and the
// smallest graph; larger ones are in test/scenarios/received-graphs.long.test.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roomVersions } from '#protocol/matrix/room-versions';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { systemClock } from '#support/clock';
import { seededRandom } from '#support/random';
import { growRoom } from '#test/fixtures/random-rooms';
import { receive, receiveInRandomOrder } from '#test/fixtures/received-room';
import { roomPlans } from '#test/fixtures/room-plans';

const versions = [...roomVersions.keys()];
const timeout = 120_000;

test.each(versions)('version %s: every event, in any order, with restarts', { timeout }, async (version) => {
  await fc.assert(
    fc.asyncProperty(roomPlans(version, 24), fc.nat(), async (plan, seed) => {
      await receiveInRandomOrder(growRoom(plan), seed, { restarts: 0.1 });
    }),
    { numRuns: 2 },
  );
});

test.each(['2', '12'])('version %s: on a store that loses outcomes', { timeout }, async (version) => {
  const chances = { conflict: 0.2, unknownApplied: 0.2, unknownNotApplied: 0.1 };
  await fc.assert(
    fc.asyncProperty(roomPlans(version, 16), fc.nat(), async (plan, seed) => {
      const random = seededRandom(`${seed}`);
      const engine = makeFaultyEngine(openMemoryEngine(), { clock: systemClock, random, chances });
      await using store = makeStore(engine);
      await receiveInRandomOrder(growRoom(plan), seed, { store, restarts: 0.1 });
    }),
    { numRuns: 2 },
  );
});

describe('servers that receive the same events in different orders', () => {
  test.each(['1', '4', '10', '12'])(
    'version %s: agree once something follows them all',
    { timeout },
    async (version) => {
      await fc.assert(
        fc.asyncProperty(roomPlans(version, 16), fc.nat(), async (plan, seed) => {
          const grown = growRoom(plan);
          const some = await receiveInRandomOrder(grown, seed);
          const others = await receiveInRandomOrder(grown, seed + 1);
          const last = grown.merge();
          if (!last) return;
          const receipts = [await receive(some.rooms, last), await receive(others.rooms, last)];
          fc.pre(receipts.every(({ outcome }) => outcome === 'accepted'));
          const ends = [some, others].map(({ rooms }) =>
            rooms.database.read(async (reader) => ({
              extremities: (await reader.head(grown.roomId))?.extremities,
              state: (await reader.state(grown.roomId)).map(({ type, stateKey, event }) => [
                type,
                stateKey,
                event,
              ]),
            })),
          );
          expect(await ends[0]).toEqual(await ends[1]);
        }),
        { numRuns: 2 },
      );
    },
  );
});
