// Levels, their defaults, and who stands above them. Client-Server API, "m.room.power_levels".
import { describe, expect, it } from 'vitest';
import type { Pdu } from '#protocol/matrix/event';
import type { UserId } from '#protocol/matrix/identifiers';
import { ExactNumber, type JsonObject } from '#protocol/matrix/json';
import {
  creatorsOf,
  levelDefaults,
  mayRedact,
  namedLevel,
  notificationLevel,
  powerLevels,
  powerLevelsIn,
  requiredLevel,
  userLevel,
} from '#protocol/matrix/power-levels';
import { roomVersion } from '#protocol/matrix/room-versions';

const v10 = roomVersion('10');
const v11 = roomVersion('11');
const v12 = roomVersion('12');
const create = { sender: '@alice:a.org' as UserId, content: { additional_creators: ['@carol:c.org'] } };
const given = (content: JsonObject, version = v12) => powerLevels(create, { content }, version);

describe('power levels', () => {
  it('have defaults, with and without an event', () => {
    for (const levels of [given({}), powerLevels(create, undefined, v12)]) {
      expect(userLevel(levels, '@bob:b.org')).toBe(0);
      expect(requiredLevel(levels, 'm.room.message', false)).toBe(0);
      expect(requiredLevel(levels, 'm.room.topic', true)).toBe(50);
      expect(['invite', 'kick', 'ban', 'redact'].map((name) => namedLevel(levels, name as 'ban'))).toEqual([
        0, 50, 50, 50,
      ]);
      expect(notificationLevel(levels, 'room')).toBe(50);
    }
  });

  it('are what the event says', () => {
    const names = Object.keys(levelDefaults) as (keyof typeof levelDefaults)[];
    const levels = given({
      ...Object.fromEntries(names.map((name, index) => [name, index + 10])),
      users: { '@bob:b.org': -1 },
      events: { 'm.room.topic': 77 },
      notifications: { room: 20 },
    });
    expect(names.map((name) => namedLevel(levels, name))).toEqual(names.map((_, index) => index + 10));
    expect(userLevel(levels, '@bob:b.org')).toBe(-1);
    expect(userLevel(levels, '@x:b.org')).toBe(namedLevel(levels, 'users_default'));
    expect(requiredLevel(levels, 'm.room.topic', false)).toBe(77);
    expect(requiredLevel(levels, 'x', true)).toBe(namedLevel(levels, 'state_default'));
    expect(requiredLevel(levels, 'x', false)).toBe(namedLevel(levels, 'events_default'));
    expect(notificationLevel(levels, 'room')).toBe(20);
  });

  it.each([['100'], [1.5], [null], [[]], [{}], [Number.MAX_SAFE_INTEGER + 1]])('pass over %j', (level) => {
    const levels = given({
      users: { '@bob:b.org': level },
      users_default: level,
      ban: level,
      events: { x: level },
    });
    expect(userLevel(levels, '@bob:b.org')).toBe(0);
    expect(namedLevel(levels, 'ban')).toBe(50);
    expect(requiredLevel(levels, 'x', true)).toBe(50);
  });

  it('may be written as text and with fractions where the version has it so', () => {
    const content = {
      users: { '@bob:b.org': ' +049' },
      ban: '51',
      events: { x: 7.9 },
      notifications: { room: new ExactNumber('2.1e1') },
    };
    const read = (id: string) => {
      const levels = given(content, roomVersion(id));
      return [
        userLevel(levels, '@bob:b.org'),
        namedLevel(levels, 'ban'),
        requiredLevel(levels, 'x', true),
        notificationLevel(levels, 'room'),
      ];
    };
    expect(['5', '9', '10'].map(read)).toEqual([
      [49, 51, 7, 21],
      [49, 51, 50, 50],
      [0, 50, 50, 50],
    ]);
  });

  it('take nothing from prototypes', () => {
    const levels = given({ users: {}, events: {} });
    expect([userLevel(levels, '__proto__'), requiredLevel(levels, 'toString', true)]).toEqual([0, 50]);
  });
});

describe('creators', () => {
  it('stand above all levels in version 12', () => {
    for (const levels of [given({ users: { '@alice:a.org': 1 } }), powerLevels(create, undefined, v12)]) {
      expect(userLevel(levels, '@alice:a.org')).toBe(Number.POSITIVE_INFINITY);
      expect(userLevel(levels, '@carol:c.org')).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('have 100 before, until there are levels', () => {
    expect(userLevel(powerLevels(create, undefined, v11), '@alice:a.org')).toBe(100);
    expect(userLevel(powerLevels(create, undefined, v11), '@carol:c.org')).toBe(0);
    expect(userLevel(given({}, v11), '@alice:a.org')).toBe(0);
  });

  it('are each named once', () => {
    const crowd = (additional: unknown) =>
      creatorsOf({ ...create, content: { additional_creators: additional } as JsonObject }, v12);
    expect(crowd(['@b:b', '@alice:a.org', '@b:b', 1])).toEqual(['@alice:a.org', '@b:b']);
    expect(crowd('@b:b')).toEqual(['@alice:a.org']);
    expect(creatorsOf(create, v11)).toEqual(['@alice:a.org']);
  });

  it('are looked for once per create event where there can be many', () => {
    expect(creatorsOf(create, v12)).toBe(creatorsOf(create, v12));
  });

  it('are whom the content names until version 10', () => {
    const named = (creator: unknown) => creatorsOf({ ...create, content: { creator } as JsonObject }, v10);
    expect([named('@bob:b.org'), named(undefined), named(['@bob:b.org'])]).toEqual([['@bob:b.org'], [], []]);
    const levels = powerLevels({ ...create, content: { creator: '@bob:b.org' } }, undefined, v10);
    expect([userLevel(levels, '@bob:b.org'), userLevel(levels, '@alice:a.org')]).toEqual([100, 0]);
  });
});

it('redacting the events of others takes the redact level', () => {
  const events = new Map<string, unknown>([
    ['m.room.create', create],
    ['m.room.power_levels', { content: { redact: 20, users: { '@b:b': 20, '@c:c': 19 } } }],
  ]);
  const state = (type: string, stateKey: string) => (stateKey === '' ? (events.get(type) as Pdu) : undefined);
  const levels = powerLevelsIn(state, v12);
  expect(['@alice:a.org', '@b:b', '@c:c'].map((user) => mayRedact(user, levels))).toEqual([
    true,
    true,
    false,
  ]);
});
