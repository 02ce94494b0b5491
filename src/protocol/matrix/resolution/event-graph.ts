// The auth graph of a room in memory: every event with its generation, and which events name it. For tests, tools and
// rooms that fit: the store keeps the same on disk.
import { authEventIds, type Pdu } from '#protocol/matrix/event';
import { nameCreateEvent } from '#protocol/matrix/hashes';
import type { EventId } from '#protocol/matrix/identifiers';
import { type GraphEvent, MissingEventsError } from '#protocol/matrix/resolution/questions';
import { ProtocolError } from '#support/errors';

/** An event as it comes into the graph. Its id is believed. */
export interface NamedEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  readonly rejected?: boolean;
}

export class EventGraph {
  readonly #events = new Map<EventId, GraphEvent>();
  readonly #referrers = new Map<EventId, EventId[]>();

  /** A graph of `events`, which may come in any order. Throws `badJson` for auth events that go round in a circle. */
  static of(events: Iterable<NamedEvent>): EventGraph {
    const graph = new EventGraph();
    const byId = new Map([...events].map((event) => [event.eventId, event]));
    const entered = new Set<EventId>();
    for (const start of byId.keys()) {
      // Depth first without recursion: an event stays on the path until all that it rests on have been added.
      const path = [start];
      for (let id = path.at(-1); id !== undefined; id = path.at(-1)) {
        const event = byId.get(id);
        if (event === undefined) throw new MissingEventsError([id]);
        const isNew = !graph.#events.has(id);
        const awaited = isNew ? authEventIds(event.pdu).filter((each) => !graph.#events.has(each)) : [];
        if (awaited.length === 0) {
          if (isNew) graph.add(event);
          path.pop();
        } else if (entered.has(id)) {
          throw new ProtocolError('badJson', `The auth events of ${id} lead back to it.`);
        } else {
          entered.add(id);
          path.push(...awaited);
        }
      }
    }
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
