// Keys that none of the states has any more can come back: an event in the auth difference may set one, and passes the
// checks. Held against the specification's text. Room version 2, "State resolution".
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventId } from '#protocol/matrix/identifiers';
import { EventGraph } from '#protocol/matrix/resolution/event-graph';
import { resolveStateSets } from '#protocol/matrix/resolution/resolve-state-sets';
import { roomVersion } from '#protocol/matrix/room-versions';
import { readStateKeyText } from '#protocol/matrix/state-keys';
import { type ConflictingStates, wildStates } from '#test/fixtures/conflicting-states';
import { resolveByTheText } from '#test/fixtures/state-resolution-oracle';

const sorted = (state: ReadonlyMap<string, EventId>) => [...state].sort(([a], [b]) => (a < b ? -1 : 1));

/** Without some members, whose events the others still rest on. */
function withoutMembers({ states, ...room }: ConflictingStates, lost: readonly number[]): ConflictingStates {
  const isMember = (key: string) => readStateKeyText(key)[0] === 'm.room.member';
  const members = [...new Set(states.flatMap((state) => [...state.keys()]))].filter(isMember);
  const gone = new Set(lost.map((each) => members[each % members.length]));
  return { ...room, states: states.map((state) => new Map([...state].filter(([key]) => !gone.has(key)))) };
}

test.each(['2', '6', '11', '12'])('version %s: as the text says', (id) => {
  const version = roomVersion(id);
  const rooms = fc
    .tuple(wildStates(version), fc.array(fc.nat(), { minLength: 1, maxLength: 3 }))
    .map(([room, lost]) => withoutMembers(room, lost));
  let cameBack = 0;
  fc.assert(
    fc.property(rooms, (room) => {
      const expected = resolveByTheText(version, room.events, room.states);
      const resolved = resolveStateSets(EventGraph.of(room.events.values()), version, room.states);
      expect(sorted(resolved)).toEqual(sorted(expected));
      const had = new Set(room.states.flatMap((state) => [...state.keys()]));
      if ([...resolved.keys()].some((key) => !had.has(key))) cameBack++;
    }),
    { numRuns: 60 },
  );
  expect(cameBack).toBeGreaterThan(0);
});
