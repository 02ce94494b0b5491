// The member events of those who sent what is shown, as `lazy_load_members` asks for them. Client-Server API,
// "Lazy-loading room members".
import type { Position } from '#databases/positions';
import type { TimelineEvent } from '#databases/rooms/records';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { stateKeyThrough } from '#domain/rooms/reading/read-state';
import type { RoomId } from '#protocol/matrix/identifiers';

/** The member events of `users` once everything up to `through` had happened, of those who then had one. */
export async function memberEvents(
  reader: RoomsReader,
  room: RoomId,
  users: Iterable<string>,
  through: Position | undefined,
): Promise<TimelineEvent[]> {
  const members: TimelineEvent[] = [];
  for (const user of users) {
    const member = await stateKeyThrough(reader, room, through, 'm.room.member', user);
    if (member) members.push(member);
  }
  return members;
}
