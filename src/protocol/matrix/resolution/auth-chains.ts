// Walks of the auth graph between events that are given: what lies in the auth chains of some, down to the generation of
// the lowest that is looked for. Room versions 2 and 12, "State resolution", "Definitions".
import { authEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { canAuthorise, type KnownEvents } from '#protocol/matrix/resolution/known-events';
import type { Asking } from '#protocol/matrix/resolution/questions';

/**
 * The events in the auth chains of `from` that may rest on one of `targets`, or are one: those that no target lies
 * beneath for its generation are left out, and not walked. All of both are to be known; what is walked becomes known.
 */
export function* chainsTowards(
  known: KnownEvents,
  from: Iterable<EventId>,
  targets: Iterable<EventId>,
): Asking<Set<EventId>> {
  let floor = Number.POSITIVE_INFINITY;
  for (const id of targets) {
    const event = known.get(id);
    if (canAuthorise(event) && event.generation < floor) floor = event.generation;
  }
  const walked = new Set<EventId>();
  let wave = [...from];
  while (wave.length > 0) {
    const above = wave.filter((id) => known.get(id).generation > floor);
    const beneath = new Set(above.flatMap((id) => authEventIds(known.get(id).pdu))).difference(walked);
    yield* known.load(beneath);
    wave = [...beneath].filter((id) => known.get(id).generation >= floor);
    for (const id of wave) walked.add(id);
  }
  return walked;
}

/**
 * The conflicted state subgraph (version 2.1): all events on a path along `auth_events` from one conflicted event to
 * another, as far as they are not conflicted themselves.
 */
export function* conflictedSubgraph(
  known: KnownEvents,
  conflicted: ReadonlySet<EventId>,
): Asking<Set<EventId>> {
  const walked = yield* chainsTowards(known, conflicted, conflicted);
  // Whatever was walked lies beneath a conflicted event. From the lowest up: what names a conflicted event, or one that
  // leads to one, leads to one too.
  const ascending = [...walked].sort((a, b) => known.get(a).generation - known.get(b).generation);
  const leading = new Set<EventId>();
  for (const id of ascending) {
    if (authEventIds(known.get(id).pdu).some((each) => conflicted.has(each) || leading.has(each))) {
      leading.add(id);
    }
  }
  return leading.difference(conflicted);
}
