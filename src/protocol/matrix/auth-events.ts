// Which events of the state give a sender the right to send an event, and whether those that an event names are they.
// Server-Server API, "Auth events selection"; room versions 11 (rule 2) and 12 (rule 3).
import { allowed, refused, type Verdict } from '#protocol/matrix/auth/verdict';
import type { EventDraft, Pdu } from '#protocol/matrix/event';
import { ownObject, ownString } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';

export type StateKey = readonly [type: string, stateKey: string];

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
  if (membership === 'join') {
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
 * The rules on an event's `auth_events`, numbered as in version 12 from 3.1; in version 11 they are 2.1 to 2.5.
 * Create events are exempt by rule 1, which ends before these.
 */
export function checkAuthEvents(
  event: EventDraft,
  version: RoomVersion,
  authEvents: readonly AuthEvent[],
): Verdict {
  const rule = version.createInAuthEvents ? '2' : '3';
  const expected = new Set(authEventKeys(event, version).map(keyText));
  const seen = new Set<string>();
  for (const { event: each, rejected } of authEvents) {
    const key = keyText([each.type, each.state_key ?? '']);
    // 1. If there are duplicate entries for a given type and state_key pair, reject.
    if (seen.has(key)) return refused(`${rule}.1`, `auth_events names ${each.type} twice.`);
    seen.add(key);
    // 2. If there are entries that the selection algorithm would not have chosen, reject.
    if (each.state_key === undefined || !expected.has(key)) {
      return refused(`${rule}.2`, `auth_events names ${each.type}, which gives no right to this event.`);
    }
    // 3. If there are entries which were themselves rejected, reject.
    if (rejected) return refused(`${rule}.3`, `auth_events names a rejected ${each.type}.`);
  }
  // 4. (up to version 11) If there is no create event among the entries, reject.
  if (version.createInAuthEvents && !seen.has(keyText(['m.room.create', '']))) {
    return refused(`${rule}.4`, 'auth_events does not name the create event.');
  }
  // 5. If any entry has another room_id than the event, reject.
  const stranger = authEvents.find(({ event: each }) => each.room_id !== event.room_id);
  if (stranger !== undefined) return refused(`${rule}.5`, 'auth_events names an event of another room.');
  return allowed;
}

function keyText([type, stateKey]: StateKey): string {
  return JSON.stringify([type, stateKey]);
}
