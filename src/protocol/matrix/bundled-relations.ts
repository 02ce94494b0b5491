// What a server tells with an event about the events that relate to it. Client-Server API, "Aggregations of child
// events", and "Server behaviour" of event replacements, threads and reference relations.
import { isValidReplacement, laterReplacement } from '#protocol/matrix/event-replacements';
import type { EventId, UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { mayBeThreadRoot, type RelatedEvent, relationBetween } from '#protocol/matrix/relations';

/** For whom relations are bundled. */
export interface RelationsAudience {
  readonly userId: UserId;
  /** "Servers must … ensure they do not consider child events from ignored users." */
  readonly ignores: ReadonlySet<string>;
}

/** The children of an event, by what is told of each type. Types that are not told, annotations among them, have none. */
export interface BundledRelations<E extends RelatedEvent> {
  /** The most recent valid edit. */
  readonly replacement?: E;
  readonly thread?: ThreadSummary<E>;
  /** The events that refer to the event, the first that came first. */
  readonly references?: readonly EventId[];
}

export interface ThreadSummary<E> {
  readonly latest: E;
  /** Events in the thread, its root not counted. */
  readonly count: number;
  /** True when the one who asks sent the root or an event of the thread. */
  readonly participated: boolean;
}

/**
 * Aggregates the children of `parent`; undefined where there is nothing to tell.
 * @param children events that relate to it and that the user may see, in the room's topological order, the oldest first
 */
export function bundleRelations<E extends RelatedEvent>(
  parent: E,
  children: Iterable<E>,
  { userId, ignores }: RelationsAudience,
): BundledRelations<E> | undefined {
  // "State events do not currently receive bundled aggregations."
  if (parent.pdu.state_key !== undefined) return undefined;
  // "If the original event is redacted, any m.replace relationship should not be bundled with it"; others remain.
  const isEditable = parent.redactedBy === undefined;
  const isThreadRoot = mayBeThreadRoot(parent.pdu);
  let replacement: E | undefined;
  let latest: E | undefined;
  let count = 0;
  let participated = parent.pdu.sender === userId;
  const references: EventId[] = [];
  for (const child of children) {
    if (ignores.has(child.pdu.sender)) continue;
    const relType = relationBetween(parent, child)?.relType;
    if (relType === 'm.replace' && isEditable && isValidReplacement(parent, child)) {
      replacement = laterReplacement(replacement, child);
    } else if (relType === 'm.thread' && isThreadRoot) {
      latest = child;
      count += 1;
      participated ||= child.pdu.sender === userId;
    } else if (relType === 'm.reference') references.push(child.eventId);
  }
  if (replacement === undefined && latest === undefined && references.length === 0) return undefined;
  return {
    ...(replacement && { replacement }),
    ...(latest && { thread: { latest, count, participated } }),
    ...(references.length > 0 && { references }),
  };
}

/**
 * `m.relations`, as it stands in an event's `unsigned`.
 * @param present the client form of an event: of a thread's latest one with what is bundled with it in turn
 */
export function relationsContent<E extends RelatedEvent>(
  { replacement, thread, references }: BundledRelations<E>,
  present: (event: E) => JsonObject,
): JsonObject {
  return {
    ...(replacement && { 'm.replace': present(replacement) }),
    ...(thread && {
      'm.thread': {
        latest_event: present(thread.latest),
        count: thread.count,
        current_user_participated: thread.participated,
      },
    }),
    ...(references && { 'm.reference': { chunk: references.map((event_id) => ({ event_id })) } }),
  };
}
