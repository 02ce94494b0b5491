// Whether an event is allowed, given a state of its room: the authorisation rules of room versions 1 to 12, in their
// order. A step that not all versions have is marked with those that do; `rule-numbers` knows which number each step has
// in which version, and a verdict names the one that decided.
import { authoriseCreate } from '#protocol/matrix/auth/create';
import { authoriseMember } from '#protocol/matrix/auth/membership';
import { authoriseAliases, authoriseRedaction } from '#protocol/matrix/auth/old-rules';
import { authorisePowerLevels } from '#protocol/matrix/auth/power-levels-event';
import { ruleNumbers } from '#protocol/matrix/auth/rule-numbers';
import {
  type AuthFacts,
  type AuthState,
  allowed,
  refused,
  type Verdict,
} from '#protocol/matrix/auth/verdict';
import { type AuthEvent, checkAuthEvents } from '#protocol/matrix/auth-events';
import { type EventDraft, isState, membershipOf, type Pdu } from '#protocol/matrix/event';
import { roomCreatedBy } from '#protocol/matrix/hashes';
import { serverOf } from '#protocol/matrix/identifiers';
import { own } from '#protocol/matrix/json';
import { namedLevel, powerLevels, requiredLevel, userLevel } from '#protocol/matrix/power-levels';
import type { RoomVersion } from '#protocol/matrix/room-versions';

export type { AuthFacts, AuthState, Verdict } from '#protocol/matrix/auth/verdict';

/**
 * Judges `event` against `state`, which in version 12 too holds the room's create event. The rule on the event's own
 * `auth_events` is `checkAuthEvents`; `authoriseByAuthEvents` applies both. Of the state it reads no more than what
 * `authEventKeys` names, and the create event.
 */
export function authorise(
  event: EventDraft,
  version: RoomVersion,
  state: AuthState,
  facts: AuthFacts = {},
): Verdict {
  const at = ruleNumbers(version);
  // If type is m.room.create, its own list decides.
  if (event.type === 'm.room.create') return authoriseCreate(event, version);
  // If there is no create event, or one of another room, reject. (v12: If room_id is not that of an accepted create
  // event, reject.) The text asks it of auth_events; a state that breaks it is no state of the event's room.
  const create = state('m.room.create', '');
  if (create === undefined) {
    return refused(at.room || at.authEvents.noCreate, 'The state has no create event.');
  }
  if (event.room_id === undefined || event.room_id !== roomCreatedBy(create, version)) {
    return refused(at.room || at.authEvents.otherRoom, 'The state is that of another room.');
  }
  // If m.federate is false and the sender is not of the server of the create event's sender, reject.
  if (own(create.content, 'm.federate') === false && serverOf(event.sender) !== serverOf(create.sender)) {
    return refused(at.federate, 'The room is not federated.');
  }
  // (until v5) If type is m.room.aliases, its own list decides.
  if (event.type === 'm.room.aliases' && version.aliasesRule) return authoriseAliases(event, version);
  const levels = powerLevels(create, state('m.room.power_levels', ''), version);
  // If type is m.room.member, its own list decides.
  if (event.type === 'm.room.member') return authoriseMember(event, state, create, levels, facts);
  // If the sender's current membership state is not join, reject.
  if (membershipOf(state('m.room.member', event.sender)) !== 'join') {
    return refused(at.sender, 'The sender is not in the room.');
  }
  const power = userLevel(levels, event.sender);
  // If type is m.room.third_party_invite: allow if and only if the sender has the invite level.
  if (event.type === 'm.room.third_party_invite') {
    if (power >= namedLevel(levels, 'invite')) return allowed(at.thirdPartyInvite.level);
    return refused(at.thirdPartyInvite.level, 'Inviting takes more power than the sender has.');
  }
  // If the event type's required power level is greater than the sender's power level, reject.
  if (requiredLevel(levels, event.type, isState(event)) > power) {
    return refused(at.level, `Sending ${event.type} takes more power than the sender has.`);
  }
  // If the event has a state_key that starts with an @ and does not match the sender, reject.
  if (event.state_key?.startsWith('@') && event.state_key !== event.sender) {
    return refused(at.stateKey, "The state_key is another user's id.");
  }
  // If type is m.room.power_levels, its own list decides.
  if (event.type === 'm.room.power_levels') return authorisePowerLevels(event, levels);
  // (until v2) If type is m.room.redaction, its own list decides.
  if (event.type === 'm.room.redaction' && version.redactionRule) return authoriseRedaction(event, levels);
  // Otherwise, allow.
  return allowed(at.otherwise);
}

/**
 * Judges `event` by the events that it names itself: the rule on `auth_events`, then all others against the state that
 * they make up. `create` is the room's create event, which versions from 12 on do not name among them.
 */
export function authoriseByAuthEvents(
  event: EventDraft,
  version: RoomVersion,
  authEvents: readonly AuthEvent[],
  create: Pdu | undefined,
  facts: AuthFacts = {},
): Verdict {
  if (event.type === 'm.room.create') return authoriseCreate(event, version);
  const room = ruleNumbers(version).room;
  if (room !== '' && (create === undefined || event.room_id !== roomCreatedBy(create, version))) {
    return refused(room, 'The room_id is not that of an accepted create event.');
  }
  const refusal = checkAuthEvents(event, version, authEvents);
  if (refusal !== undefined) return refusal;
  const events = authEvents.map((each) => each.event);
  if (!version.createInAuthEvents && create !== undefined) events.push(create);
  return authorise(event, version, stateOf(events), facts);
}

/** A state that consists of `events`; of two under one key the later stands. */
export function stateOf(events: Iterable<Pdu>): AuthState {
  const byType = new Map<string, Map<string, Pdu>>();
  for (const event of events) {
    if (event.state_key === undefined) continue;
    const byKey = byType.get(event.type) ?? new Map<string, Pdu>();
    byType.set(event.type, byKey.set(event.state_key, event));
  }
  return (type, stateKey) => byType.get(type)?.get(stateKey);
}
