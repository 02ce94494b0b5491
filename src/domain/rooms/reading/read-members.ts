// Who is in a room, and which rooms a user is in. Client-Server API, "Getting events for a room".
import { laterOf, type Position } from '#databases/positions';
import { parseHistoryToken } from '#domain/rooms/reading/position-tokens';
import { type Audience, presentState } from '#domain/rooms/reading/present-events';
import { stateEvents } from '#domain/rooms/reading/read-state';
import {
  type Asker,
  type JsonText,
  jsonArrayText,
  jsonObjectText,
  type Reading,
} from '#domain/rooms/reading/reading';
import { checkJoined, type RoomView, readableRoom } from '#domain/rooms/reading/room-view';
import { type Membership, membershipOf } from '#protocol/matrix/event';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { ownString } from '#protocol/matrix/json';

export interface MembersWanted {
  /** A token: the members as of there, instead of now. */
  readonly at?: string | undefined;
  readonly membership?: Membership | undefined;
  readonly notMembership?: Membership | undefined;
}

/**
 * The member events of a room, as JSON of the operation's answer.
 * @throws ProtocolError forbidden; invalidParam for a token that is none
 */
export function readMembers(
  { rooms, clock }: Reading,
  asker: Asker,
  room: RoomId,
  { at, membership, notMembership }: MembersWanted,
): Promise<JsonText> {
  const atPosition = at === undefined ? undefined : parseHistoryToken(at);
  return rooms.read(async (reader) => {
    const { view, through } = await readableRoom(reader, asker.userId, room);
    const asOf = earlierOf(through, since(view, atPosition));
    const entries = await (asOf ? reader.stateAt(room, asOf) : reader.state(room, 'm.room.member'));
    const memberEntries = entries.filter(({ type }) => type === 'm.room.member');
    const members = await stateEvents(reader, room, memberEntries);
    // "the two parameters create an 'or' condition"
    const wanted = members.filter(({ pdu }) => {
      if (membership === undefined && notMembership === undefined) return true;
      const stated = membershipOf(pdu);
      if (membership !== undefined && stated === membership) return true;
      return notMembership !== undefined && stated !== notMembership;
    });
    const audience: Audience = { deviceId: asker.deviceId, nowMs: clock.now(), withRoomId: true };
    return jsonObjectText({ chunk: jsonArrayText(await presentState(reader, view, audience, wanted)) });
  });
}

/** Who was in the room before the user came is not theirs to ask. */
function since({ memberSince }: RoomView, at: Position | undefined): Position | undefined {
  return at === undefined || memberSince === undefined ? at : laterOf(at, memberSince);
}

function earlierOf(a: Position | undefined, b: Position | undefined): Position | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/**
 * The names and avatars of those who are in a room.
 * @throws ProtocolError forbidden unless the asker is among them
 */
export function readJoinedMembers(
  { rooms }: Reading,
  asker: Asker,
  room: RoomId,
): Promise<{ joined: Record<UserId, { display_name?: string; avatar_url?: string }> }> {
  return rooms.read(async (reader) => {
    await checkJoined(reader, asker.userId, room);
    const members = await reader.members(room, 'join');
    const joined: Record<UserId, { display_name?: string; avatar_url?: string }> = {};
    for (const { user, at, event } of members) {
      const member = await reader.stateEntryEvent(room, { type: 'm.room.member', stateKey: user, at, event });
      const displayName = member && ownString(member.pdu.content, 'displayname');
      const avatarUrl = member && ownString(member.pdu.content, 'avatar_url');
      joined[user] = {
        ...(displayName === undefined ? {} : { display_name: displayName }),
        ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
      };
    }
    return { joined };
  });
}

/** The rooms that a user is in: one range read. */
export async function readJoinedRooms({ rooms }: Reading, user: UserId): Promise<RoomId[]> {
  const memberships = await rooms.read((reader) => reader.memberships(user));
  return memberships.filter(({ membership }) => membership === 'join').map(({ room }) => room);
}
