// Whether a user may see an event of a room's history. Client-Server API, "Room History Visibility", "Server behaviour".
import { type Membership, membershipOf, type Pdu } from '#protocol/matrix/event';
import { ownString } from '#protocol/matrix/json';

export type HistoryVisibility = 'world_readable' | 'shared' | 'invited' | 'joined';

/** How the room stood to the user when the event was sent: before the event, if it changes either itself. */
export interface VisibilityFacts {
  readonly visibility: HistoryVisibility;
  readonly membership: Membership | undefined;
  /** True when the user joined the room at any point after the event was sent. */
  readonly joinedAfter: boolean;
}

/** What an `m.room.history_visibility` event states; `shared` without one, or for a value that is not understood. */
export function historyVisibilityOf(event: Pick<Pdu, 'content'> | undefined): HistoryVisibility {
  const stated = event && ownString(event.content, 'history_visibility');
  return stated === 'world_readable' || stated === 'invited' || stated === 'joined' ? stated : 'shared';
}

/**
 * True when `userId` may see `event`. Events that change the visibility, or the user's own membership, count by what
 * holds before or after them, whichever shows more.
 */
export function maySeeEvent(
  event: Pick<Pdu, 'type' | 'state_key' | 'content'>,
  userId: string,
  before: VisibilityFacts,
): boolean {
  if (isVisible(before)) return true;
  if (event.type === 'm.room.history_visibility' && event.state_key === '') {
    return isVisible({ ...before, visibility: historyVisibilityOf(event) });
  }
  if (event.type === 'm.room.member' && event.state_key === userId) {
    return isVisible({ ...before, membership: membershipOf(event) });
  }
  return false;
}

function isVisible({ visibility, membership, joinedAfter }: VisibilityFacts): boolean {
  // 1. If the history_visibility was set to world_readable, allow.
  if (visibility === 'world_readable') return true;
  // 2. If the user's membership was join, allow.
  if (membership === 'join') return true;
  // 3. If it was set to shared, and the user joined the room at any point after the event was sent, allow.
  if (visibility === 'shared' && joinedAfter) return true;
  // 4. If the user's membership was invite, and it was set to invited, allow. 5. Otherwise, deny.
  return membership === 'invite' && visibility === 'invited';
}
