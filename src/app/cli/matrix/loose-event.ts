// Events as people have them at hand while they look into a room: perhaps without hashes, signatures or depth, with ids
// written into them or with ids that are only names. As much is checked as the rules rely on. Room version pages, "Event
// format".
import { badInput, inNumbersOf } from '#app/cli/matrix/tool';
import type { Pdu } from '#protocol/matrix/event';
import { eventIdOf, nameCreateEvent } from '#protocol/matrix/hashes';
import { type EventId, isUserId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject, type JsonValue, own, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';

export interface LooseEvent {
  /** As it was given: what its hashes and signatures are of. */
  readonly given: JsonObject;
  /** With lists of references, if empty ones. */
  readonly pdu: Pdu;
  /** What `event_id` says; it is believed. */
  readonly eventId: EventId | undefined;
  /** What `rejected` says: true for an event that the checks on receipt refused. */
  readonly rejected: boolean;
}

/** @param name what messages call the event */
export function looseEvent(value: JsonValue | undefined, version: RoomVersion, name: string): LooseEvent {
  if (!isJsonObject(value)) throw badInput(`${name} is an object.`);
  inNumbersOf(version, value, name);
  for (const key of ['type', 'sender'] as const) checkText(value, key, name);
  for (const key of ['state_key', 'room_id', 'event_id', 'redacts'] as const) {
    if (own(value, key) !== undefined) checkText(value, key, name);
  }
  if (!isUserId(ownString(value, 'sender')!)) throw badInput(`${name}: sender is a user id.`);
  if (!isJsonObject(own(value, 'content'))) throw badInput(`${name}: content is an object.`);
  const pdu = {
    ...value,
    prev_events: references(value, 'prev_events', name),
    auth_events: references(value, 'auth_events', name),
  } as unknown as Pdu;
  const eventId = ownString(value, 'event_id') as EventId | undefined;
  if (pdu.type === 'm.room.create' && (eventId !== undefined || version.eventIds !== 'chosen')) {
    nameCreateEvent(pdu, eventId ?? eventIdOf(value, version));
  }
  return { given: value, pdu, eventId, rejected: own(value, 'rejected') === true };
}

/** Each entry of a list as an event. */
export function looseEvents(list: readonly JsonValue[], version: RoomVersion, name: string): LooseEvent[] {
  return list.map((each, index) => looseEvent(each, version, `${name}[${index}]`));
}

function checkText(event: JsonObject, key: string, name: string): void {
  if (ownString(event, key) === undefined) throw badInput(`${name}: ${key} is a string.`);
}

/** Ids, or pairs of an id and hashes as room versions 1 and 2 have them; none where the key is missing. */
function references(event: JsonObject, key: string, name: string): readonly JsonValue[] {
  const listed = own(event, key) ?? [];
  const isId = (each: JsonValue) => typeof each === 'string';
  const isPair = (each: JsonValue) =>
    Array.isArray(each) && typeof each[0] === 'string' && isJsonObject(each[1]);
  if (Array.isArray(listed) && (listed.every(isId) || listed.every(isPair))) return listed;
  throw badInput(`${name}: ${key} is a list of event ids.`);
}
