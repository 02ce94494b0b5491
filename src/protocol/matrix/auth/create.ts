// Rule 1 of both versions: what the event that begins a room must be.
import { allowed, refused, type Verdict } from '#protocol/matrix/auth/verdict';
import type { EventDraft } from '#protocol/matrix/event';
import { isUserId, serverOf } from '#protocol/matrix/identifiers';
import { own } from '#protocol/matrix/json';
import { type RoomVersion, roomVersions } from '#protocol/matrix/room-versions';

export function authoriseCreate(event: EventDraft, version: RoomVersion): Verdict {
  // 1.1 If it has any prev_events, reject.
  if (event.prev_events.length > 0) return refused('1.1', 'A create event follows no other event.');
  // 1.2 v12: if the event has a room_id, reject. v11: if its domain is not that of the sender, reject.
  if (version.roomIdFormat === 'create-event-hash') {
    if (event.room_id !== undefined) return refused('1.2', 'A create event has no room_id: it gives it.');
  } else if (event.room_id?.slice(event.room_id.indexOf(':') + 1) !== serverOf(event.sender)) {
    return refused('1.2', 'The room_id belongs to another server than the sender.');
  }
  // 1.3 If content.room_version is present and is not a recognised version, reject.
  const stated = own(event.content, 'room_version');
  if (stated !== undefined && (typeof stated !== 'string' || !roomVersions.has(stated))) {
    return refused('1.3', 'content.room_version is not a version that is known here.');
  }
  // 1.4 v12: additional_creators, if present, is an array of user ids.
  if (version.privilegedCreators) {
    const creators = own(event.content, 'additional_creators');
    const valid =
      creators === undefined ||
      (Array.isArray(creators) && creators.every((each) => typeof each === 'string' && isUserId(each)));
    if (!valid) return refused('1.4', 'additional_creators is not an array of user ids.');
  }
  return allowed;
}
