// The reverse topological power ordering: what rests on other events comes after them, and among events that do not, the
// more powerful sender comes first. Room version 2, "State resolution", "Definitions".
import { compareCodePoints } from '#protocol/matrix/canonical-json';
import { authEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { compareIntegers } from '#protocol/matrix/integers';
import type { PowerLevel } from '#protocol/matrix/power-levels';
import { Heap } from '#protocol/matrix/resolution/heap';
import type { KnownEvents } from '#protocol/matrix/resolution/known-events';
import type { Asking, GraphEvent } from '#protocol/matrix/resolution/questions';

interface Vertex {
  readonly event: GraphEvent;
  readonly power: PowerLevel;
}

/**
 * `events` from earliest to latest. `between` holds at least the events through which one of them rests on another
 * without naming it; they hold the order up, and are no part of it. All are to be known.
 */
export function* powerOrdering(
  known: KnownEvents,
  events: ReadonlySet<EventId>,
  between: ReadonlySet<EventId>,
): Asking<EventId[]> {
  yield* known.loadAuthEvents(events);
  // Kahn's algorithm: an event is a candidate once all that it rests on are placed.
  const waitsFor = new Map<EventId, number>();
  const dependants = new Map<EventId, EventId[]>();
  const candidates = new Heap<Vertex>(precedes);
  const freed: EventId[] = [];
  for (const id of events.union(between)) {
    const restsOn = new Set(
      authEventIds(known.get(id).pdu).filter((each) => events.has(each) || between.has(each)),
    );
    waitsFor.set(id, restsOn.size);
    for (const each of restsOn) {
      const waiting = dependants.get(each);
      if (waiting === undefined) dependants.set(each, [id]);
      else waiting.push(id);
    }
    if (restsOn.size === 0) freed.push(id);
  }
  const ordered: EventId[] = [];
  for (;;) {
    for (let id = freed.pop(); id !== undefined; id = freed.pop()) {
      if (events.has(id)) candidates.push({ event: known.get(id), power: known.senderPower(id) });
      else release(id);
    }
    const smallest = candidates.pop()?.event.eventId;
    if (smallest === undefined) return ordered;
    ordered.push(smallest);
    release(smallest);
  }

  function release(id: EventId): void {
    for (const each of dependants.get(id) ?? []) {
      const left = waitsFor.get(each)! - 1;
      waitsFor.set(each, left);
      if (left === 0) freed.push(each);
    }
  }
}

function precedes(x: Vertex, y: Vertex): boolean {
  // 1. x's sender has greater power level than y's sender, when looking at their respective auth_events.
  if (x.power !== y.power) return x.power > y.power;
  return compareAge(x.event, y.event) < 0;
}

/** Negative when `x` says that it is older, or as old with a smaller event id: what both orderings end with. */
export function compareAge(x: GraphEvent, y: GraphEvent): number {
  // 2. x's origin_server_ts is less than y's; 3. the same, but x's event_id is less than y's.
  const times = compareIntegers(x.pdu.origin_server_ts, y.pdu.origin_server_ts);
  return times !== 0 ? times : compareCodePoints(x.eventId, y.eventId);
}
