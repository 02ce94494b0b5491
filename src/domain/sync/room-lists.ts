// Which rooms a sync tells of, and as what: what moved is known in memory, and only where the user's own memberships may
// have moved is anything read.
import { lastPosition, type Position } from '#databases/positions';
import type { UserMembership } from '#databases/rooms/rooms-reader';
import type { SyncParts } from '#domain/sync/sync-parts';
import type { SyncFrame } from '#domain/sync/sync-request';
import type { Watch } from '#domain/sync/watch';
import type { RoomId } from '#protocol/matrix/identifiers';

/** What of the user's memberships moved after the frame was drawn: it must be drawn anew, at or behind `position`. */
export interface Overtaken {
  readonly overtakenAt: Position;
}

/** The rooms of an answer, by what they are to the user. */
export interface RoomLists {
  /** In all the time since the token: what moved in them. */
  readonly steady: readonly RoomId[];
  /** Joined since the token, or all of them in a first sync. */
  readonly fresh: readonly UserMembership[];
  readonly left: readonly UserMembership[];
  readonly invited: readonly UserMembership[];
  readonly knocked: readonly UserMembership[];
}

/** What moved behind the token: from memory, and one range read where the user's own memberships may have. */
export function movedRooms(
  parts: SyncParts,
  frame: SyncFrame,
  watch: Watch,
  since: Position,
): RoomLists | Promise<RoomLists | Overtaken> {
  const { through, asker, request } = frame;
  const moved = request.fullState ? watch.joined : watch.changedRooms(frame.since as SyncFrame['through']);
  const steady = [...moved].filter((room) => watch.joined.has(room));
  const mayHaveMoved =
    watch.membershipsChangedAt > since ||
    since < watch.floor.rooms ||
    // A room that the user has just left, by a change that is not marked yet.
    steady.length < moved.size;
  if (!mayHaveMoved) return { steady, fresh: [], left: [], invited: [], knocked: [] };
  return parts.rooms.read(async (reader) => {
    const changes = await reader.membershipChanges(asker.userId, since, lastPosition);
    const newest = changes.at(-1)?.at;
    if (newest !== undefined && newest > through.rooms) return { overtakenAt: newest };
    const standings = await Promise.all(changes.map(({ room }) => reader.membership(asker.userId, room)));
    const known = standings.filter((standing) => standing !== undefined);
    const changed = new Set(known.map(({ room }) => room));
    return {
      steady: steady.filter((room) => !changed.has(room)),
      ...sorted(known),
    };
  });
}

/** Everything, for a first sync: one range read of the user's memberships. */
export async function allRooms(parts: SyncParts, frame: SyncFrame): Promise<RoomLists | Overtaken> {
  const { through, asker, request } = frame;
  const standings = await parts.rooms.read((reader) => reader.memberships(asker.userId));
  const overtaking = standings.find(({ at }) => at > through.rooms);
  if (overtaking) return { overtakenAt: overtaking.at };
  const { fresh, left, invited, knocked } = sorted(standings);
  const shownLeft = request.filter.room?.include_leave
    ? left.filter(({ hasJoined, forgotten }) => hasJoined && !forgotten)
    : [];
  return { steady: [], fresh, left: shownLeft, invited, knocked };
}

function sorted(standings: readonly UserMembership[]): Omit<RoomLists, 'steady'> {
  const having = (...memberships: string[]) =>
    standings.filter(({ membership }) => memberships.includes(membership));
  return {
    fresh: having('join'),
    left: having('leave', 'ban'),
    invited: having('invite'),
    knocked: having('knock'),
  };
}
