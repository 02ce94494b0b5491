// What a room is to one of this server's users: whether they are in it, since when, and up to where it was theirs to
// see. Client-Server API, "Room History Visibility".
import type { Position } from '#databases/positions';
import type { RoomsReader, UserMembership } from '#databases/rooms/rooms-reader';
import { type Membership, membershipOf } from '#protocol/matrix/event';
import { historyVisibilityOf } from '#protocol/matrix/history-visibility';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

export interface RoomView {
  readonly user: UserId;
  readonly room: RoomId;
  /** The user's membership now. */
  readonly membership: Membership | undefined;
  /** Of one who is in the room: the event from which on they have been, without a break. */
  readonly memberSince?: Position;
  /** Of one who has been in the room: the last event by which they joined, or said something new of themselves. */
  readonly lastJoinedAt?: Position;
  /** Of one who was in the room and is not now: the event that ended it. */
  readonly leftAt?: Position;
}

/** How a room stands to a user now: two or three point reads, for one who has left a short walk back. */
export async function viewRoom(reader: RoomsReader, user: UserId, room: RoomId): Promise<RoomView> {
  const standing = await reader.membership(user, room);
  return standing ? viewOfStanding(reader, user, standing) : { user, room, membership: undefined };
}

export async function viewOfStanding(
  reader: RoomsReader,
  user: UserId,
  standing: UserMembership,
): Promise<RoomView> {
  const { room, membership } = standing;
  if (membership === 'join') {
    // Where the room's state took the join up: on a fork that may be long after the event itself came.
    const { at } = standing;
    return { user, room, membership, memberSince: at, lastJoinedAt: at };
  }
  const past =
    standing.hasJoined && !standing.forgotten ? await pastMembership(reader, user, room) : undefined;
  return { user, room, membership, ...past };
}

/** Walks back through the user's memberships to the last time they were in the room. */
async function pastMembership(
  reader: RoomsReader,
  user: UserId,
  room: RoomId,
): Promise<{ lastJoinedAt: Position; leftAt: Position } | undefined> {
  let leftAt: Position | undefined;
  for (let before: { before?: Position } = {}; ; ) {
    const entries = await reader.stateHistory(room, 'm.room.member', user, {
      ...before,
      reverse: true,
      limit: stepsAtOnce,
    });
    for (const { at, event } of entries) {
      const state = event && (await reader.anyEvent(event));
      if (membershipOf(state?.pdu) === 'join') return leftAt && { lastJoinedAt: at, leftAt };
      leftAt = at;
      before = { before: at };
    }
    if (entries.length < stepsAtOnce) return undefined;
  }
}

const stepsAtOnce = 8;

/** True where everybody may read the room as it is now. */
export async function isWorldReadable(reader: RoomsReader, room: RoomId): Promise<boolean> {
  const event = await reader.stateEvent(room, 'm.room.history_visibility', '');
  return historyVisibilityOf(event?.pdu) === 'world_readable';
}

/** How far a user may read a room: `through` is where it ends for one who has left. */
export interface ReadableRoom {
  readonly view: RoomView;
  readonly through: Position | undefined;
}

/**
 * The room, for one who may read it: who is in it, or everybody where it is world-readable now, as it is now; who was
 * in it, as it was when they left.
 * @throws ProtocolError forbidden for everyone else, whether or not there is such a room
 */
export async function readableRoom(reader: RoomsReader, user: UserId, room: RoomId): Promise<ReadableRoom> {
  const view = await viewRoom(reader, user, room);
  if (view.membership === 'join') return { view, through: undefined };
  if (await isWorldReadable(reader, room)) return { view, through: undefined };
  if (view.leftAt) return { view, through: view.leftAt };
  throw new ProtocolError('forbidden', 'You are not in this room.');
}

/** @throws ProtocolError forbidden unless the user is in the room now */
export async function checkJoined(reader: RoomsReader, user: UserId, room: RoomId): Promise<void> {
  const standing = await reader.membership(user, room);
  if (standing?.membership !== 'join') throw new ProtocolError('forbidden', 'You are not in this room.');
}
