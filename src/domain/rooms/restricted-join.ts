// Joining a room that is restricted to members of other rooms: this server, which has members who may invite, vouches
// for the user by naming one of them. Room version 8, "Authorization rules"; Client-Server API, "Restricted rooms".
import type { RoomDraft } from '#databases/rooms/room-draft';
import type { RoomsReader } from '#databases/rooms/rooms-reader';
import { draftPower } from '#domain/rooms/room-power';
import { isRoomId, type UserId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject } from '#protocol/matrix/json';
import { namedLevel, userLevel } from '#protocol/matrix/power-levels';

/** Somebody in the room who may invite, if its join rule is restricted and the user fulfils a condition of it. */
export async function findAuthoriser(
  draft: RoomDraft,
  reader: RoomsReader,
  user: UserId,
): Promise<UserId | undefined> {
  const joinRules = (await draft.stateEvent('m.room.join_rules', ''))?.pdu.content;
  const rule = joinRules?.join_rule;
  if (!joinRules || (rule !== 'restricted' && rule !== 'knock_restricted')) return undefined;
  if (!(await fulfilsACondition(joinRules, reader, user))) return undefined;
  const levels = await draftPower(draft);
  const mayInvite = (candidate: UserId) => userLevel(levels, candidate) >= namedLevel(levels, 'invite');
  // Those with a level of their own first; where everybody may invite, any member will do.
  const users = isJsonObject(levels.content?.users) ? levels.content.users : {};
  for (const candidate of [...levels.creators, ...(Object.keys(users) as UserId[])]) {
    if (mayInvite(candidate) && (await reader.isMember(draft.room, 'join', candidate))) return candidate;
  }
  const anyone = (await reader.members(draft.room, 'join'))[0]?.user;
  return anyone !== undefined && mayInvite(anyone) ? anyone : undefined;
}

/** `allow` of the join rules: membership of a room that this server knows. */
async function fulfilsACondition(joinRules: JsonObject, reader: RoomsReader, user: UserId): Promise<boolean> {
  const allow = Array.isArray(joinRules.allow) ? joinRules.allow : [];
  for (const condition of allow) {
    if (!isJsonObject(condition) || condition.type !== 'm.room_membership') continue;
    const { room_id: room } = condition;
    if (typeof room === 'string' && isRoomId(room) && (await reader.isMember(room, 'join', user)))
      return true;
  }
  return false;
}
