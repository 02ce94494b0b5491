// Inviting, joining, leaving, kicking and banning: each is one member event, judged in the room's lane.
// Client-Server API, "Room membership".
import type { RoomDraft } from '#databases/rooms/room-draft';
import { appendEvent } from '#domain/rooms/append-event';
import { membershipIn, requireProfile } from '#domain/rooms/members';
import { findAuthoriser } from '#domain/rooms/restricted-join';
import type { MemberProfile, Rooms, Sender } from '#domain/rooms/rooms';
import type { Membership } from '#protocol/matrix/event';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';
import { appendedBytesEstimate } from '#support/limits';

interface MemberChange {
  readonly sender: UserId;
  readonly target: UserId;
  readonly membership: Membership;
  readonly profile?: MemberProfile;
  readonly reason?: string | undefined;
  readonly extra?: JsonObject;
}

async function appendMember(rooms: Rooms, draft: RoomDraft, change: MemberChange): Promise<void> {
  const { sender, target, membership, profile, reason, extra } = change;
  await appendEvent(rooms, draft, {
    type: 'm.room.member',
    sender,
    stateKey: target,
    content: { ...profile, ...extra, membership, ...(reason === undefined ? {} : { reason }) },
    atMs: rooms.clock.now(),
  });
}

/** Comes before any word about somebody else's membership, of which those outside may learn nothing. */
async function requireMember(draft: RoomDraft, sender: Sender): Promise<void> {
  if ((await membershipIn(draft, sender.userId)) !== 'join') {
    throw new ProtocolError('forbidden', 'You are not in this room.');
  }
}

/** Joins; joining a room that one is in changes nothing. */
export async function joinRoom(rooms: Rooms, sender: Sender, room: RoomId, reason?: string): Promise<void> {
  const profile = await requireProfile(rooms, sender.userId);
  await rooms.lanes.submit(room, appendedBytesEstimate, async (draft, writer) => {
    const before = await membershipIn(draft, sender.userId);
    if (before === 'join') return;
    const authoriser = before === 'invite' ? undefined : await findAuthoriser(draft, writer, sender.userId);
    const extra = authoriser === undefined ? {} : { join_authorised_via_users_server: authoriser };
    await appendMember(rooms, draft, {
      sender: sender.userId,
      target: sender.userId,
      membership: 'join',
      profile,
      reason,
      extra,
    });
  });
}

/** Changes the membership of somebody else. */
export type ChangeMember = (
  rooms: Rooms,
  sender: Sender,
  room: RoomId,
  target: UserId,
  reason?: string,
) => Promise<void>;

export const inviteUser: ChangeMember = async (rooms, sender, room, target, reason) => {
  const profile = await requireProfile(rooms, target);
  await rooms.lanes.submit(room, appendedBytesEstimate, (draft) =>
    appendMember(rooms, draft, { sender: sender.userId, target, membership: 'invite', profile, reason }),
  );
};

/** Leaves, or declines an invite; leaving a room that one has left changes nothing. */
export async function leaveRoom(rooms: Rooms, sender: Sender, room: RoomId, reason?: string): Promise<void> {
  await rooms.lanes.submit(room, appendedBytesEstimate, async (draft) => {
    if ((await membershipIn(draft, sender.userId)) === 'leave') return;
    await appendMember(rooms, draft, {
      sender: sender.userId,
      target: sender.userId,
      membership: 'leave',
      reason,
    });
  });
}

export const kickUser: ChangeMember = (rooms, sender, room, target, reason) =>
  removeUser(rooms, { sender, room, target, reason }, (before) => {
    if (before === undefined || before === 'leave' || before === 'ban') {
      throw new ProtocolError('forbidden', `${target} is not in this room.`);
    }
  });

export const banUser: ChangeMember = async (rooms, sender, room, target, reason) => {
  await rooms.lanes.submit(room, appendedBytesEstimate, (draft) =>
    appendMember(rooms, draft, { sender: sender.userId, target, membership: 'ban', reason }),
  );
};

export const unbanUser: ChangeMember = (rooms, sender, room, target, reason) =>
  removeUser(rooms, { sender, room, target, reason }, (before) => {
    if (before !== 'ban') throw new ProtocolError('badState', `${target} is not banned from this room.`);
  });

interface Removal {
  readonly sender: Sender;
  readonly room: RoomId;
  readonly target: UserId;
  readonly reason: string | undefined;
}

/** Ends somebody else's membership, where `check` has nothing against it. */
async function removeUser(
  rooms: Rooms,
  { sender, room, target, reason }: Removal,
  check: (before: Membership | undefined) => void,
): Promise<void> {
  await rooms.lanes.submit(room, appendedBytesEstimate, async (draft) => {
    await requireMember(draft, sender);
    check(await membershipIn(draft, target));
    await appendMember(rooms, draft, { sender: sender.userId, target, membership: 'leave', reason });
  });
}

/** Takes a room that one has left out of sight for good. Throws `unknown` while one is still in it. */
export async function forgetRoom(rooms: Rooms, sender: Sender, room: RoomId): Promise<void> {
  await rooms.database.write(
    async (writer) => {
      const standing = await writer.membership(sender.userId, room);
      if (!standing) throw new ProtocolError('notFound', 'You were never in such a room.');
      if (standing.membership !== 'leave' && standing.membership !== 'ban') {
        throw new ProtocolError('unknown', 'Leave the room before you forget it.');
      }
      await writer.forget(sender.userId, room);
    },
    { idempotent: true },
  );
}
