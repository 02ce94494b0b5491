// A small room to judge events in: the tests of the authorisation rules describe cases by what differs from it.
import { type AuthFacts, authorise, stateOf } from '#protocol/matrix/auth-rules';
import type { EventDraft, Pdu } from '#protocol/matrix/event';
import { eventIdOf, roomCreatedBy } from '#protocol/matrix/hashes';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { roomVersion } from '#protocol/matrix/room-versions';

export const alice = '@alice:a.org'; // creator
export const admin = '@admin:a.org'; // 100
export const mod = '@mod:b.org'; // 50
export const bob = '@bob:b.org'; // 0, as all further members
export const carol = '@carol:c.org'; // not in the room

export type Fields = Partial<Omit<EventDraft, 'sender' | 'room_id'>> & {
  sender?: string;
  room_id?: string | undefined;
};

/** What one judgement is about: an event, and what it finds in the room beside the usual. */
export interface Case {
  readonly event: Fields;
  readonly state?: readonly Fields[];
  readonly facts?: AuthFacts;
}

export const hash = (letter: string) => `$${letter.repeat(43)}` as EventId;

export function membership(user: string, kind: string, more: Fields = {}): Fields {
  return { type: 'm.room.member', sender: user, state_key: user, content: { membership: kind }, ...more };
}
export const join = (user: string, content: JsonObject = {}) =>
  membership(user, 'join', { content: { membership: 'join', ...content } });
export const by = (sender: string, target: string, kind: string) => membership(target, kind, { sender });
export const joinRule = (rule: string): Fields => ({
  type: 'm.room.join_rules',
  state_key: '',
  content: { join_rule: rule },
});
export const levels = (content: JsonObject, sender = alice): Fields => ({
  type: 'm.room.power_levels',
  state_key: '',
  sender,
  content,
});

export const message = (sender: string): Fields => ({ type: 'm.room.message', sender });
export const topic = (sender: string): Fields => ({ type: 'm.room.topic', state_key: '', sender });
export const banned = by(admin, carol, 'ban');
export const invited = by(bob, carol, 'invite');
export const restricted = (authoriser: string) =>
  join(carol, { join_authorised_via_users_server: authoriser });
export const offer = (content: JsonObject, sender = bob): Fields => ({
  type: 'm.room.third_party_invite',
  state_key: 'token',
  sender,
  content,
});
export const redeem = (invite: unknown, sender = bob): Fields =>
  membership(carol, 'invite', {
    sender,
    content: { membership: 'invite', third_party_invite: invite } as JsonObject,
  });
/** A room of a version: Alice made it; she, an administrator, a moderator and Bob are in it; it is for the invited. */
export function roomOf(id: string) {
  const version = roomVersion(id);
  const isTwelve = id === '12';
  const base: EventDraft = {
    type: 'm.room.message',
    sender: alice as UserId,
    content: {},
    origin_server_ts: 1,
    depth: 2,
    prev_events: [hash('A')],
    auth_events: [],
  };
  const createFields = {
    type: 'm.room.create',
    state_key: '',
    prev_events: [],
    content: { room_version: id },
  };
  const create = (fields: Fields = {}) =>
    ({ ...base, ...createFields, ...(isTwelve ? {} : { room_id: '!r:a.org' }), ...fields }) as EventDraft;
  const pdu = (draft: EventDraft): Pdu => ({ ...draft, hashes: { sha256: '' }, signatures: {} });
  const users = { ...(isTwelve ? {} : { [alice]: 100 }), [admin]: 100, [mod]: 50 };
  const usual = [
    ...[alice, admin, mod, bob].map((user) => join(user)),
    joinRule('invite'),
    levels({ users }),
  ];

  function judge({ event, state = [], facts = {} }: Case) {
    const begun = pdu(create(state.find((each) => each.type === 'm.room.create')));
    const roomId = roomCreatedBy(begun, version) as RoomId;
    const inRoom = (fields: Fields) => ({ ...base, room_id: roomId, ...fields }) as EventDraft;
    const others = [...usual, ...state].filter((each) => each.type !== 'm.room.create');
    const found = stateOf([begun, ...others.map((each) => pdu(inRoom(each)))]);
    const created = eventIdOf(begun, version);
    const draft = event.type === 'm.room.create' ? create(event) : inRoom(event);
    const prev = draft.prev_events.map((each) => (each === firstEvent ? created : each));
    const verdict = authorise({ ...draft, prev_events: prev }, version, found, facts);
    return verdict.allowed ? 'allowed' : verdict.rule;
  }
  return { version, usual, create, pdu, base, judge };
}

/** Stands for the id of the create event. */
export const firstEvent = hash('F');

/** The number that a rule of version 12 has in version 11, where it is the same rule. */
export function inEleven(rule: string): string {
  const [first, second, ...rest] = rule.split('.').map(Number);
  if (first === 2) return '2.4';
  if (first! < 3) return rule;
  const step = first === 10 && second! > 4 ? second! - 1 : second;
  return [first! - 1, ...(step === undefined ? [] : [step]), ...rest].join('.');
}

export type Pair = readonly [rule: string, what: string, allowed: Case, refused: Case];
