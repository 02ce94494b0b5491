// Which events count as power events, which are applied before all others whatever their time: those that might take an
// ability from somebody. Room version 2, "State resolution", "Definitions".
import { describe, expect, test } from 'vitest';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { EventGraph } from '#protocol/matrix/resolution/event-graph';
import { resolveStateSets } from '#protocol/matrix/resolution/resolve-state-sets';
import { roomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';
import { pduOf } from '#test/fixtures/plain-pdu';

const [ann, bob] = ['@ann:a', '@bob:b'] as UserId[] as [UserId, UserId];
const version = roomVersion('11');

interface Made {
  readonly id: string;
  readonly type: string;
  readonly key?: string;
  readonly sender?: UserId;
  readonly content?: JsonObject;
  readonly auth?: readonly string[];
  readonly time?: number;
}

const member = (id: string, user: UserId, membership: string, more: Partial<Made> = {}): Made => ({
  id,
  type: 'm.room.member',
  key: user,
  sender: user,
  content: { membership },
  ...more,
});
const begun: readonly Made[] = [
  { id: 'create', type: 'm.room.create', content: { room_version: '11' } },
  member('ann', ann, 'join', { auth: ['create'] }),
  {
    id: 'power',
    type: 'm.room.power_levels',
    content: { users: { [ann]: 100 }, state_default: 0 },
    auth: ['create', 'ann'],
  },
  {
    id: 'rules',
    type: 'm.room.join_rules',
    content: { join_rule: 'public' },
    auth: ['create', 'ann', 'power'],
  },
  member('bob', bob, 'join', { auth: ['create', 'power', 'rules'] }),
];
const idOf = (id: string) => `$${id}` as EventId;

/** What stands in the end under the key of two events, of which one state has each. */
function standing(one: Made, other: Made): string {
  const named = [...begun, one, other].map(
    ({ id, type, key = '', sender = ann, content = {}, auth = [], time = 0 }) => ({
      eventId: idOf(id),
      pdu: pduOf({
        type,
        sender,
        content,
        state_key: key,
        room_id: '!r:a' as RoomId,
        origin_server_ts: time,
        auth_events: auth.map(idOf),
      }),
    }),
  );
  const key = ({ type, key: stateKey = '' }: Made) => stateKeyText(type, stateKey);
  const shared = begun.map((each): [string, EventId] => [key(each), idOf(each.id)]);
  const states = [one, other].map((each) => new Map(shared).set(key(each), idOf(each.id)));
  const resolved = resolveStateSets(EventGraph.of(named), version, states);
  return resolved.get(key(one))?.slice(1) ?? 'nothing';
}

const auth = ['create', 'power', 'rules', 'bob'];
const rejoin = member('rejoin', bob, 'join', { auth, time: 5 });

describe('a power event comes first', () => {
  test('a kick, which a join that says it is older undoes', () => {
    const kick = member('kick', bob, 'leave', {
      sender: ann,
      auth: ['create', 'power', 'ann', 'bob'],
      time: 9,
    });
    expect(standing(kick, rejoin)).toBe('rejoin');
  });

  test('a ban, which no join undoes', () => {
    const ban = member('ban', bob, 'ban', { sender: ann, auth: ['create', 'power', 'ann', 'bob'], time: 9 });
    expect(standing(ban, rejoin)).toBe('ban');
  });
});

describe('no power event, so that the newer of two stands', () => {
  test("is a user's own leave", () => {
    expect(standing(member('leave', bob, 'leave', { auth, time: 9 }), rejoin)).toBe('leave');
    expect(standing(member('leave', bob, 'leave', { auth, time: 1 }), rejoin)).toBe('rejoin');
  });

  test('is an invite of somebody else', () => {
    const auth = ['create', 'power', 'rules', 'ann'];
    const invite = (id: string, time: number) =>
      member(id, '@cid:c' as UserId, 'invite', { sender: ann, auth, time });
    expect(standing(invite('newer', 9), invite('older', 5))).toBe('newer');
  });

  test('is an event of another type, whatever membership it states', () => {
    const topic = (id: string, time: number, content: JsonObject): Made => ({
      ...{ id, type: 'm.room.topic', sender: bob, content, time },
      auth: ['create', 'power', 'bob'],
    });
    expect(standing(topic('banning', 9, { membership: 'ban' }), topic('plain', 5, {}))).toBe('banning');
  });
});
