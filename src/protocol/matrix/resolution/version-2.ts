// State resolution of room versions 2 to 12: version 2 of the algorithm, and 2.1, which starts from nothing and looks at
// more. Room version 2, "State resolution"; room version 12, "State resolution".
import { isState, membershipOf } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { chainsTowards, conflictedSubgraph } from '#protocol/matrix/resolution/auth-chains';
import { authDifference } from '#protocol/matrix/resolution/auth-difference';
import { PartialState } from '#protocol/matrix/resolution/iterative-auth-checks';
import { KnownEvents } from '#protocol/matrix/resolution/known-events';
import { mainlineOrdering } from '#protocol/matrix/resolution/mainline-ordering';
import { powerOrdering } from '#protocol/matrix/resolution/power-ordering';
import type { Asking, ConflictedKey, GraphEvent, ResolvedKey } from '#protocol/matrix/resolution/questions';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';

const powerLevelsKey = stateKeyText('m.room.power_levels', '');

export function* resolveVersion2(
  version: RoomVersion,
  conflicted: readonly ConflictedKey[],
): Asking<ResolvedKey[]> {
  const known = new KnownEvents(version);
  const disputed = new Map(conflicted.map(({ key }) => [stateKeyText(...key), key]));
  const state = new PartialState(known, disputed.keys());
  const base = version.stateResolution === '2' ? 'unconflicted' : 'empty';

  const full = yield* fullConflictedSet(known, conflicted);
  // 1. Select the set X of all power events that appear in the full conflicted set. For each such power event P, enlarge
  //    X by adding the events in the auth chain of P which also belong to the full conflicted set. Sort X into a list
  //    using the reverse topological power ordering.
  const powerEvents = [...full].filter((id) => isPowerEvent(known.get(id)));
  const beneath = yield* chainsTowards(known, powerEvents, full);
  const picked = full.intersection(beneath).union(new Set(powerEvents));
  const first = yield* powerOrdering(known, picked, beneath);
  // 2. Apply the iterative auth checks algorithm, starting from the unconflicted state map (2.1: from an empty state
  //    map), to the list of events from the previous step to get a partially resolved state.
  yield* state.apply(first, base);
  // 3. Take all remaining events that weren't picked in step 1 and order them by the mainline ordering based on the power
  //    level in the partially resolved state obtained in step 2.
  //    Version 2.1 has only what it resolved itself.
  if (base === 'unconflicted') yield* state.loadUnconflicted([['m.room.power_levels', '']]);
  const levels = state.resolved.get(powerLevelsKey)?.event ?? state.unconflicted(powerLevelsKey);
  if (levels !== undefined) yield* known.load([levels]);
  const second = yield* mainlineOrdering(known, levels, [...full.difference(picked)]);
  // 4. Apply the iterative auth checks algorithm on the partial resolved state and the list of events from the previous
  //    step.
  yield* state.apply(second, base);
  // 5. Update the result by replacing any event with the event with the same key from the unconflicted state map, if such
  //    an event exists, to get the final resolved state.
  const further = [...state.resolved].filter(([text]) => !disputed.has(text));
  yield* state.loadUnconflicted(further.map(([, { key }]) => key));
  return [
    ...[...disputed].map(([text, key]) => ({ key, event: state.resolved.get(text)?.event })),
    ...further.filter(([text]) => state.unconflicted(text) === undefined).map(([, entry]) => entry),
  ];
}

/** The conflicted state set, the auth difference, and in version 2.1 the conflicted state subgraph: all known then. */
function* fullConflictedSet(
  known: KnownEvents,
  conflicted: readonly ConflictedKey[],
): Asking<ReadonlySet<EventId>> {
  const held = conflicted.flatMap((each) => each.held);
  const conflictedSet = new Set(held.filter((id) => id !== undefined));
  yield* known.load(conflictedSet);
  const full = conflictedSet.union(yield* authDifference(known, conflicted));
  if (known.version.stateResolution === '2') return full;
  return full.union(yield* conflictedSubgraph(known, conflictedSet));
}

/** "Events that might remove someone's ability to do something in the room." */
function isPowerEvent({ pdu }: GraphEvent): boolean {
  if (!isState(pdu)) return false;
  if (pdu.type === 'm.room.power_levels' || pdu.type === 'm.room.join_rules') return true;
  if (pdu.type !== 'm.room.member' || pdu.sender === pdu.state_key) return false;
  const membership = membershipOf(pdu);
  return membership === 'leave' || membership === 'ban';
}
