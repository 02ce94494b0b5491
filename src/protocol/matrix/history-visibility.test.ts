// Every combination of visibility and membership by the five rules, and the events that change either. Client-Server
// API, "Room History Visibility".
import { describe, expect, it } from 'vitest';
import type { Membership } from '#protocol/matrix/event';
import {
  type HistoryVisibility,
  historyVisibilityOf,
  maySeeEvent,
} from '#protocol/matrix/history-visibility';

const user = '@bob:b.org';
const message = { type: 'm.room.message', content: {} };
const memberships = ['join', 'invite', 'knock', 'leave', 'ban', undefined] as const;
const visibilities = ['world_readable', 'shared', 'invited', 'joined'] as const;

/** Who sees a message: by visibility, the memberships at the event, without and with a join after it. */
const seen: Record<HistoryVisibility, readonly [readonly unknown[], readonly unknown[]]> = {
  world_readable: [memberships, memberships],
  shared: [['join'], memberships],
  invited: [
    ['join', 'invite'],
    ['join', 'invite'],
  ],
  joined: [['join'], ['join']],
};

describe('a message', () => {
  const cases = visibilities.flatMap((visibility) =>
    memberships.flatMap((membership) =>
      [false, true].map((joinedAfter) => [visibility, membership, joinedAfter] as const),
    ),
  );
  it.each(cases)('in a room that is %s, to one whose membership is %s, joining later: %s', (...facts) => {
    const [visibility, membership, joinedAfter] = facts;
    const expected = seen[visibility][joinedAfter ? 1 : 0].includes(membership);
    expect(maySeeEvent(message, user, { visibility, membership, joinedAfter })).toBe(expected);
  });
});

const changesTo = (value: string, stateKey = '') => ({
  type: 'm.room.history_visibility',
  state_key: stateKey,
  content: { history_visibility: value },
});
const member = (membership: Membership, stateKey = user) => ({
  type: 'm.room.member',
  state_key: stateKey,
  content: { membership },
});

it('a change of visibility is seen by what holds before or after it', () => {
  const outside = { membership: undefined, joinedAfter: false };
  const see = (before: HistoryVisibility, event: object) =>
    maySeeEvent(event as typeof message, user, { ...outside, visibility: before });
  expect(see('world_readable', changesTo('joined'))).toBe(true);
  expect(see('joined', changesTo('world_readable'))).toBe(true);
  expect(see('joined', changesTo('shared'))).toBe(false);
  expect(see('joined', changesTo('world_readable', 'x'))).toBe(false);
});

it("a change of one's own membership is seen by what holds before or after it", () => {
  const see = (visibility: HistoryVisibility, before: Membership | undefined, event: object) =>
    maySeeEvent(event as typeof message, user, { visibility, membership: before, joinedAfter: false });
  expect(see('joined', undefined, member('join'))).toBe(true);
  expect(see('joined', 'join', member('ban'))).toBe(true);
  expect(see('joined', undefined, member('join', '@alice:a.org'))).toBe(false);
  expect(see('invited', undefined, member('invite'))).toBe(true);
  expect(see('joined', undefined, member('invite'))).toBe(false);
  expect(see('joined', 'leave', member('ban'))).toBe(false);
});

describe('every change', () => {
  const at = (visibility: HistoryVisibility, membership: Membership | undefined, joinedAfter: boolean) =>
    seen[visibility][joinedAfter ? 1 : 0].includes(membership);
  const outcomes = [false, true].flatMap((joinedAfter) =>
    memberships.flatMap((membership) =>
      visibilities.map((visibility) => ({ visibility, membership, joinedAfter })),
    ),
  );

  it.each(visibilities)('to %s is seen by those who see what is before it or what is behind it', (after) => {
    for (const before of outcomes) {
      const { visibility, membership, joinedAfter } = before;
      const expected = at(visibility, membership, joinedAfter) || at(after, membership, joinedAfter);
      expect(maySeeEvent(changesTo(after), user, before), JSON.stringify(before)).toBe(expected);
    }
  });

  it.each(memberships.filter((each) => each !== undefined))('of oneself to %s likewise', (after) => {
    for (const before of outcomes) {
      const { visibility, membership, joinedAfter } = before;
      const expected = at(visibility, membership, joinedAfter) || at(visibility, after, joinedAfter);
      expect(maySeeEvent(member(after), user, before), JSON.stringify(before)).toBe(expected);
    }
  });
});

it('one who has left still sees what was sent while they were there, and nothing sent since', () => {
  for (const visibility of ['shared', 'invited', 'joined'] as const) {
    const earlier = { visibility, membership: 'join', joinedAfter: false } as const;
    expect(maySeeEvent(message, user, earlier)).toBe(true);
    expect(maySeeEvent(member('leave'), user, earlier)).toBe(true);
    for (const membership of ['leave', 'ban'] as const) {
      expect(maySeeEvent(message, user, { ...earlier, membership })).toBe(false);
      expect(maySeeEvent(member('leave'), user, { ...earlier, membership })).toBe(false);
    }
  }
});

it('a member event of oneself that is no state of the room changes nothing', () => {
  const notState = { type: 'm.room.member', content: { membership: 'join' } };
  expect(maySeeEvent(notState, user, { visibility: 'joined', membership: 'leave', joinedAfter: true })).toBe(
    false,
  );
});

it('is shared unless a known value is stated', () => {
  expect(historyVisibilityOf(undefined)).toBe('shared');
  for (const value of [1, null, 'secret', {}]) {
    expect(historyVisibilityOf({ content: { history_visibility: value } })).toBe('shared');
  }
  for (const value of visibilities) expect(historyVisibilityOf(changesTo(value))).toBe(value);
});
