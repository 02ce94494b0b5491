// The rules for m.room.create: what the event that begins a room must be. Rule 1 of every room version.
import { ruleNumbers } from '#protocol/matrix/auth/rule-numbers';
import { allowed, refused, type Verdict } from '#protocol/matrix/auth/verdict';
import type { EventDraft } from '#protocol/matrix/event';
import { domainOf, isUserId, serverOf } from '#protocol/matrix/identifiers';
import { type JsonValue, own } from '#protocol/matrix/json';
import { type RoomVersion, roomVersions } from '#protocol/matrix/room-versions';

export function authoriseCreate(event: EventDraft, version: RoomVersion): Verdict {
  const { create: at } = ruleNumbers(version);
  // If it has any prev_events, reject.
  if (event.prev_events.length > 0) return refused(at.prevEvents, 'A create event follows no other event.');
  // If the domain of the room_id does not match the domain of the sender, reject. (v12: If it has a room_id, reject.)
  if (version.roomIdFormat === 'create-event-hash') {
    if (event.room_id !== undefined) return refused(at.roomId, 'A create event has no room_id: it gives it.');
  } else if (domainOf(event.room_id) !== serverOf(event.sender)) {
    return refused(at.roomId, 'The room_id belongs to another server than the sender.');
  }
  // If content.room_version is present and is not a recognised version, reject.
  const stated = own(event.content, 'room_version');
  if (stated !== undefined && (typeof stated !== 'string' || !roomVersions.has(stated))) {
    return refused(at.roomVersion, 'content.room_version is not a version that is known here.');
  }
  // (until v10) If content has no creator property, reject.
  if (version.creator === 'content' && own(event.content, 'creator') === undefined) {
    return refused(at.creator, 'content does not say who the creator is.');
  }
  // (v12) If additional_creators is present and is not an array of user ids, reject.
  const additional = own(event.content, 'additional_creators');
  if (version.privilegedCreators && additional !== undefined && !isListOfUsers(additional)) {
    return refused(at.additionalCreators, 'additional_creators is not an array of user ids.');
  }
  // Otherwise, allow.
  return allowed(at.otherwise);
}

function isListOfUsers(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && isUserId(each));
}
