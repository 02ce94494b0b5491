// What clients need to name a room that has no name, read from the room as it stands. Client-Server API, "GET /sync",
// RoomSummary.
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { heroesAmong, heroMemberships, isNamed, type RoomSummary } from '#protocol/matrix/room-summary';

/** Counts, and heroes where the room has neither name nor alias: four point reads and, for those, the list of members. */
export async function summariseRoom(reader: RoomsReader, user: UserId, room: RoomId): Promise<RoomSummary> {
  const [joined, invited, name, alias] = await Promise.all([
    reader.memberCount(room, 'join'),
    reader.memberCount(room, 'invite'),
    reader.stateEvent(room, 'm.room.name', ''),
    reader.stateEvent(room, 'm.room.canonical_alias', ''),
  ]);
  return {
    'm.joined_member_count': joined,
    'm.invited_member_count': invited,
    ...(isNamed(name?.pdu, alias?.pdu) ? {} : { 'm.heroes': await heroes(reader, user, room) }),
  };
}

async function heroes(reader: RoomsReader, user: UserId, room: RoomId): Promise<readonly UserId[]> {
  for (const memberships of heroMemberships) {
    const lists = await Promise.all(memberships.map((membership) => reader.members(room, membership)));
    const found = heroesAmong(lists.flat(), user);
    if (found.length > 0) return found;
  }
  return [];
}
