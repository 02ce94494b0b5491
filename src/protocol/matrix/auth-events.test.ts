// Which events authorise an event. Server-Server API, "Auth events selection". What is wrong with a list of others is
// among the cases of the authorisation rules.
import { describe, expect, it } from 'vitest';
import { authEventKeys, checkAuthEvents } from '#protocol/matrix/auth-events';
import { authoriseByAuthEvents } from '#protocol/matrix/auth-rules';
import { roomVersions } from '#protocol/matrix/room-versions';
import {
  alice,
  bob,
  by,
  carol,
  type Fields,
  join,
  joinRule,
  levels,
  membership,
  message,
  redeem,
  restricted,
  roomOf,
} from '#test/fixtures/auth-room';

describe.each([...roomVersions.keys()])('auth_events in room version %s', (id) => {
  const { version, create, begun, pdu } = roomOf(id);
  const { first, inRoom } = begun();

  const createKey = version.createInAuthEvents ? [['m.room.create', '']] : [];
  const power = ['m.room.power_levels', ''];
  const member = (user: string) => ['m.room.member', user];
  const rules = ['m.room.join_rules', ''];
  it.each<[string, Fields, string[][]]>([
    ['a message', message(bob), [power, member(bob)]],
    [
      'a join with a stray third-party invite',
      join(carol, { third_party_invite: { signed: { token: 'token' } } }),
      [power, member(carol), rules],
    ],
    ['the membership of nobody', by(bob, '', 'leave'), [power, member(bob), member('')]],
    ['what only looks like a join', { ...join(carol), type: 'x' }, [power, member(carol)]],
    ['a join', join(carol), [power, member(carol), rules]],
    ['a leave', by(bob, carol, 'leave'), [power, member(bob), member(carol)]],
    ['an invite', by(bob, carol, 'invite'), [power, member(bob), member(carol), rules]],
    ['a knock', membership(carol, 'knock'), [power, member(carol), rules]],
    [
      'a restricted join',
      restricted(bob),
      [power, member(carol), rules, ...(version.restrictedJoins ? [member(bob)] : [])],
    ],
    ['a join that one authorises oneself', restricted(carol), [power, member(carol), rules]],
    ['a join that nobody can have authorised', restricted(1 as never), [power, member(carol), rules]],
    [
      'an invite with a stray authoriser',
      membership(carol, 'invite', {
        sender: bob,
        content: { membership: 'invite', join_authorised_via_users_server: alice },
      }),
      [power, member(bob), member(carol), rules],
    ],
    [
      'a redeemed invite',
      redeem({ signed: { mxid: carol, token: 'token' } }),
      [power, member(bob), member(carol), rules, ['m.room.third_party_invite', 'token']],
    ],
    ['a broken invite', redeem({ signed: 1 }), [power, member(bob), member(carol), rules]],
    [
      'a member event without a member',
      { ...join(bob), state_key: undefined } as never,
      [power, member(bob), rules],
    ],
  ])('chooses what authorises %s', (_, event, keys) => {
    expect(authEventKeys(inRoom(event), version)).toEqual([...createKey, ...keys]);
  });

  it('chooses none for the create event', () => {
    expect(authEventKeys(create(), version)).toEqual([]);
  });

  it('are judged in the order of the text, not of the list', () => {
    const event = (fields: Fields, rejected = false) => ({ event: pdu(inRoom(fields)), rejected });
    const listed = [
      event({ ...join(bob), room_id: '!other:a.org' }),
      event(levels({}), true),
      event(joinRule('public')),
      event(joinRule('invite')),
      { event: first, rejected: false },
    ];
    const rule = version.createInAuthEvents ? '2' : '3';
    const judged = (count: number) => checkAuthEvents(inRoom(message(bob)), version, listed.slice(0, count));
    expect([4, 3, 2, 1].map((count) => judged(count))).toMatchObject([
      { rule: `${rule}.1` },
      { rule: `${rule}.2` },
      { rule: `${rule}.3` },
      { rule: version.createInAuthEvents ? '2.4' : '3.5' },
    ]);
  });

  it('tell types and state keys apart however they are cut', () => {
    const event = (fields: Fields) => ({ event: pdu(inRoom(fields)), rejected: false });
    const odd = event({ ...levels({}), type: 'm.room.member@b', state_key: 'ob:b.org' });
    const verdict = checkAuthEvents(inRoom(message(bob)), version, [event(join(bob)), odd]);
    expect(verdict).toMatchObject({ rule: version.createInAuthEvents ? '2.2' : '3.2' });
  });

  it('do not authorise a create event, which is judged by itself', () => {
    expect(authoriseByAuthEvents(create(), version, [], undefined)).toMatchObject({ allowed: true });
  });
});
