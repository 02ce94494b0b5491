// Which events authorise an event, and what is wrong with a list of others. Server-Server API, "Auth events selection".
import { describe, expect, it } from 'vitest';
import { type AuthEvent, authEventKeys, checkAuthEvents } from '#protocol/matrix/auth-events';
import { authoriseByAuthEvents } from '#protocol/matrix/auth-rules';
import type { EventDraft } from '#protocol/matrix/event';
import { roomCreatedBy } from '#protocol/matrix/hashes';
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

describe.each(['11', '12'])('auth_events in room version %s', (id) => {
  const { version, create, pdu, base } = roomOf(id);
  const begun = pdu(create());
  const inRoom = (fields: Fields) =>
    ({ ...base, room_id: roomCreatedBy(begun, version), ...fields }) as EventDraft;
  const auth = (fields: Fields, rejected = false): AuthEvent => ({ event: pdu(inRoom(fields)), rejected });
  const usual = [
    auth(levels({})),
    auth(join(bob)),
    ...(id === '11' ? [{ event: begun, rejected: false }] : []),
  ];
  const rule = id === '11' ? '2' : '3';
  const judged = (events: readonly AuthEvent[]) => checkAuthEvents(inRoom(message(bob)), version, events);

  it.each([
    ['.1', 'one twice', [auth(levels({ ban: 1 }))]],
    ['.2', 'one that gives no right', [auth(joinRule('public'))]],
    ['.2', 'one that is no state', [auth(message(bob))]],
    ['.2', 'another member', [auth(join(alice))]],
  ])('%s: refuses %s', (number, _, more) => {
    expect(judged(usual)).toEqual({ allowed: true });
    expect(judged([...usual, ...more])).toMatchObject({ allowed: false, rule: rule + number });
  });

  it('.3 and .5: refuses rejected ones and those of other rooms', () => {
    expect(judged([auth(join(bob), true), ...usual.slice(2)])).toMatchObject({ rule: `${rule}.3` });
    const other = auth({ ...join(bob), room_id: '!other:a.org' });
    expect(judged([other, ...usual.slice(2)])).toMatchObject({ rule: `${rule}.5` });
  });

  it('wants the create event among them up to version 11, and not from 12 on', () => {
    const without = judged(usual.slice(0, 2));
    const withIt = judged([...usual.slice(0, 2), { event: begun, rejected: false }]);
    if (id === '11') expect([without, withIt]).toMatchObject([{ rule: '2.4' }, { allowed: true }]);
    else expect([without, withIt]).toMatchObject([{ allowed: true }, { rule: '3.2' }]);
  });

  it('judges by them alone', () => {
    const judgedBy = (events: readonly AuthEvent[], event = inRoom(message(bob))) =>
      authoriseByAuthEvents(event, version, events, begun);
    expect(judgedBy(usual)).toEqual({ allowed: true });
    expect(judgedBy([...usual, ...usual])).toMatchObject({ rule: `${rule}.1` });
    const left = usual.filter((each) => each.event.type !== 'm.room.member');
    expect(judgedBy(left)).toMatchObject({ rule: id === '11' ? '5' : '6' });
    expect(judgedBy([], create())).toEqual({ allowed: true });
    if (id === '12') {
      expect(authoriseByAuthEvents(inRoom(message(bob)), version, usual, undefined)).toMatchObject({
        rule: '2',
      });
    }
  });

  const createKey = id === '11' ? [['m.room.create', '']] : [];
  const power = ['m.room.power_levels', ''];
  const member = (user: string) => ['m.room.member', user];
  const rules = ['m.room.join_rules', ''];
  it.each<[string, Fields, string[][]]>([
    ['a message', message(bob), [power, member(bob)]],
    ['a join', join(carol), [power, member(carol), rules]],
    ['a leave', by(bob, carol, 'leave'), [power, member(bob), member(carol)]],
    ['an invite', by(bob, carol, 'invite'), [power, member(bob), member(carol), rules]],
    ['a knock', membership(carol, 'knock'), [power, member(carol), rules]],
    ['a restricted join', restricted(bob), [power, member(carol), rules, member(bob)]],
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
});
