// What clients need to name a room that has no name of its own. Client-Server API, "GET /sync", RoomSummary; instant
// messaging, "Calculating the display name for a room".
import type { Membership, Pdu } from '#protocol/matrix/event';
import { isRoomAlias, type UserId } from '#protocol/matrix/identifiers';
import { ownString } from '#protocol/matrix/json';

export interface RoomSummary {
  readonly 'm.joined_member_count': number;
  readonly 'm.invited_member_count': number;
  /** Only for a room without a name. */
  readonly 'm.heroes'?: readonly UserId[];
}

export interface RoomMember {
  readonly user: UserId;
  /** Where the membership stands in the order of the stream: texts that sort as the places do. */
  readonly at: string;
}

/** "This should be the first 5 members of the room … More than 5 members may be provided". */
const heroesMax = 5;

/** Members by these memberships are the heroes; the second only when there is none by the first. */
export const heroMemberships: readonly (readonly Membership[])[] = [
  ['join', 'invite'],
  ['leave', 'ban'],
];

/**
 * The first members "ordered by stream ordering", without `self`: "the list must never include the client's own user ID".
 * Takes time linear in the members.
 */
export function heroesAmong(members: Iterable<RoomMember>, self: UserId): readonly UserId[] {
  const first: RoomMember[] = [];
  for (const member of members) {
    if (member.user === self) continue;
    const place = first.findIndex(({ at }) => member.at < at);
    if (place === -1 && first.length >= heroesMax) continue;
    first.splice(place === -1 ? first.length : place, 0, member);
    first.splice(heroesMax);
  }
  return first.map(({ user }) => user);
}

/**
 * True when the room's state names it, so that no heroes are needed: a name, or a canonical alias that is one.
 * @param name the room's `m.room.name` @param alias its `m.room.canonical_alias`
 */
export function isNamed(
  name: Pick<Pdu, 'content'> | undefined,
  alias: Pick<Pdu, 'content'> | undefined,
): boolean {
  return Boolean(name && ownString(name.content, 'name')) || isRoomAlias(statedAlias(alias));
}

function statedAlias(alias: Pick<Pdu, 'content'> | undefined): string {
  return (alias && ownString(alias.content, 'alias')) ?? '';
}
