// The auth graph of a room in memory: every event with its generation, and which events name it. For tests, tools and
// rooms that fit: the store keeps the same on disk.
import { authEventIds, type Pdu } from '#protocol/matrix/event';
import { nameCreateEvent } from '#protocol/matrix/hashes';
import type { EventId } from '#protocol/matrix/identifiers';
import { ancestorsFirst } from '#protocol/matrix/resolution/ancestors-first';
import { type GraphEvent, MissingEventsError } from '#protocol/matrix/resolution/questions';

/** An event as it comes into the graph. Its id is believed. */
export interface NamedEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  readonly rejected?: boolean;
}

export class EventGraph {
  readonly #events = new Map<EventId, GraphEvent>();
  readonly #referrers = new Map<EventId, EventId[]>();

  /**
   * A graph of `events`, which may come in any order. Throws `badJson` for auth events that go round in a circle, and
   * `MissingEventsError` where some are not among `events`.
   */
  static of(events: Iterable<NamedEvent>): EventGraph {
    const byId = new Map([...events].map((event) => [event.eventId, event]));
    const held = (id: EventId): NamedEvent => {
      const event = byId.get(id);
      if (event === undefined) throw new MissingEventsError([id]);
      return event;
    };
    const graph = new EventGraph();
    const ordered = ancestorsFirst(byId.keys(), (id) => authEventIds(held(id).pdu));
    for (const id of ordered) graph.add(held(id));
    return graph;
  }

  /** Adds an event whose auth events are there already. Throws `MissingEventsError` where they are not. */
  add({ eventId, pdu, rejected = false }: NamedEvent): GraphEvent {
    const known = this.#events.get(eventId);
    if (known !== undefined) return known;
    const authEvents = authEventIds(pdu);
    const missing = authEvents.filter((id) => !this.#events.has(id));
    if (missing.length > 0) throw new MissingEventsError(missing);
    if (pdu.type === 'm.room.create') nameCreateEvent(pdu, eventId);
    const generation = Math.max(-1, ...authEvents.map((id) => this.#events.get(id)!.generation)) + 1;
    const event: GraphEvent = { eventId, pdu, rejected, generation };
    this.#events.set(eventId, event);
    for (const id of authEvents) {
      const referrers = this.#referrers.get(id);
      if (referrers === undefined) this.#referrers.set(id, [eventId]);
      else referrers.push(eventId);
    }
    return event;
  }

  get(eventId: EventId): GraphEvent | undefined {
    return this.#events.get(eventId);
  }

  /** The events that name `eventId` among their auth events. */
  referrers(eventId: EventId): readonly EventId[] {
    return this.#referrers.get(eventId) ?? [];
  }
}
