// Inviting, joining, leaving, kicking and banning: each is one member event, judged in the room's lane.
// Client-Server API, "Room membership".
import type { RoomDraft } from '#databases/rooms/room-draft';
import { appendEvent } from '#domain/rooms/append-event';
import { findAuthoriser } from '#domain/rooms/restricted-join';
import type { MemberProfile, Rooms, Sender } from '#domain/rooms/rooms';
import { type Membership, membershipOf } from '#protocol/matrix/event';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';

/** What a member event writes, roughly: three rows of state and the memberships besides the event. */
const memberSizeEstimate = 8_192;

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

async function currentMembership(draft: RoomDraft, user: UserId): Promise<Membership | undefined> {
  return membershipOf((await draft.stateEvent('m.room.member', user))?.pdu);
}

/** Comes before any word about somebody else's membership, of which those outside may learn nothing. */
async function requireMember(draft: RoomDraft, sender: Sender): Promise<void> {
  if ((await currentMembership(draft, sender.userId)) !== 'join') {
    throw new ProtocolError('forbidden', 'You are not in this room.');
  }
}

async function profileOrRefuse(rooms: Rooms, user: UserId): Promise<MemberProfile> {
  const profile = await rooms.profileOf(user);
  if (!profile) {
    throw new ProtocolError(
      'notFound',
      `${user} has no account here, and rooms reach this server's accounts only.`,
    );
  }
  return profile;
}

/** Joins; joining a room that one is in changes nothing. */
export async function joinRoom(rooms: Rooms, sender: Sender, room: RoomId, reason?: string): Promise<void> {
  const profile = await profileOrRefuse(rooms, sender.userId);
  await rooms.lanes.submit(room, memberSizeEstimate, async (draft, writer) => {
    const before = await currentMembership(draft, sender.userId);
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

export async function inviteUser(
  rooms: Rooms,
  sender: Sender,
  room: RoomId,
  target: UserId,
  reason?: string,
): Promise<void> {
  const profile = await profileOrRefuse(rooms, target);
  await rooms.lanes.submit(room, memberSizeEstimate, (draft) =>
    appendMember(rooms, draft, { sender: sender.userId, target, membership: 'invite', profile, reason }),
  );
}

/** Leaves, or declines an invite; leaving a room that one has left changes nothing. */
export async function leaveRoom(rooms: Rooms, sender: Sender, room: RoomId, reason?: string): Promise<void> {
  await rooms.lanes.submit(room, memberSizeEstimate, async (draft) => {
    if ((await currentMembership(draft, sender.userId)) === 'leave') return;
    await appendMember(rooms, draft, {
      sender: sender.userId,
      target: sender.userId,
      membership: 'leave',
      reason,
    });
  });
}

export async function kickUser(
  rooms: Rooms,
  sender: Sender,
  room: RoomId,
  target: UserId,
  reason?: string,
): Promise<void> {
  await rooms.lanes.submit(room, memberSizeEstimate, async (draft) => {
    await requireMember(draft, sender);
    const before = await currentMembership(draft, target);
    if (before === undefined || before === 'leave' || before === 'ban') {
      throw new ProtocolError('forbidden', `${target} is not in this room.`);
    }
    await appendMember(rooms, draft, { sender: sender.userId, target, membership: 'leave', reason });
  });
}

export async function banUser(
  rooms: Rooms,
  sender: Sender,
  room: RoomId,
  target: UserId,
  reason?: string,
): Promise<void> {
  await rooms.lanes.submit(room, memberSizeEstimate, (draft) =>
    appendMember(rooms, draft, { sender: sender.userId, target, membership: 'ban', reason }),
  );
}

export async function unbanUser(
  rooms: Rooms,
  sender: Sender,
  room: RoomId,
  target: UserId,
  reason?: string,
): Promise<void> {
  await rooms.lanes.submit(room, memberSizeEstimate, async (draft) => {
    await requireMember(draft, sender);
    if ((await currentMembership(draft, target)) !== 'ban') {
      throw new ProtocolError('badState', `${target} is not banned from this room.`);
    }
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
