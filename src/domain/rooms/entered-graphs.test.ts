// Random rooms that a server comes into at some event: what it makes of everything that follows is held against the
// model, and against a server that has been there from the beginning.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enterRoom } from '#domain/rooms/enter-room';
import { authEventIds, prevEventIds } from '#protocol/matrix/event';
import type { EventId, UserId } from '#protocol/matrix/identifiers';
import { roomVersions } from '#protocol/matrix/room-versions';
import { arrivalOrder, diceOf } from '#test/fixtures/arrival-order';
import { answerTo } from '#test/fixtures/entered-room';
import { ModelRoom } from '#test/fixtures/model-room';
import { type Growth, growRoom } from '#test/fixtures/random-rooms';
import { ReceivedRoom, receive } from '#test/fixtures/received-room';
import { type RoomPlan, roomPlans } from '#test/fixtures/room-plans';
import { openRooms } from '#test/fixtures/rooms';

const bob = '@bob:test' as UserId;

/** A room that grows, the event by which a server comes in, and further growth: some of it not knowing of the event. */
function growAround(plan: RoomPlan): { growth: Growth; join: EventId } {
  const half = Math.floor(plan.steps.length / 2);
  const growth = growRoom({ ...plan, steps: plan.steps.slice(0, half) });
  const parents = [...growth.whole().extremities].slice(-20);
  const content = { membership: 'join', displayname: 'B' };
  const join = growth.extend(
    0,
    { type: 'm.room.member', sender: bob, stateKey: bob, content },
    parents,
    false,
  );
  // Whoever goes on knows it, unless they follow the past.
  for (const step of plan.steps.slice(half)) growth.take({ ...step, hears: 'everything' });
  return { growth, join: join.eventId };
}

/** Comes in, and receives everything else in random order; answers whether all that came later could be judged. */
async function enterAndFollow(growth: Growth, join: EventId, seed: number) {
  const { graph, events } = growth;
  const rooms = await openRooms();
  await enterRoom(rooms, answerTo(growth, join));
  const model = new ModelRoom(graph);
  model.standings.set(join, 'accepted');
  model.extremities.add(join);
  const entered = new ReceivedRoom(rooms, growth, model);
  await entered.compareRoom();

  const told = new Set<EventId>([...graph.get(join).before.values(), ...authEventIds(graph.get(join).pdu)]);
  for (const id of told) for (const named of authEventIds(graph.get(id).pdu)) told.add(named);
  const isPlaced = (id: EventId) => model.standings.has(id);
  const joinedAt = events.findIndex(({ eventId }) => eventId === join);
  let isWhole = true;
  for (const event of arrivalOrder(events, diceOf(seed))) {
    const { eventId, pdu } = event;
    // What came before is known as far as it was told, and has no place.
    if (eventId === join || pdu.type === 'm.room.create') continue;
    const canBeJudged =
      prevEventIds(pdu).every(isPlaced) && authEventIds(pdu).every((id) => isPlaced(id) || told.has(id));
    if (canBeJudged) await entered.take(event);
    else {
      expect(await receive(rooms, event)).toMatchObject({ outcome: 'missing' });
      if (events.indexOf(event) > joinedAt) isWhole = false;
    }
  }
  await entered.compareAll();
  return { rooms, isWhole };
}

test.each([...roomVersions.keys()])(
  'version %s: a server that comes into a room makes of it what the model says',
  { timeout: 120_000 },
  async (version) => {
    await fc.assert(
      fc.asyncProperty(roomPlans(version, 24), fc.nat(), async (plan, seed) => {
        const { growth, join } = growAround(plan);
        fc.pre(growth.whole().standings.get(join) === 'accepted');
        const { rooms, isWhole } = await enterAndFollow(growth, join, seed);
        const last = isWhole ? growth.merge() : undefined;
        if (!last) return;
        const others = await openRooms();
        for (const event of growth.events) await receive(others, event);
        const receipt = await receive(rooms, last);
        fc.pre(receipt.outcome === 'accepted');
        const ends = await Promise.all(
          [rooms, others].map(({ database }) =>
            database.read(async (reader) => ({
              extremities: (await reader.head(growth.roomId))?.extremities,
              state: (await reader.state(growth.roomId)).map(({ type, stateKey, event }) => [
                type,
                stateKey,
                event,
              ]),
            })),
          ),
        );
        expect(ends[0]).toEqual(ends[1]);
      }),
      { numRuns: 2 },
    );
  },
);
