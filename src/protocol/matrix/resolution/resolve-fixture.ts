// Resolves a room that is written down in one JSON document: events whose ids are believed, and either the states that
// meet or the heads of a history to go along. For people who debug rooms, and to compare servers with each other.
import type { Pdu } from '#protocol/matrix/event';
import { type EventId, isEventId, isRoomId, isUserId } from '#protocol/matrix/identifiers';
import { isEventInteger } from '#protocol/matrix/integers';
import { isJsonObject, type JsonObject, type JsonValue, own, ownString } from '#protocol/matrix/json';
import { EventGraph, type NamedEvent } from '#protocol/matrix/resolution/event-graph';
import { MissingEventsError } from '#protocol/matrix/resolution/questions';
import { resolveStateSets } from '#protocol/matrix/resolution/resolve-state-sets';
import { stateAfter } from '#protocol/matrix/resolution/state-after';
import { type RoomVersion, roomVersion } from '#protocol/matrix/room-versions';
import { readStateKeyText, stateKeyText } from '#protocol/matrix/state-keys';
import { ProtocolError } from '#support/errors';

/** Type → state key → id of the event that the state holds there. */
export type ResolvedState = Readonly<Record<string, Readonly<Record<string, EventId>>>>;

/**
 * The resolved state of `{roomVersion, events, stateSets | heads}`. `events` are events with their `event_id` (and
 * `rejected: true` for those that were refused), in any order, with all that their `auth_events` lead to; hashes and
 * signatures are not looked at. `stateSets` are states as arrays of event ids. `heads` are event ids: the state is
 * worked out along `prev_events`, and resolved wherever several meet.
 *
 * Throws `badJson` with what is wrong, and `unsupportedRoomVersion`.
 */
export function resolveFixture(input: unknown): ResolvedState {
  if (!isJsonObject(input))
    throw malformed('The input is an object with roomVersion, events, and stateSets or heads.');
  const id = ownString(input, 'roomVersion');
  if (id === undefined) throw malformed('roomVersion is a string.');
  const version = roomVersion(id);
  const events = arrayIn(input, 'events').map((event, index) =>
    readEvent(event, `events[${index}]`, version),
  );
  const seen = new Set<EventId>();
  for (const { eventId } of events) {
    if (seen.has(eventId)) throw malformed(`events holds ${eventId} twice.`);
    seen.add(eventId);
  }
  const [stateSets, heads] = [own(input, 'stateSets') ?? undefined, own(input, 'heads') ?? undefined];
  if ((stateSets === undefined) === (heads === undefined)) {
    throw malformed('Either stateSets or heads is given, and not both.');
  }
  try {
    const graph = EventGraph.of(events);
    if (heads !== undefined) return written(stateAfter(graph, version, readIds(heads, 'heads')));
    const states = arrayIn(input, 'stateSets').map((state, index) =>
      readState(state, `stateSets[${index}]`, graph),
    );
    return written(resolveStateSets(graph, version, states));
  } catch (error) {
    if (!(error instanceof MissingEventsError)) throw error;
    throw malformed(`events lacks ${error.ids.slice(0, 3).join(', ')}.`);
  }
}

function readEvent(value: JsonValue, at: string, version: RoomVersion): NamedEvent {
  if (!isJsonObject(value)) throw malformed(`${at} is an object.`);
  const eventId = ownString(value, 'event_id');
  if (eventId === undefined || !isEventId(eventId)) throw malformed(`${at}.event_id is an event id.`);
  const type = ownString(value, 'type');
  if (type === undefined) throw malformed(`${at}.type is a string.`);
  const sender = ownString(value, 'sender');
  if (sender === undefined || !isUserId(sender)) throw malformed(`${at}.sender is a user id.`);
  const content = own(value, 'content');
  if (!isJsonObject(content)) throw malformed(`${at}.content is an object.`);
  const stateKey = own(value, 'state_key');
  if (stateKey !== undefined && typeof stateKey !== 'string') throw malformed(`${at}.state_key is a string.`);
  const roomId = own(value, 'room_id');
  if (roomId !== undefined && (typeof roomId !== 'string' || !isRoomId(roomId))) {
    throw malformed(`${at}.room_id is a room id.`);
  }
  const time = own(value, 'origin_server_ts');
  if (!isEventInteger(time, version)) throw malformed(`${at}.origin_server_ts is an integer.`);
  // Only version 1 of the algorithm looks at how deep an event says it is.
  const depth = own(value, 'depth') ?? (version.stateResolution === '1' ? undefined : 0);
  if (!isEventInteger(depth, version)) throw malformed(`${at}.depth is an integer.`);
  const rejected = own(value, 'rejected') ?? false;
  if (typeof rejected !== 'boolean') throw malformed(`${at}.rejected is true or false.`);
  const pdu: Pdu = {
    event_id: eventId,
    ...(roomId === undefined ? {} : { room_id: roomId }),
    type,
    sender,
    content,
    ...(stateKey === undefined ? {} : { state_key: stateKey }),
    origin_server_ts: time,
    depth,
    prev_events: readIds(own(value, 'prev_events'), `${at}.prev_events`),
    auth_events: readIds(own(value, 'auth_events'), `${at}.auth_events`),
    hashes: { sha256: '' },
    signatures: {},
  };
  return { eventId, pdu, rejected };
}

function readState(value: JsonValue, at: string, graph: EventGraph): Map<string, EventId> {
  const state = new Map<string, EventId>();
  for (const id of readIds(value, at)) {
    const pdu = graph.get(id)?.pdu;
    if (pdu === undefined) throw new MissingEventsError([id]);
    if (pdu.state_key === undefined) throw malformed(`${at} holds ${id}, which is no state event.`);
    const key = stateKeyText(pdu.type, pdu.state_key);
    if (state.has(key)) throw malformed(`${at} holds two events of one type and state key: ${key}.`);
    state.set(key, id);
  }
  return state;
}

/** Ids of events; what names them with their hashes, as in room versions 1 and 2, is taken too. */
function readIds(value: JsonValue | undefined, at: string): EventId[] {
  if (!Array.isArray(value)) throw malformed(`${at} is an array.`);
  return value.map((each: JsonValue) => {
    const id = Array.isArray(each) ? each[0] : each;
    if (typeof id !== 'string' || !isEventId(id)) throw malformed(`${at} holds event ids.`);
    return id;
  });
}

function arrayIn(object: JsonObject, key: string): readonly JsonValue[] {
  const value = own(object, key);
  if (!Array.isArray(value)) throw malformed(`${key} is an array.`);
  return value;
}

function written(state: ReadonlyMap<string, EventId>): ResolvedState {
  const byType = new Map<string, [string, EventId][]>();
  for (const [text, id] of state) {
    const [type, stateKey] = readStateKeyText(text);
    const entries = byType.get(type);
    if (entries === undefined) byType.set(type, [[stateKey, id]]);
    else entries.push([stateKey, id]);
  }
  return Object.fromEntries([...byType].map(([type, entries]) => [type, Object.fromEntries(entries)]));
}

function malformed(message: string): ProtocolError {
  return new ProtocolError('badJson', message);
}
