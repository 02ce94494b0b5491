// What an event of ours looks like before it is authorised, in the form of its room's version: where early versions
// differ, the event's id is chosen here, events are named with their hashes, and a redaction names its target at the top
// level. Room versions 1 and 3, "Event format"; Client-Server API, "PUT /rooms/{roomId}/send/{eventType}/{txnId}".
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { Proposal } from '#domain/rooms/append-event';
import type { Rooms } from '#domain/rooms/rooms';
import type { EventDraft, EventReference } from '#protocol/matrix/event';
import { referenceTo } from '#protocol/matrix/hashes';
import { type EventId, isEventId } from '#protocol/matrix/identifiers';
import { depthAfter, withExactNumbers } from '#protocol/matrix/integers';
import { type JsonObject, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { randomToken } from '#support/random';

/** The event that `proposal` becomes when it follows the events `prev` of the draft, still without `auth_events`. */
export async function draftEvent(
  rooms: Rooms,
  draft: RoomDraft,
  proposal: Proposal,
  version: RoomVersion,
  prev: readonly EventId[] = draft.head.extremities,
): Promise<EventDraft> {
  const { type, sender, content, stateKey, atMs } = proposal;
  const isNamedByCreate = version.roomIdFormat === 'create-event-hash' && prev.length === 0;
  return {
    type,
    sender,
    ...contentOf(type, version.strictJson ? content : withExactNumbers(content), version),
    ...(version.eventIds === 'chosen' ? { event_id: newEventId(rooms) } : undefined),
    ...(stateKey === undefined ? undefined : { state_key: stateKey }),
    ...(isNamedByCreate ? undefined : { room_id: draft.room }),
    origin_server_ts: atMs,
    ...(await linksTo(draft, prev, version)),
    auth_events: [],
  };
}

/** Up to room version 10 a redaction says beside its content what it redacts; clients say it within. */
function contentOf(
  type: string,
  content: JsonObject,
  { redactsIn }: RoomVersion,
): { readonly content: JsonObject; readonly redacts?: EventId } {
  if (type !== 'm.room.redaction' || redactsIn === 'content') return { content };
  const { redacts: _, ...rest } = content;
  const redacts = ownString(content, 'redacts');
  return redacts !== undefined && isEventId(redacts) ? { content: rest, redacts } : { content };
}

/** "$opaque_id:domain", "where opaque_id is a locally-unique string" (room version 1, "Event IDs"). */
function newEventId(rooms: Rooms): EventId {
  return `$${randomToken(rooms.random, eventIdCharacters)}:${rooms.signingKey.server}` as EventId;
}

/** Of 62 characters, so that no two ids are the same. */
const eventIdCharacters = 24;

async function linksTo(
  draft: RoomDraft,
  prev: readonly EventId[],
  version: RoomVersion,
): Promise<Pick<EventDraft, 'depth' | 'prev_events'>> {
  // The usual way needs no more than what is at hand: the head knows the greatest depth, unless that is out of range.
  const isDeep = !version.strictJson && draft.head.depth === Number.MAX_SAFE_INTEGER;
  if (version.eventIds !== 'chosen' && !isDeep) {
    return { depth: depthAfter([draft.head.depth], version), prev_events: prev };
  }
  const events = await Promise.all(prev.map((id) => draft.event(id)));
  const known = events.filter((event) => event !== undefined);
  return {
    depth: depthAfter(isDeep ? known.map(({ pdu }) => pdu.depth) : [draft.head.depth], version),
    prev_events: known.map(({ eventId, pdu }): EventReference => referenceTo(eventId, pdu, version)),
  };
}
