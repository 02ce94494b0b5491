// For every step of the rules on m.room.power_levels in versions 11 and 12: two judgements that differ only in what the step
// decides, one allowed and one refused by that step. Rules are named by their number in version 12.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#protocol/matrix/json';
import { bob, type Case, carol, inEleven, levels, mod, type Pair, roomOf } from '#test/fixtures/auth-room';

/** The moderator, who may change levels here, from what the levels were to what they shall be. */
const change = (was: JsonObject, is: JsonObject): Case => {
  const open = (content: JsonObject) => ({
    events: { 'm.room.power_levels': 0, ...(content.events as JsonObject) },
    ...Object.fromEntries(Object.entries(content).filter(([key]) => key !== 'events' && key !== 'users')),
    users: { [mod]: 50, [bob]: 50, ...(content.users as JsonObject) },
  });
  return { state: [levels(open(was))], event: levels(open(is), mod) };
};
const powerLevels: readonly Pair[] = [
  ...(
    ['users_default', 'events_default', 'state_default', 'ban', 'redact', 'kick', 'invite'] as const
  ).flatMap((name): Pair[] => [
    ['10.1', `${name} is an integer`, change({}, { [name]: 50 }), change({}, { [name]: '50' })],
    [
      '10.6.1',
      `${name} may be lowered from within reach`,
      change({ [name]: 50 }, { [name]: 1 }),
      change({ [name]: 51 }, { [name]: 1 }),
    ],
    [
      '10.6.1',
      `${name} may be removed from within reach`,
      change({ [name]: 50 }, {}),
      change({ [name]: 51 }, {}),
    ],
    [
      '10.6.2',
      `${name} may be raised within reach`,
      change({ [name]: 1 }, { [name]: 50 }),
      change({ [name]: 1 }, { [name]: 51 }),
    ],
    ['10.6.2', `${name} may be added within reach`, change({}, { [name]: 50 }), change({}, { [name]: 51 })],
  ]),
  ...(['events', 'notifications'] as const).flatMap((name): Pair[] => [
    ['10.2', `${name} holds integers`, change({}, { [name]: { x: 1 } }), change({}, { [name]: { x: 1.5 } })],
    [
      '10.7.1',
      `an entry of ${name} may be changed from within reach`,
      change({ [name]: { x: 50 } }, { [name]: { x: 1 } }),
      change({ [name]: { x: 51 } }, { [name]: { x: 1 } }),
    ],
    [
      '10.7.1',
      `an entry of ${name} may be removed from within reach`,
      change({ [name]: { x: 50 } }, {}),
      change({ [name]: { x: 51 } }, {}),
    ],
    [
      '10.8.1',
      `an entry of ${name} may be changed within reach`,
      change({ [name]: { x: 1 } }, { [name]: { x: 50 } }),
      change({ [name]: { x: 1 } }, { [name]: { x: 51 } }),
    ],
    [
      '10.8.1',
      `an entry of ${name} may be added within reach`,
      change({}, { [name]: { x: 50 } }),
      change({}, { [name]: { x: 51 } }),
    ],
  ]),
  [
    '10.2',
    'notifications is an object',
    change({}, { notifications: {} }),
    change({}, { notifications: [] }),
  ],
  ['10.3', 'users are users', change({}, { users: { [carol]: 1 } }), change({}, { users: { carol: 1 } })],
  [
    '10.3',
    'their levels are integers',
    change({}, { users: { [carol]: 1 } }),
    change({}, { users: { [carol]: '1' } }),
  ],
  [
    '10.9.1',
    'lesser users may be demoted',
    change({ users: { [bob]: 49 } }, { users: { [bob]: 1 } }),
    change({ users: { [bob]: 50 } }, { users: { [bob]: 1 } }),
  ],
  [
    '10.9.1',
    'lesser users may be removed',
    change({ users: { [carol]: 49 } }, {}),
    change({ users: { [carol]: 50 } }, {}),
  ],
  [
    '10.9.1',
    'one may demote oneself',
    change({ users: { [mod]: 50 } }, { users: { [mod]: 1 } }),
    change({ users: { [mod]: 50, [bob]: 50 } }, { users: { [mod]: 50, [bob]: 1 } }),
  ],
  [
    '10.10.1',
    'one gives what one has',
    change({ users: { [bob]: 1 } }, { users: { [bob]: 50 } }),
    change({ users: { [bob]: 1 } }, { users: { [bob]: 51 } }),
  ],
  [
    '10.10.1',
    'to new ones too',
    change({}, { users: { [carol]: 50 } }),
    change({}, { users: { [carol]: 51 } }),
  ],
  [
    '10.10.1',
    'oneself included',
    change({ users: { [mod]: 50 } }, { users: { [mod]: 49 } }),
    change({ users: { [mod]: 50 } }, { users: { [mod]: 51 } }),
  ],
];

describe.each(['11', '12'])('power levels in room version %s', (id) => {
  const { judge } = roomOf(id);
  it.each(powerLevels)('%s: %s', (rule, _, good, bad) => {
    expect(judge(good)).toBe('allowed');
    expect(judge(bad)).toBe(id === '12' ? rule : inEleven(rule));
  });
});
