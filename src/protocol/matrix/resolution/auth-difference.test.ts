// The auth difference held against its definition: of the full auth chains of the states, what is in one and not in all.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { authEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { authDifference } from '#protocol/matrix/resolution/auth-difference';
import { EventGraph } from '#protocol/matrix/resolution/event-graph';
import { KnownEvents } from '#protocol/matrix/resolution/known-events';
import type { Asking, Question } from '#protocol/matrix/resolution/questions';
import { settle } from '#protocol/matrix/resolution/resolve';
import { conflictedKeys } from '#protocol/matrix/resolution/state-maps';
import { roomVersion } from '#protocol/matrix/room-versions';
import { branchingStates, type ConflictingStates, wildStates } from '#test/fixtures/conflicting-states';

const version = roomVersion('11');

/** The auth chains of some events together, without the events themselves unless others rest on them. */
function chainsOf(graph: EventGraph, ids: Iterable<EventId>): Set<EventId> {
  const chain = new Set([...ids].flatMap((id) => authEventIds(graph.get(id)!.pdu)));
  for (const id of chain) for (const further of authEventIds(graph.get(id)!.pdu)) chain.add(further);
  return chain;
}

function byDefinition(graph: EventGraph, { states }: ConflictingStates): Set<EventId> {
  const chains = states.map((state) => chainsOf(graph, state.values()));
  const some = new Set(chains.flatMap((chain) => [...chain]));
  return new Set([...some].filter((id) => !chains.every((chain) => chain.has(id))));
}

function* found({
  states,
}: ConflictingStates): Asking<{ difference: ReadonlySet<EventId>; conflicted: ReadonlySet<EventId> }> {
  const keys = conflictedKeys(states);
  const conflicted = new Set(keys.flatMap(({ held }) => held).filter((id) => id !== undefined));
  const known = new KnownEvents(version);
  yield* known.load(conflicted);
  return { difference: yield* authDifference(known, keys), conflicted };
}

/** Some keys that none of the states has any more: what rests on their events is all that still names them. */
const poorer = (rooms: fc.Arbitrary<ConflictingStates>): fc.Arbitrary<ConflictingStates> =>
  fc.tuple(rooms, fc.array(fc.nat(), { maxLength: 4 })).map(([room, lost]) => {
    const keys = [...new Set(room.states.flatMap((state) => [...state.keys()]))];
    const gone = new Set(lost.map((each) => keys[each % keys.length]));
    return {
      ...room,
      states: room.states.map((state) => new Map([...state].filter(([key]) => !gone.has(key)))),
    };
  });

test.each([
  ['branches', branchingStates(version)],
  ['states put together at random', wildStates(version)],
  ['branches whose states have lost keys', poorer(branchingStates(version))],
  ['random states that have lost keys', poorer(wildStates(version))],
])('is what its definition says: %s', (_, rooms) => {
  fc.assert(
    fc.property(rooms, (room) => {
      const graph = EventGraph.of(room.events.values());
      const unconflicted = [...room.states[0]!].filter(([key, id]) =>
        room.states.every((state) => state.get(key) === id),
      );
      const shared = chainsOf(
        graph,
        unconflicted.map(([, id]) => id),
      );
      const answer = (question: Question) =>
        question.ask === 'events'
          ? question.ids.map((id) => graph.get(id))
          : question.ask === 'covered'
            ? question.ids.map((id) => shared.has(id))
            : [];
      const { difference, conflicted } = settle(found(room), answer);
      const expected = byDefinition(graph, room);
      expect([...difference.union(conflicted)].sort()).toEqual([...expected.union(conflicted)].sort());
    }),
    { numRuns: 150 },
  );
});
