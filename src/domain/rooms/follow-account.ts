// What rooms make of changes to an account: a new profile is told to each room, a deactivated account leaves them all.
// Both may be run again after a crash and then change only what is still to be changed.
// Client-Server API, "Profiles" ("Events on Change of Profile Information") and "POST /account/deactivate".
import { appendEvent } from '#domain/rooms/append-event';
import { leaveRoom } from '#domain/rooms/membership';
import type { MemberProfile, Rooms } from '#domain/rooms/rooms';
import { membershipOf } from '#protocol/matrix/event';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';
import { appendedBytesEstimate, roomsAtOnceMax } from '#support/limits';

/** Gives the user's member event in every joined room the profile, where it has another. */
export async function spreadProfile(rooms: Rooms, user: UserId, profile: MemberProfile): Promise<void> {
  const shown = { displayname: profile.displayname, avatar_url: profile.avatar_url };
  await inRooms(rooms, user, ['join'], async (room) => {
    await rooms.lanes.submit(room, appendedBytesEstimate, async (draft) => {
      const current = (await draft.stateEvent('m.room.member', user))?.pdu;
      if (!current || membershipOf(current) !== 'join') return;
      const { displayname, avatar_url, ...rest } = current.content;
      if (displayname === shown.displayname && avatar_url === shown.avatar_url) return;
      // Who vouched for the join and why it was made do not belong to a change of the profile.
      const { join_authorised_via_users_server: _, reason: __, third_party_invite: ___, ...kept } = rest;
      const content = { ...kept, ...definedOf(shown) };
      await appendEvent(rooms, draft, {
        type: 'm.room.member',
        sender: user,
        stateKey: user,
        content,
        atMs: rooms.clock.now(),
      });
    });
  });
}

/** Leaves every room, and declines every invite. */
export async function leaveAllRooms(rooms: Rooms, user: UserId): Promise<void> {
  await inRooms(rooms, user, ['join', 'invite', 'knock'], (room) =>
    leaveRoom(rooms, { userId: user, deviceId: '' }, room),
  );
}

async function inRooms(
  rooms: Rooms,
  user: UserId,
  memberships: readonly string[],
  act: (room: RoomId) => Promise<void>,
): Promise<void> {
  const standings = await rooms.database.read((reader) => reader.memberships(user));
  const waiting = standings.filter(({ membership }) => memberships.includes(membership));
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      // A room whose rules forbid it (a restricted one, say, that would not let the user in again) is left as it is.
      await act(next.room).catch((error: unknown) => {
        if (!(error instanceof ProtocolError && error.kind === 'forbidden')) throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: roomsAtOnceMax }, work));
}

function definedOf<T extends Record<string, string | undefined>>(fields: T): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
