// State resolution held against the specification's text (the oracle), on rooms whose branches went their own ways and
// on auth graphs that no server would have accepted, in every room version.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventGraph } from '#protocol/matrix/resolution/event-graph';
import { resolveStateSets } from '#protocol/matrix/resolution/resolve-state-sets';
import { roomVersion, roomVersions } from '#protocol/matrix/room-versions';
import {
  branchingStates,
  type ConflictingStates,
  notesOfTwoAges,
  wildStates,
} from '#test/fixtures/conflicting-states';
import { resolveByTheText } from '#test/fixtures/state-resolution-oracle';

/** Versions whose algorithm or rules on members are others than those of the one before. */
const turningPoints = new Set(['1', '2', '8', '12']);
/** Rooms per property; HEARTH_RESOLUTION_RUNS asks for more. */
const runsOf = (id: string) =>
  Number(process.env.HEARTH_RESOLUTION_RUNS ?? (turningPoints.has(id) ? 70 : 10));
const sorted = (state: ReadonlyMap<string, string>) => [...state].sort(([a], [b]) => (a < b ? -1 : 1));

function resolved({ version, events, states }: ConflictingStates) {
  return resolveStateSets(EventGraph.of(events.values()), version, states);
}

describe.each([...roomVersions.values()])('room version $id', (version) => {
  const numRuns = runsOf(version.id);
  const cases = { branching: branchingStates(version), wild: wildStates(version) };

  test.each(Object.entries(cases))('is what the text says: %s states', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (room) => {
        const expected = resolveByTheText(version, room.events, room.states);
        expect(sorted(resolved(room))).toEqual(sorted(expected));
      }),
      { numRuns },
    );
  });

  test('does not depend on the order of the states', () => {
    fc.assert(
      fc.property(
        branchingStates(version).chain((room) =>
          fc.tuple(
            fc.constant(room),
            fc.shuffledSubarray([...room.states], { minLength: room.states.length }),
            fc.shuffledSubarray([...room.events.values()], { minLength: room.events.size }),
          ),
        ),
        ([room, states, events]) => {
          const other = resolveStateSets(EventGraph.of(events), version, states);
          expect(sorted(other)).toEqual(sorted(resolved(room)));
        },
      ),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  test('of a state with itself, and of the result with itself, is that state', () => {
    fc.assert(
      fc.property(branchingStates(version), (room) => {
        const state = room.states[0]!;
        expect(sorted(resolved({ ...room, states: [state, state] }))).toEqual(sorted(state));
        const result = resolved(room);
        expect(sorted(resolved({ ...room, states: [result, result, result] }))).toEqual(sorted(result));
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });
});

describe('power levels that all states agree on', () => {
  const winner = (id: string) => {
    const room = notesOfTwoAges(roomVersion(id));
    return { ...room, won: resolved(room).get(room.key) };
  };

  test('tell what is older in version 2, which starts with them', () => {
    const { won, newer } = winner('11');
    expect(won).toBe(newer);
  });

  test('tell nothing in version 2.1, which starts with nothing: there the timestamps do', () => {
    const { won, older } = winner('12');
    expect(won).toBe(older);
  });
});
