// State resolution for callers who have the states and the auth graph in memory.
import type { EventId } from '#protocol/matrix/identifiers';
import type { EventGraph } from '#protocol/matrix/resolution/event-graph';
import type { Answer, Question } from '#protocol/matrix/resolution/questions';
import { settle } from '#protocol/matrix/resolution/resolve';
import { resolveState } from '#protocol/matrix/resolution/resolve-state';
import { conflictedKeys, type StateMap } from '#protocol/matrix/resolution/state-maps';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';

/** The resolution of whole states, as a new map. Throws `MissingEventsError` for events that the graph lacks. */
export function resolveStateSets(
  graph: EventGraph,
  version: RoomVersion,
  states: readonly StateMap[],
): Map<string, EventId> {
  const resolved = new Map(states[0]);
  const asking = resolveState(version, conflictedKeys(states));
  for (const { key, event } of settle(asking, memoryAnswers(graph, states))) {
    const text = stateKeyText(...key);
    if (event === undefined) resolved.delete(text);
    else resolved.set(text, event);
  }
  return resolved;
}

/** Answers the questions of the resolution of `states`. */
export function memoryAnswers(
  graph: EventGraph,
  states: readonly StateMap[],
): (question: Question) => Answer {
  const unconflicted = (text: string): EventId | undefined => {
    const id = states[0]?.get(text);
    return states.every((state) => state.get(text) === id) ? id : undefined;
  };
  const isCovered = coverage(graph, (id) => {
    const pdu = graph.get(id)?.pdu;
    return pdu?.state_key !== undefined && unconflicted(stateKeyText(pdu.type, pdu.state_key)) === id;
  });
  return (question) => {
    switch (question.ask) {
      case 'events':
        return question.ids.map((id) => graph.get(id));
      case 'unconflicted':
        return question.keys.map((key) => unconflicted(stateKeyText(...key)));
      case 'covered':
        return question.ids.map(isCovered);
    }
  };
}

/**
 * Whether an event is in the auth chain of one that `holds`: a walk to those that name it, and so on. One that finds
 * nothing has shown the same of all that it came by, so that no event is passed in vain twice.
 */
function coverage(graph: EventGraph, holds: (id: EventId) => boolean): (id: EventId) => boolean {
  /** Events that no holder rests on; they may be holders themselves. */
  const uncovered = new Set<EventId>();
  return (start) => {
    const passed = new Set<EventId>([start]);
    const next = [start];
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      for (const referrer of graph.referrers(id)) {
        if (passed.has(referrer)) continue;
        if (holds(referrer)) return true;
        passed.add(referrer);
        if (!uncovered.has(referrer)) next.push(referrer);
      }
    }
    for (const id of passed) uncovered.add(id);
    return false;
  };
}
