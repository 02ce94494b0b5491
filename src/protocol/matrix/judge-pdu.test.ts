// The three passes: which of them refuses what, and what becomes of the event then.
import { describe, expect, it, vi } from 'vitest';
import type { AuthState } from '#protocol/matrix/auth-rules';
import { stateOf } from '#protocol/matrix/auth-rules';
import type { Pdu } from '#protocol/matrix/event';
import { judgeOnReceipt } from '#protocol/matrix/judge-pdu';
import { roomVersions } from '#protocol/matrix/room-versions';
import {
  alice,
  bob,
  by,
  carol,
  created,
  type Fields,
  join,
  joinRule,
  levels,
  message,
  restricted,
  roomOf,
} from '#test/fixtures/auth-room';

const isAllowed = levels({ users: { [alice]: 100 } });
const isForbidden = levels({ users: { [alice]: 100 }, events_default: 1 });

describe.each([...roomVersions.keys()])('judging on receipt in room version %s', (id) => {
  const { version, pdu, begun, create } = roomOf(id);
  const { first, inRoom } = begun();
  const events = (fields: readonly Fields[]): Pdu[] => fields.map((each) => pdu(inRoom(each)));
  const state = (...fields: Fields[]) => stateOf([first, ...events(fields)]);
  const named = (fields: readonly Fields[]) =>
    [...(version.createInAuthEvents ? [first] : []), ...events(fields)].map((event) => ({
      event,
      rejected: false,
    }));
  const last = version.redactionRule ? '12' : version.privilegedCreators || version.aliasesRule ? '11' : '10';
  const level = version.privilegedCreators || version.aliasesRule ? '8' : '7';

  const judged = (authEvents: Fields[], before: Fields[], current?: Fields[], event = message(bob)) =>
    judgeOnReceipt(inRoom(event), version, {
      authEvents: named(authEvents),
      create: first,
      before: state(...before),
      current: current && state(...current),
    });
  const good = [isAllowed, join(bob)];
  const bad = [isForbidden, join(bob)];

  it('accepts what all three allow', () => {
    expect(judged(good, good, good)).toEqual({ outcome: 'accepted', rule: last });
    expect(judged(good, good)).toEqual({ outcome: 'accepted', rule: last });
  });

  it('says by which rule the last of them allows', () => {
    const invited = [isAllowed, by(bob, carol, 'invite')];
    const byInvite = judged(invited, invited, undefined, join(carol));
    expect(byInvite).toMatchObject({ outcome: 'accepted', rule: expect.stringMatching(/\.4$/) });
    const open = [...invited, joinRule('public')];
    for (const allowing of [
      judged(invited, open, undefined, join(carol)),
      judged(invited, invited, open, join(carol)),
    ]) {
      expect(allowing).toMatchObject({
        outcome: 'accepted',
        rule: expect.stringMatching(version.restrictedJoins ? /\.6$/ : /\.5$/),
      });
    }
  });

  it('rejects by auth events what the state would allow', () => {
    const rejected = { outcome: 'rejected', pass: 'auth-events', rule: level };
    expect(judged(bad, good, good)).toMatchObject(rejected);
    expect(judged(bad, bad, bad)).toMatchObject(rejected);
  });

  it('rejects by the state before what its auth events would allow', () => {
    const rejected = { outcome: 'rejected', pass: 'state-before', rule: level };
    expect(judged(good, bad, good)).toMatchObject(rejected);
    expect(judged(good, bad)).toMatchObject(rejected);
  });

  it('soft-fails what only the state now refuses', () => {
    const verdict = judged(good, good, bad);
    expect(verdict).toMatchObject({ outcome: 'soft-failed', rule: level });
    expect(verdict).toHaveProperty('reason', expect.stringMatching(/power/));
    const left = judged(good, good, [isAllowed, by(bob, bob, 'leave')]);
    expect(left).toMatchObject({
      outcome: 'soft-failed',
      rule: version.aliasesRule || id === '12' ? '6' : '5',
    });
  });

  it('checks the list of auth events, which no state can mend', () => {
    const rule = version.createInAuthEvents ? '2' : '3';
    expect(judged([...good, join(alice)], good, good)).toMatchObject({
      outcome: 'rejected',
      pass: 'auth-events',
      rule: `${rule}.2`,
    });
  });

  it('rejects an event of a room that has not begun', () => {
    const judgement = judgeOnReceipt(inRoom(message(bob)), version, {
      authEvents: named(good).filter(({ event }) => event.type !== 'm.room.create'),
      create: undefined,
      before: stateOf([]),
      current: undefined,
    });
    const rule = version.createInAuthEvents ? '2.4' : '2';
    expect(judgement).toMatchObject({ outcome: 'rejected', pass: 'auth-events', rule });
  });

  it('judges a create event by itself', () => {
    const alone = { authEvents: [], create: undefined, before: stateOf([]), current: undefined };
    expect(judgeOnReceipt(create(), version, alone)).toEqual({
      outcome: 'accepted',
      rule: id === '11' ? '1.4' : '1.5',
    });
    expect(judgeOnReceipt(create(created({ room_version: 1 })), version, alone)).toMatchObject({
      outcome: 'rejected',
      pass: 'auth-events',
      rule: '1.3',
    });
  });

  it('reads the state of a message from three keys, and the create event', () => {
    const asked: string[] = [];
    const before: AuthState = (type, stateKey) => {
      asked.push(`${type} ${stateKey}`);
      return state(...good)(type, stateKey);
    };
    const surroundings = { authEvents: named(good), create: first, before, current: undefined };
    expect(judgeOnReceipt(inRoom(message(bob)), version, surroundings).outcome).toBe('accepted');
    expect(asked).toEqual(['m.room.create ', 'm.room.power_levels ', `m.room.member ${bob}`]);
  });
});

it('asks who has signed in every pass', () => {
  const { version, pdu, begun } = roomOf('10');
  const { first, inRoom } = begun();
  const events = [first, ...[joinRule('restricted'), join(bob), levels({})].map((each) => pdu(inRoom(each)))];
  const isSignedBy = vi.fn((server: string) => server === 'b.org');
  const judgement = judgeOnReceipt(inRoom(restricted(bob)), version, {
    authEvents: events.map((event) => ({ event, rejected: false })),
    create: first,
    before: stateOf(events),
    current: stateOf([...events, pdu(inRoom(by(bob, carol, 'ban')))]),
    facts: { isSignedBy },
  });
  expect(judgement).toMatchObject({ outcome: 'soft-failed', rule: '4.3.3' });
  expect(isSignedBy).toHaveBeenCalledTimes(3);
});
