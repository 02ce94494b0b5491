// What an event id looks like in each room version, and how one event names another there. Room versions 1, 3 and 4,
// "Event IDs" and "Event format".
import type { EventReference } from '#protocol/matrix/event';
import { type EventId, isEventId, isHashId } from '#protocol/matrix/identifiers';
import { isJsonObject, own } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** `$` and the unpadded standard Base64 of 32 bytes, without left-over bits. */
const hashIdOfVersion3 = /^\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/;

/** True for an event id of the version: `$opaque:domain` (1, 2), or `$` and a hash in standard (3) or URL-safe Base64. */
export function isEventIdOf(value: unknown, version: Pick<RoomVersion, 'eventIds'>): value is EventId {
  if (typeof value !== 'string') return false;
  switch (version.eventIds) {
    case 'chosen':
      return isEventId(value) && value.includes(':');
    case 'hash':
      return hashIdOfVersion3.test(value);
    case 'url-safe-hash':
      return isEventId(value) && isHashId(value);
  }
}

/**
 * True for an entry of `prev_events` or `auth_events`: an event id, in room versions 1 and 2 a pair of the id and the
 * event's hashes. There "restrictions should be generally relaxed" (room version 1), so a pair whose hash is missing is
 * taken too: nobody looks at it.
 */
export function isReference(value: unknown, version: Pick<RoomVersion, 'eventIds'>): value is EventReference {
  if (version.eventIds !== 'chosen') return isEventIdOf(value, version);
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [id, hashes] = value;
  if (!isEventIdOf(id, version) || !isJsonObject(hashes)) return false;
  const sha256 = own(hashes, 'sha256');
  return sha256 === undefined || typeof sha256 === 'string';
}
