// The stored model of a room against the obvious one, on random graphs: whatever order their events arrive in.
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { roomVersions } from '#protocol/matrix/room-versions';
import { arrivalOrder, diceOf, growRoom, roomPlans } from '#test/fixtures/random-rooms';
import { ReceivedRoom } from '#test/fixtures/received-room';
import { openRooms } from '#test/fixtures/rooms';

describe.each([...roomVersions.keys()])('room version %s', (version) => {
  test('what is stored is what the specification says, at every event and in any order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(roomPlans(version, 24), fc.nat(), async (plan, seed) => {
        const grown = growRoom(plan);
        const rooms = await openRooms();
        const received = new ReceivedRoom(rooms, grown);
        for (const event of arrivalOrder(grown.events, diceOf(seed))) await received.take(event);
        await received.compareAll();
      }),
      { numRuns: 6 },
    );
  });
});
