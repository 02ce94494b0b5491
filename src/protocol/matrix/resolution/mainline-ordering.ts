// The mainline ordering: events that rest on an older version of the room's power levels come first. Room version 2,
// "State resolution", "Definitions".
import type { EventId } from '#protocol/matrix/identifiers';
import { Heap } from '#protocol/matrix/resolution/heap';
import type { KnownEvents } from '#protocol/matrix/resolution/known-events';
import { compareAge } from '#protocol/matrix/resolution/power-ordering';
import type { Asking, GraphEvent } from '#protocol/matrix/resolution/questions';

/** `events`, which are to be known, by the mainline of the power levels event `from`; without one all are at its end. */
export function* mainlineOrdering(
  known: KnownEvents,
  from: EventId | undefined,
  events: readonly EventId[],
): Asking<EventId[]> {
  yield* known.loadAuthEvents(events);
  const nearest = new Set<EventId>();
  for (const id of events) {
    const levels = known.powerLevelsOf(id);
    if (levels !== undefined) nearest.add(levels.eventId);
  }
  const positions = yield* mainlinePositions(known, from, nearest);
  const sortable = events.map((id) => {
    const levels = known.powerLevelsOf(id);
    const position = levels === undefined ? Number.POSITIVE_INFINITY : positions(levels.eventId);
    return { event: known.get(id), position };
  });
  // 1. The mainline position of x is greater than that of y. 2. and 3. The same, and x is older than y.
  sortable.sort((x, y) => {
    if (x.position !== y.position) return x.position > y.position ? -1 : 1;
    return compareAge(x.event, y.event);
  });
  return sortable.map(({ event }) => event.eventId);
}

/**
 * The index on the mainline of `from` of the first event on it that one meets going from a power levels event of
 * `starts` to the one that this names, and so on; infinite without any.
 *
 * Generations fall along each of these lines. The mainline is followed as far down as the others are and no further,
 * and they only until they meet it: what has merged long ago is not walked.
 */
function* mainlinePositions(
  known: KnownEvents,
  from: EventId | undefined,
  starts: ReadonlySet<EventId>,
): Asking<(start: EventId) => number> {
  const mainline = new Map<EventId, number>();
  const before = new Map<EventId, EventId | undefined>();
  let tail = from === undefined ? undefined : known.get(from);
  if (tail !== undefined) mainline.set(tail.eventId, 0);
  let isWhole = tail === undefined;
  const walking = new Heap<GraphEvent>((a, b) => a.generation > b.generation);
  for (const id of starts) walking.push(known.get(id));
  while (walking.size > 0) {
    // What is no further down than the end of the mainline and not on it will not be on it.
    const end: number = tail?.generation ?? Number.POSITIVE_INFINITY;
    const beside: EventId[] = [];
    for (let at = walking.peek(); at !== undefined && at.generation >= end; at = walking.peek()) {
      walking.pop();
      if (mainline.has(at.eventId) || before.has(at.eventId)) continue;
      before.set(at.eventId, undefined);
      beside.push(at.eventId);
    }
    // Beneath the end of the whole mainline there is nothing to meet.
    if (isWhole && beside.length === 0) break;
    const extend: EventId | undefined = isWhole || walking.size === 0 ? undefined : tail?.eventId;
    yield* known.loadAuthEvents(extend === undefined ? beside : [...beside, extend]);
    for (const id of beside) {
      const next = known.powerLevelsOf(id);
      before.set(id, next?.eventId);
      if (next !== undefined) walking.push(next);
    }
    if (extend !== undefined) {
      const next = known.powerLevelsOf(extend);
      if (next === undefined) isWhole = true;
      else mainline.set(next.eventId, mainline.size);
      tail = next ?? tail;
    }
  }
  const positions = new Map(mainline);
  return (start) => {
    // What is found out for one holds for all on the way, so that no way is gone twice.
    const way: EventId[] = [];
    let at: EventId | undefined = start;
    for (; at !== undefined && !positions.has(at); at = before.get(at)) way.push(at);
    const position = at === undefined ? Number.POSITIVE_INFINITY : positions.get(at)!;
    for (const id of way) positions.set(id, position);
    return position;
  };
}
