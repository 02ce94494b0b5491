// The state of a room along its history: after each event, and where several heads meet. For tests and tools, which have
// all of a room in memory. Room version pages, "State resolution".
import { isState, prevEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { ancestorsFirst } from '#protocol/matrix/resolution/ancestors-first';
import type { EventGraph } from '#protocol/matrix/resolution/event-graph';
import { type GraphEvent, MissingEventsError } from '#protocol/matrix/resolution/questions';
import { resolveStateSets } from '#protocol/matrix/resolution/resolve-state-sets';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';

/** A state that one or several events have after them, and how many will still ask for it. */
interface SharedState {
  readonly map: Map<string, EventId>;
  readers: number;
}

/**
 * The state after all of `heads`, resolved where there are several, as anywhere on the way to them. With the
 * `prev_events` of an event as heads it is the state before that event. A rejected event changes nothing.
 *
 * Throws `MissingEventsError` for events of the history that the graph lacks, and `badJson` for one that goes round in a
 * circle. A linear history costs one map in all: a state that nobody else will ask for is changed in place.
 */
export function stateAfter(
  graph: EventGraph,
  version: RoomVersion,
  heads: readonly EventId[],
): Map<string, EventId> {
  const held = (id: EventId): GraphEvent => {
    const event = graph.get(id);
    if (event === undefined) throw new MissingEventsError([id]);
    return event;
  };
  const followed = (id: EventId) => [...new Set(prevEventIds(held(id).pdu))];
  const history = ancestorsFirst(heads, followed);
  const readers = new Map<EventId, number>();
  for (const ids of [heads, ...[...history].map(followed)]) {
    for (const id of new Set(ids)) readers.set(id, (readers.get(id) ?? 0) + 1);
  }

  const states = new Map<EventId, SharedState>();
  for (const id of history) {
    const { pdu, rejected } = held(id);
    let state = meet(followed(id));
    if (isState(pdu) && !rejected) {
      if (state.readers > 0) state = { map: new Map(state.map), readers: 0 };
      state.map.set(stateKeyText(pdu.type, pdu.state_key), id);
    }
    state.readers += readers.get(id)!;
    states.set(id, state);
  }
  return new Map(meet([...new Set(heads)]).map);

  /** The resolution of the states after `ids`, each of which is read once less often from now on. */
  function meet(ids: readonly EventId[]): SharedState {
    const met = new Set(ids.map((id) => states.get(id)!));
    for (const id of ids) {
      states.get(id)!.readers--;
      const left = readers.get(id)! - 1;
      readers.set(id, left);
      if (left === 0) states.delete(id);
    }
    const [first, ...others] = met;
    if (first !== undefined && others.length === 0) return first;
    return {
      map: resolveStateSets(
        graph,
        version,
        [...met].map(({ map }) => map),
      ),
      readers: 0,
    };
  }
}
