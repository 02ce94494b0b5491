// What an event says of its relationship to another, and the rules of the types of relationship that concern one event
// and its parent. Client-Server API, "Forming relationships between events", "Threading", "Event annotations and
// reactions".
import type { Pdu } from '#protocol/matrix/event';
import { type EventId, isEventId, type RoomId } from '#protocol/matrix/identifiers';
import { ownObject, ownString } from '#protocol/matrix/json';

/** An event as it is kept: its content is the redacted one once it has been redacted. */
export interface RelatedEvent {
  readonly eventId: EventId;
  readonly room: RoomId;
  readonly pdu: Pick<Pdu, 'type' | 'sender' | 'state_key' | 'content' | 'origin_server_ts'>;
  /** The redaction that has been applied to the event. */
  readonly redactedBy?: EventId;
}

/** `m.relates_to`. */
export interface Relation {
  readonly relType: string;
  /** The parent. */
  readonly eventId: EventId;
  /** Of annotations: what is annotated, such as an emoji. */
  readonly key?: string;
}

/** The relationship that an event states, if it is one: "relationships which don't match the schema … are ignored". */
export function relationOf({ content }: Pick<Pdu, 'content'>): Relation | undefined {
  const stated = ownObject(content, 'm.relates_to');
  const relType = stated && ownString(stated, 'rel_type');
  const eventId = stated && ownString(stated, 'event_id');
  if (relType === undefined || eventId === undefined || !isEventId(eventId)) return undefined;
  const key = ownString(stated!, 'key');
  return key === undefined ? { relType, eventId } : { relType, eventId, key };
}

/** The relation by which `child` is a child of `parent`: still stated, and within the room. */
export function relationBetween(parent: RelatedEvent, child: RelatedEvent): Relation | undefined {
  if (child.redactedBy !== undefined || child.room !== parent.room) return undefined;
  const relation = relationOf(child.pdu);
  return relation?.eventId === parent.eventId ? relation : undefined;
}

/** "It is not possible to create a thread from an event which itself is the child of an event relationship." */
export function mayBeThreadRoot(event: Pick<Pdu, 'content'>): boolean {
  return relationOf(event) === undefined;
}

/**
 * True when both say the same of the same event: "homeservers should prevent users from sending a second annotation for
 * a given event with identical event type and annotation key".
 */
export function isSameAnnotation(a: RelatedEvent, b: RelatedEvent): boolean {
  const [left, right] = [relationOf(a.pdu), relationOf(b.pdu)];
  if (left?.relType !== 'm.annotation' || right?.relType !== 'm.annotation') return false;
  if (a.pdu.sender !== b.pdu.sender || a.pdu.type !== b.pdu.type || a.room !== b.room) return false;
  return left.key !== undefined && left.key === right.key && left.eventId === right.eventId;
}
