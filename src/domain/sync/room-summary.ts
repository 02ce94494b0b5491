// What clients need to name a room that has no name. Client-Server API, "GET /sync", RoomSummary.
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import type { Membership } from '#protocol/matrix/event';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { ownString } from '#protocol/matrix/json';

export interface RoomSummary {
  readonly 'm.joined_member_count': number;
  readonly 'm.invited_member_count': number;
  readonly 'm.heroes'?: readonly UserId[];
}

/** Counts, and heroes where the room has neither name nor alias: two point reads and, for those, the list of members. */
export async function summariseRoom(reader: RoomsReader, user: UserId, room: RoomId): Promise<RoomSummary> {
  const [joined, invited, isNamed] = await Promise.all([
    reader.memberCount(room, 'join'),
    reader.memberCount(room, 'invite'),
    hasName(reader, room),
  ]);
  return {
    'm.joined_member_count': joined,
    'm.invited_member_count': invited,
    ...(isNamed ? {} : { 'm.heroes': await heroes(reader, user, room) }),
  };
}

async function hasName(reader: RoomsReader, room: RoomId): Promise<boolean> {
  for (const [type, key] of [
    ['m.room.name', 'name'],
    ['m.room.canonical_alias', 'alias'],
  ] as const) {
    const event = await reader.stateEvent(room, type, '');
    if (event && ownString(event.pdu.content, key)) return true;
  }
  return false;
}

/** "The first 5 members of the room, ordered by stream ordering, which are joined or invited", else those who left. */
async function heroes(reader: RoomsReader, user: UserId, room: RoomId): Promise<UserId[]> {
  const present = await membersOf(reader, user, room, ['join', 'invite']);
  return present.length > 0 ? present : membersOf(reader, user, room, ['leave', 'ban']);
}

async function membersOf(
  reader: RoomsReader,
  user: UserId,
  room: RoomId,
  memberships: readonly Membership[],
): Promise<UserId[]> {
  const lists = await Promise.all(memberships.map((membership) => reader.members(room, membership)));
  return lists
    .flat()
    .filter((member) => member.user !== user)
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, heroesMax)
    .map((member) => member.user);
}

const heroesMax = 5;
