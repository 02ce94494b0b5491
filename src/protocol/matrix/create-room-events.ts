// The events that a new room begins with, in their order. Client-Server API, "POST /createRoom".
import { isUserId, type RoomAlias, type UserId } from '#protocol/matrix/identifiers';
import { type JsonObject, type JsonValue, own } from '#protocol/matrix/json';
import { levelDefaults } from '#protocol/matrix/power-levels';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';

export type RoomPreset = 'private_chat' | 'public_chat' | 'trusted_private_chat';

/** The parts of a createRoom request that become events. */
export interface CreateRoomRequest {
  readonly visibility?: 'public' | 'private' | undefined;
  readonly preset?: RoomPreset | undefined;
  readonly name?: string | undefined;
  readonly topic?: string | undefined;
  readonly invite?: readonly UserId[] | undefined;
  readonly is_direct?: boolean | undefined;
  readonly creation_content?: JsonObject | undefined;
  readonly initial_state?: readonly InitialStateEvent[] | undefined;
  readonly power_level_content_override?: JsonObject | undefined;
}

export interface InitialStateEvent {
  readonly type: string;
  readonly state_key?: string | undefined;
  readonly content: JsonObject;
}

export interface CreateRoomFacts {
  readonly creator: UserId;
  readonly version: RoomVersion;
  /** The alias made of `room_alias_name`. */
  readonly alias?: RoomAlias | undefined;
  /** What member events show of a user, such as `displayname`. */
  readonly profileOf: (userId: UserId) => JsonObject;
}

/** A state event to be: its sender is the creator. */
export interface StateProposal {
  readonly type: string;
  readonly state_key: string;
  readonly content: JsonObject;
}

/** Levels above `state_default` for what shapes a room; in version 12 an upgrade is beyond everybody but creators. */
const administratorLevel = 100;
const tombstoneLevelOfPrivilegedCreators = 150;

/**
 * The room's first state events. Whether each is allowed is for the authorisation rules to say.
 * Throws `badJson` for `additional_creators` that are no user ids.
 */
export function createRoomEvents(request: CreateRoomRequest, facts: CreateRoomFacts): StateProposal[] {
  const { creator, alias, profileOf } = facts;
  const preset = request.preset ?? (request.visibility === 'public' ? 'public_chat' : 'private_chat');
  const invited = [...new Set(request.invite ?? [])];
  const peers = preset === 'trusted_private_chat' ? invited : [];
  const named = namingEvents(request);
  const initial = (request.initial_state ?? []).map(({ type, state_key, content }) => ({
    type,
    state_key: state_key ?? '',
    content,
  }));
  return [
    stateEvent('m.room.create', createContent(request, facts, peers)),
    { ...stateEvent('m.room.member', { ...profileOf(creator), membership: 'join' }), state_key: creator },
    stateEvent('m.room.power_levels', powerLevelsContent(request, facts, peers)),
    ...(alias === undefined ? [] : [stateEvent('m.room.canonical_alias', { alias })]),
    // initial_state outweighs the preset, and name and topic outweigh initial_state.
    ...presetEvents(preset).filter((each) => !holds(initial, each)),
    ...initial.filter((each) => !holds(named, each)),
    ...named,
    ...invited.map((userId) => ({
      ...stateEvent('m.room.member', {
        ...profileOf(userId),
        membership: 'invite',
        ...(request.is_direct === true ? { is_direct: true } : {}),
      }),
      state_key: userId,
    })),
  ];
}

function createContent(
  { creation_content }: CreateRoomRequest,
  { creator, version }: CreateRoomFacts,
  peers: readonly UserId[],
): JsonObject {
  // `creator` is the server's to give, and from version 11 on the event's sender says it.
  const { creator: _, ...content } = creation_content ?? {};
  if (version.creator === 'content') return { ...content, creator, room_version: version.id };
  if (!version.privilegedCreators) return { ...content, room_version: version.id };
  const stated: JsonValue = own(content, 'additional_creators') ?? [];
  if (!Array.isArray(stated) || !stated.every((each) => typeof each === 'string' && isUserId(each))) {
    throw new ProtocolError('badJson', 'additional_creators is an array of user ids.');
  }
  const additional = new Set<string>([...stated, ...peers]);
  additional.delete(creator);
  const { additional_creators: __, ...rest } = content;
  return {
    ...rest,
    ...(additional.size > 0 ? { additional_creators: [...additional] } : {}),
    room_version: version.id,
  };
}

function powerLevelsContent(
  { power_level_content_override }: CreateRoomRequest,
  { creator, version }: CreateRoomFacts,
  peers: readonly UserId[],
): JsonObject {
  const privileged = version.privilegedCreators;
  const administrators = privileged ? [] : [creator, ...peers];
  return {
    ...levelDefaults,
    events: {
      'm.room.avatar': levelDefaults.state_default,
      'm.room.canonical_alias': levelDefaults.state_default,
      'm.room.encryption': administratorLevel,
      'm.room.history_visibility': administratorLevel,
      'm.room.name': levelDefaults.state_default,
      'm.room.power_levels': administratorLevel,
      'm.room.server_acl': administratorLevel,
      'm.room.tombstone': privileged ? tombstoneLevelOfPrivilegedCreators : administratorLevel,
    },
    notifications: { room: 50 },
    users: Object.fromEntries(administrators.map((userId) => [userId, administratorLevel])),
    ...power_level_content_override,
  };
}

function presetEvents(preset: RoomPreset): StateProposal[] {
  const isPublic = preset === 'public_chat';
  return [
    stateEvent('m.room.join_rules', { join_rule: isPublic ? 'public' : 'invite' }),
    stateEvent('m.room.history_visibility', { history_visibility: 'shared' }),
    stateEvent('m.room.guest_access', { guest_access: isPublic ? 'forbidden' : 'can_join' }),
  ];
}

function namingEvents({ name, topic }: CreateRoomRequest): StateProposal[] {
  return [
    ...(name === undefined ? [] : [stateEvent('m.room.name', { name })]),
    ...(topic === undefined
      ? []
      : [stateEvent('m.room.topic', { topic, 'm.topic': { 'm.text': [{ body: topic }] } })]),
  ];
}

function stateEvent(type: string, content: JsonObject): StateProposal {
  return { type, state_key: '', content };
}

function holds(events: readonly StateProposal[], { type, state_key }: StateProposal): boolean {
  return events.some((each) => each.type === type && each.state_key === state_key);
}
