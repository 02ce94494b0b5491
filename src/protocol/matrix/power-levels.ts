// Who may do how much in a room: power levels with their defaults, and the creators who stand above them. Client-Server
// API, "m.room.power_levels"; Server-Server API, "Definitions"; room version 12, "Authorisation rules".
import type { AuthState } from '#protocol/matrix/auth/verdict';
import type { Pdu } from '#protocol/matrix/event';
import type { UserId } from '#protocol/matrix/identifiers';
import { type JsonObject, own, ownObject, ownString } from '#protocol/matrix/json';
import { levelValue } from '#protocol/matrix/level-value';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** An integer, or positive infinity for a creator where the version privileges creators. Compare, never subtract. */
export type PowerLevel = number;

/** What the current events of a room say about power. */
export interface PowerLevels {
  /** Content of `m.room.power_levels`; undefined where the room has none. */
  readonly content: JsonObject | undefined;
  readonly creators: readonly UserId[];
  readonly version: RoomVersion;
}

/** The levels that stand for themselves in the content, and what each is when it is not given. */
export const levelDefaults = {
  ban: 50,
  events_default: 0,
  invite: 0,
  kick: 50,
  redact: 50,
  state_default: 50,
  users_default: 0,
} as const;

export type LevelName = keyof typeof levelDefaults;

/** Level of a sole creator in versions that do not privilege creators, while the room has no power levels. */
const creatorLevelDefault = 100;
/** `notifications`, `room`: "Defaults to 50 if unspecified." Other kinds have no level of their own and share it. */
const notificationLevelDefault = 50;

/** The room's power levels from its create and power levels events. */
export function powerLevels(
  create: Pick<Pdu, 'sender' | 'content'> | undefined,
  levels: Pick<Pdu, 'content'> | undefined,
  version: RoomVersion,
): PowerLevels {
  return { content: levels?.content, creators: create ? creatorsOf(create, version) : [], version };
}

/**
 * The sender of the create event, followed in version 12 by `additional_creators`, each once. Until version 10 it is the
 * user whom the content calls the creator, if it says one.
 */
export function creatorsOf(create: Pick<Pdu, 'sender' | 'content'>, version: RoomVersion): readonly UserId[] {
  if (version.creator === 'content') {
    const creator = ownString(create.content, 'creator');
    return creator === undefined ? [] : [creator as UserId];
  }
  if (!version.privilegedCreators) return [create.sender];
  const known = creatorsByCreate.get(create);
  if (known !== undefined) return known;
  const additional = own(create.content, 'additional_creators');
  const others = Array.isArray(additional) ? additional.filter((each) => typeof each === 'string') : [];
  const creators = [...new Set([create.sender, ...others])] as UserId[];
  creatorsByCreate.set(create, creators);
  return creators;
}

/** Every judgement in a room asks for its creators, of whom a create event can name thousands. */
const creatorsByCreate = new WeakMap<object, readonly UserId[]>();

/** The power of a user, who need not be in the room. */
export function userLevel(levels: PowerLevels, userId: string): PowerLevel {
  const isCreator = (levels.creators as readonly string[]).includes(userId);
  if (isCreator && levels.version.privilegedCreators) return Number.POSITIVE_INFINITY;
  if (levels.content === undefined) return isCreator ? creatorLevelDefault : levelDefaults.users_default;
  const users = ownObject(levels.content, 'users');
  return levelIn(users, userId, levels.version) ?? namedLevel(levels, 'users_default');
}

/** The power that sending events of `type` takes (the "required power level"). */
export function requiredLevel(levels: PowerLevels, type: string, isStateEvent: boolean): PowerLevel {
  const events = levels.content && ownObject(levels.content, 'events');
  return (
    levelIn(events, type, levels.version) ??
    namedLevel(levels, isStateEvent ? 'state_default' : 'events_default')
  );
}

/** The power that inviting, kicking, banning or redacting takes, and the other levels given by name. */
export function namedLevel(levels: PowerLevels, name: LevelName): PowerLevel {
  return levelIn(levels.content, name, levels.version) ?? levelDefaults[name];
}

/** The power that notifying by `kind` takes, such as `room` for @room. */
export function notificationLevel(levels: PowerLevels, kind: string): PowerLevel {
  const notifications = levels.content && ownObject(levels.content, 'notifications');
  return levelIn(notifications, kind, levels.version) ?? notificationLevelDefault;
}

/** What stands under `key` as a level of the version; undefined for nothing, and for what is no level. */
function levelIn(holder: JsonObject | undefined, key: string, version: RoomVersion): number | undefined {
  return holder && levelValue(own(holder, key), version);
}

/** The room's power levels as its state has them. */
export function powerLevelsIn(state: AuthState, version: RoomVersion): PowerLevels {
  return powerLevels(state('m.room.create', ''), state('m.room.power_levels', ''), version);
}

/** True when `sender` has the redact level and so may redact the events of others. Room version 3, "Handling redactions". */
export function mayRedact(sender: string, levels: PowerLevels): boolean {
  return userLevel(levels, sender) >= namedLevel(levels, 'redact');
}
