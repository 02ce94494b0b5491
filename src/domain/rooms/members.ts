// What the use cases of rooms ask of a user: the membership in a room under draft, and the profile that member events
// show.
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { MemberProfile, Rooms } from '#domain/rooms/rooms';
import { type Membership, membershipOf } from '#protocol/matrix/event';
import type { UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

/** A user's membership in a room under draft; undefined for one who never had any. */
export async function membershipIn(draft: RoomDraft, user: UserId): Promise<Membership | undefined> {
  return membershipOf((await draft.stateEvent('m.room.member', user))?.pdu);
}

/** The profile of whoever is brought into a room. @throws ProtocolError notFound for one whom this server cannot tell */
export async function requireProfile(rooms: Rooms, user: UserId): Promise<MemberProfile> {
  const profile = await rooms.profileOf(user);
  if (profile) return profile;
  throw new ProtocolError(
    'notFound',
    `${user} has no account here, and rooms reach this server's accounts only.`,
  );
}
