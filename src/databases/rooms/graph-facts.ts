// Events as nodes of the auth graph: what each allows, whether it was rejected, and its generation. None of that ever
// changes once an event has been judged, so it is read once.
import { LRUCache } from 'lru-cache';
import { bytesInMemory } from '#databases/rooms/event-cache';
import type { EventReader } from '#databases/rooms/event-reader';
import { isRejected, type TimelineEvent } from '#databases/rooms/records';
import type { RoomsParts } from '#databases/rooms/rooms-parts';
import { authEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import type { GraphEvent } from '#protocol/matrix/resolution/questions';
import type { Position } from '#store/contract';
import { graphBytesCachedMax, graphEventsCachedMax } from '#support/limits';

export interface GraphFact extends GraphEvent {
  /** True where its references have rows in `authReferrers`; false for what was stored before there were such. */
  readonly isIndexed: boolean;
  /** Whatever names it among its auth events was stored behind this. */
  readonly storedFrom: Position;
  /** True for outliers, whose standing may still change. */
  readonly isOutlier: boolean;
}

export function makeGraphCache(): LRUCache<EventId, GraphFact> {
  return new LRUCache({
    max: graphEventsCachedMax,
    maxSize: graphBytesCachedMax,
    sizeCalculation: ({ pdu }) => bytesInMemory(pdu),
  });
}

/** The events that are known of `ids`, in their order: two point reads for each that is not at hand. */
export function readGraphEvents(
  reader: EventReader,
  parts: RoomsParts,
  ids: readonly EventId[],
): Promise<(GraphFact | undefined)[]> {
  return Promise.all(ids.map((id) => parts.graph.get(id) ?? readGraphEvent(reader, parts, id)));
}

async function readGraphEvent(
  reader: EventReader,
  parts: RoomsParts,
  id: EventId,
): Promise<GraphFact | undefined> {
  const event = await reader.anyEvent(id);
  if (!event) return undefined;
  const { generation } = event;
  if (generation === undefined) await walkGenerations(reader, parts, event);
  const known = parts.graph.get(id);
  if (known) return known;
  return remember(parts, { ...event, pdu: await reader.authorisingPdu(event) }, generation ?? 0);
}

function remember({ graph }: RoomsParts, event: TimelineEvent, generation: number): GraphFact {
  const { eventId, pdu } = event;
  const isOutlier = event.standing === 'outlier';
  const isIndexed = event.generation !== undefined;
  const storedFrom = event.keptFrom ?? event.at;
  const fact = { eventId, pdu, rejected: isRejected(event), generation, isIndexed, storedFrom, isOutlier };
  if (!isOutlier) graph.set(eventId, fact);
  return fact;
}

/** Finds and remembers the generations of an event and its ancestors that were stored without one; not recursive. */
async function walkGenerations(reader: EventReader, parts: RoomsParts, start: TimelineEvent): Promise<void> {
  const found = new Map<EventId, number>();
  const waiting = [start];
  for (let event = waiting.at(-1); event; event = waiting.at(-1)) {
    let generation = 0;
    let lacking = 0;
    for (const id of authEventIds(event.pdu)) {
      const known = found.get(id) ?? parts.graph.get(id)?.generation;
      const ancestor = known === undefined ? await reader.anyEvent(id) : undefined;
      const stored = known ?? ancestor?.generation;
      if (stored !== undefined) generation = Math.max(generation, stored + 1);
      else if (ancestor) {
        lacking++;
        waiting.push(ancestor);
      }
    }
    if (lacking > 0) continue;
    waiting.pop();
    found.set(event.eventId, generation);
    remember(parts, { ...event, pdu: await reader.authorisingPdu(event) }, generation);
  }
}
