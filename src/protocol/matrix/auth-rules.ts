// Whether an event is allowed, given a state of its room: the authorisation rules of room versions 11 and 12, in their
// order. Rules 2 to 10 of version 11 are rules 3 to 11 of version 12, which puts one about the room id before them.
import { authoriseCreate } from '#protocol/matrix/auth/create';
import { authoriseMember } from '#protocol/matrix/auth/membership';
import { authorisePowerLevels } from '#protocol/matrix/auth/power-levels-event';
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
import { namedLevel, powerLevelsIn, requiredLevel, userLevel } from '#protocol/matrix/power-levels';
import type { RoomVersion } from '#protocol/matrix/room-versions';

export type { AuthFacts, AuthState, Verdict } from '#protocol/matrix/auth/verdict';

/**
 * Judges `event` against `state`, which in version 12 too holds the room's create event. The rule on the event's own
 * `auth_events` is `checkAuthEvents`; `authoriseByAuthEvents` applies both.
 */
export function authorise(
  event: EventDraft,
  version: RoomVersion,
  state: AuthState,
  facts: AuthFacts = {},
): Verdict {
  // Numbered as in version 11; the rule that version 12 inserts moves those behind it.
  const rule = (number: number) => `${version.createInAuthEvents ? number : number + 1}`;
  // 1. If type is m.room.create, its own list decides.
  if (event.type === 'm.room.create') return authoriseCreate(event, version);
  const create = state('m.room.create', '');
  // v12: 2. If room_id is not that of an accepted create event, reject. v11: 2.4. If there is no create event, reject.
  if (create === undefined || !isIn(event, create, version)) {
    const number = version.createInAuthEvents ? '2.4' : '2';
    return refused(number, 'The state has no create event of this room.');
  }
  // 3. If m.federate is false and the sender is not of the server of the create event's sender, reject.
  if (own(create.content, 'm.federate') === false && serverOf(event.sender) !== serverOf(create.sender)) {
    return refused(rule(3), 'The room is not federated.');
  }
  const levels = powerLevelsIn(state, version);
  // 4. If type is m.room.member, its own list decides.
  if (event.type === 'm.room.member') return authoriseMember(event, version, state, create, levels, facts);
  // 5. If the sender's current membership state is not join, reject.
  if (membershipOf(state('m.room.member', event.sender)) !== 'join') {
    return refused(rule(5), 'The sender is not in the room.');
  }
  const power = userLevel(levels, event.sender);
  // 6. If type is m.room.third_party_invite: allow if and only if the sender has the invite level.
  if (event.type === 'm.room.third_party_invite') {
    if (power >= namedLevel(levels, 'invite')) return allowed;
    return refused(`${rule(6)}.1`, 'Inviting takes more power than the sender has.');
  }
  // 7. If the event type's required power level is greater than the sender's power level, reject.
  if (requiredLevel(levels, event.type, isState(event)) > power) {
    return refused(rule(7), `Sending ${event.type} takes more power than the sender has.`);
  }
  // 8. If the event has a state_key that starts with an @ and does not match the sender, reject.
  if (event.state_key?.startsWith('@') && event.state_key !== event.sender) {
    return refused(rule(8), "The state_key is another user's id.");
  }
  // 9. If type is m.room.power_levels, its own list decides.
  if (event.type === 'm.room.power_levels') return authorisePowerLevels(event, version, levels);
  // 10. Otherwise, allow.
  return allowed;
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
  const verdict = checkAuthEvents(event, version, authEvents);
  if (!verdict.allowed) return verdict;
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

/** True when `event` is in the room that `create` began. */
function isIn(event: EventDraft, create: Pdu, version: RoomVersion): boolean {
  return event.room_id !== undefined && event.room_id === roomCreatedBy(create, version);
}
