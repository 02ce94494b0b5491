// Which events of the state give a sender the right to send an event, and whether those that an event names are they.
// Server-Server API, "Auth events selection"; rule 2 of room versions 1 to 11, rule 3 of version 12.
import { ruleNumbers } from '#protocol/matrix/auth/rule-numbers';
import { type Refusal, refused } from '#protocol/matrix/auth/verdict';
import type { EventDraft, Pdu } from '#protocol/matrix/event';
import { ownObject, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { type StateKey, stateKeyText } from '#protocol/matrix/state-keys';

/** An event that another names among its `auth_events`. */
export interface AuthEvent {
  readonly event: Pdu;
  /** True when it was refused by the checks on receipt itself. */
  readonly rejected: boolean;
}

/** The keys of the state events that `event` is to name as `auth_events`, each once, as far as the state has them. */
export function authEventKeys(
  event: Pick<EventDraft, 'type' | 'sender' | 'state_key' | 'content'>,
  version: RoomVersion,
): StateKey[] {
  if (event.type === 'm.room.create') return [];
  const keys: StateKey[] = [
    ['m.room.power_levels', ''],
    ['m.room.member', event.sender],
  ];
  if (version.createInAuthEvents) keys.unshift(['m.room.create', '']);
  if (event.type !== 'm.room.member') return keys;

  const membership = ownString(event.content, 'membership');
  if (event.state_key !== undefined) addMember(keys, event.state_key);
  if (membership === 'join' || membership === 'invite' || membership === 'knock') {
    keys.push(['m.room.join_rules', '']);
  }
  if (membership === 'invite') {
    const invite = ownObject(event.content, 'third_party_invite');
    const token = invite && ownString(ownObject(invite, 'signed') ?? {}, 'token');
    if (token !== undefined) keys.push(['m.room.third_party_invite', token]);
  }
  if (membership === 'join' && version.restrictedJoins) {
    const authoriser = ownString(event.content, 'join_authorised_via_users_server');
    if (authoriser !== undefined) addMember(keys, authoriser);
  }
  return keys;
}

function addMember(keys: StateKey[], userId: string): void {
  if (!keys.some(([type, stateKey]) => type === 'm.room.member' && stateKey === userId)) {
    keys.push(['m.room.member', userId]);
  }
}

/**
 * The rule on an event's `auth_events`, of which `authEvents` are all; create events are exempt by rule 1. That they are
 * accepted members of the same room is for this rule to say, not for whoever looked them up. Undefined where nothing is
 * wrong with them: then the rules after this one decide.
 */
export function checkAuthEvents(
  event: EventDraft,
  version: RoomVersion,
  authEvents: readonly AuthEvent[],
): Refusal | undefined {
  const { authEvents: at } = ruleNumbers(version);
  const keys = authEvents.flatMap(({ event: { type, state_key: stateKey } }) =>
    stateKey === undefined ? [] : [stateKeyText(type, stateKey)],
  );
  const named = new Set(keys);
  // 1. If there are duplicate entries for a given type and state_key pair, reject.
  if (named.size < keys.length) return refused(at.duplicate, 'auth_events names one piece of state twice.');
  // 2. If there are entries that the selection algorithm would not have chosen, reject.
  const selected = new Set(
    authEventKeys(event, version).map(([type, stateKey]) => stateKeyText(type, stateKey)),
  );
  const isSuperfluous = ({ event: { type, state_key: stateKey } }: AuthEvent) =>
    stateKey === undefined || !selected.has(stateKeyText(type, stateKey));
  const superfluous = authEvents.find(isSuperfluous)?.event;
  if (superfluous !== undefined) {
    return refused(
      at.unselected,
      `auth_events names ${superfluous.type}, which gives no right to this event.`,
    );
  }
  // 3. If there are entries which were themselves rejected, reject.
  if (authEvents.some((each) => each.rejected)) {
    return refused(at.rejected, 'auth_events names an event that was rejected.');
  }
  // 4. (until v11) If there is no create event among the entries, reject.
  if (version.createInAuthEvents && !named.has(stateKeyText('m.room.create', ''))) {
    return refused(at.noCreate, 'auth_events does not name the create event.');
  }
  // 5. If any entry has another room_id than the event, reject.
  if (authEvents.some((each) => each.event.room_id !== event.room_id)) {
    return refused(at.otherRoom, 'auth_events names an event of another room.');
  }
  return undefined;
}
