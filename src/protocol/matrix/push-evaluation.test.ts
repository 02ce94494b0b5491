// Rulesets against events: the order of kinds and rules, the predefined rules one by one, and what actions come to.
// Client-Server API, "Push Notifications", "Push Rules" and "Predefined Rules".
import { describe, expect, it } from 'vitest';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { powerLevels } from '#protocol/matrix/power-levels';
import type { PushContext } from '#protocol/matrix/push-conditions';
import { compilePushRules, pushOutcome } from '#protocol/matrix/push-evaluation';
import {
  defaultPushRules,
  type PushAction,
  type PushRule,
  type PushRuleset,
} from '#protocol/matrix/push-rules';
import { pushedEvent } from '#protocol/matrix/pushed-event';
import { roomVersion } from '#protocol/matrix/room-versions';

const alice = '@alice:a.org' as UserId;
const bob = '@bob:b.org' as UserId;
const context: PushContext = {
  userId: bob,
  displayName: 'Bob',
  memberCount: 3,
  powerLevels: powerLevels(
    { sender: alice, content: {} },
    { content: { users: { [alice]: 50 } } },
    roomVersion('11'),
  ),
};

const shown = (event: JsonObject) =>
  pushedEvent({ type: 'm.room.message', room_id: '!room:a.org', sender: alice, content: {}, ...event });
const decide = (rules: PushRuleset, event: JsonObject, with_: Partial<PushContext> = {}) =>
  compilePushRules(rules)(shown(event), { ...context, ...with_ });

describe('the predefined rules', () => {
  const rules = defaultPushRules(bob);
  const member = (membership: string, state_key: string) => ({
    type: 'm.room.member',
    state_key,
    content: { membership },
  });
  const mentions = (value: JsonObject, more: JsonObject = {}) => ({
    content: { body: '', 'm.mentions': value, ...more },
  });
  const two = { memberCount: 2 };

  it.each<[string, string | undefined, JsonObject, Partial<PushContext>?]>([
    ['a message', 'message', { content: { body: 'hi' } }],
    ['a message between two', 'room_one_to_one', { content: { body: 'hi' } }, two],
    ['a notice', 'suppress_notices', { content: { msgtype: 'm.notice', body: 'hi' } }],
    ['a notice that mentions', 'suppress_notices', mentions({ user_ids: [bob] }, { msgtype: 'm.notice' })],
    ['my invite', 'invite_for_me', member('invite', bob)],
    ["another's invite", 'member_event', member('invite', '@carol:c.org')],
    ['my being kicked', 'member_event', member('leave', bob)],
    ['a mention of me', 'is_user_mention', mentions({ user_ids: ['@x:x', bob] })],
    ['a mention of another', 'message', mentions({ user_ids: ['@x:x'] })],
    ['a mention of the room', 'is_room_mention', mentions({ room: true })],
    ['a mention of the room as text', 'message', mentions({ room: 'true' })],
    ['my name in the text alone', 'message', { content: { body: 'Bob, @bob:b.org, @room' } }],
    ['a tombstone', 'tombstone', { type: 'm.room.tombstone', state_key: '' }],
    ['a tombstone that is no state', undefined, { type: 'm.room.tombstone' }],
    ['a reaction', 'reaction', { type: 'm.reaction' }],
    ['a server ACL', 'room.server_acl', { type: 'm.room.server_acl', state_key: '' }],
    [
      'an edit',
      'suppress_edits',
      { content: { body: '*', 'm.relates_to': { rel_type: 'm.replace', event_id: '$x' } } },
    ],
    ['a thread', 'message', { content: { 'm.relates_to': { rel_type: 'm.thread', event_id: '$x' } } }],
    [
      'an edit that mentions anew',
      'is_user_mention',
      mentions({ user_ids: [bob] }, { 'm.relates_to': { rel_type: 'm.replace' } }),
    ],
    ['a call', 'call', { type: 'm.call.invite' }],
    ['an encrypted event', 'encrypted', { type: 'm.room.encrypted' }],
    ['an encrypted event between two', 'encrypted_room_one_to_one', { type: 'm.room.encrypted' }, two],
    ['a topic', undefined, { type: 'm.room.topic', state_key: '' }],
  ])('%s: %s', (_, name, event, with_) => {
    expect(decide(rules, event, with_)?.ruleId).toBe(name && `.m.rule.${name}`);
  });

  it('a room mention counts only from one who may notify the room', () => {
    const weak = powerLevels(undefined, { content: { users: { [alice]: 49 } } }, roomVersion('11'));
    expect(decide(rules, mentions({ room: true }), { powerLevels: weak })?.ruleId).toBe('.m.rule.message');
  });

  it('master, once enabled, silences everything', () => {
    const [master, ...others] = rules.override;
    const silenced = { ...rules, override: [{ ...master!, enabled: true }, ...others] };
    expect(decide(silenced, mentions({ user_ids: [bob] }))).toEqual({
      kind: 'override',
      ruleId: '.m.rule.master',
      actions: [],
    });
  });

  it("a user's own events never notify", () => {
    expect(decide(rules, { sender: bob, ...mentions({ user_ids: [bob] }) })).toBeUndefined();
  });
});

describe('the order of rules', () => {
  const rule = (rule_id: string, more: Partial<PushRule> = {}): PushRule => ({
    rule_id,
    default: false,
    enabled: true,
    actions: ['notify'],
    ...more,
  });
  const all: PushRuleset = {
    override: [rule('o1', { enabled: false }), rule('o2'), rule('o3')],
    content: [rule('c1', { pattern: 'tea' }), rule('c2', { pattern: 'time' })],
    room: [rule('!other:a.org'), rule('!room:a.org')],
    sender: [rule('@other:a.org'), rule(alice)],
    underride: [rule('u1', { conditions: [] })],
  };
  const event = { content: { body: "It's time for tea" } };
  const without = (...kinds: (keyof PushRuleset)[]) => ({
    ...all,
    ...Object.fromEntries(
      kinds.map((kind) => [kind, all[kind].map((each) => ({ ...each, enabled: false }))]),
    ),
  });

  it('is by kind, then by place, without those that are disabled', () => {
    expect(decide(all, event)).toMatchObject({ kind: 'override', ruleId: 'o2' });
    expect(decide(without('override'), event)).toMatchObject({ kind: 'content', ruleId: 'c1' });
    expect(decide(without('override', 'content'), event)).toMatchObject({
      kind: 'room',
      ruleId: '!room:a.org',
    });
    expect(decide(without('override', 'content', 'room'), event)).toMatchObject({
      kind: 'sender',
      ruleId: alice,
    });
    expect(decide(without('override', 'content', 'room', 'sender'), event)).toMatchObject({
      kind: 'underride',
      ruleId: 'u1',
    });
    expect(decide(without('override', 'content', 'room', 'sender', 'underride'), event)).toBeUndefined();
  });

  it('takes all conditions of a rule to hold, and skips rules with one that is not recognised', () => {
    const holding = { kind: 'event_match', key: 'type', pattern: 'm.room.message' };
    const failing = { ...holding, pattern: 'm.room.topic' };
    const unknown = { kind: 'org.example.moon', phase: 'full' };
    const underride = [
      [holding, failing],
      [holding, unknown],
      [holding, holding],
    ].map((conditions, index) => rule(`u${index}`, { conditions }));
    expect(decide({ ...without('override', 'content', 'room', 'sender'), underride }, event)?.ruleId).toBe(
      'u2',
    );
  });

  it('skips a content rule without a pattern', () => {
    expect(
      decide({ ...without('override', 'room', 'sender', 'underride'), content: [rule('c')] }, event),
    ).toBeUndefined();
  });
});

it('historical actions are ignored', () => {
  const actions = [
    'dont_notify',
    'coalesce',
    'notify',
    { set_tweak: 'sound', value: 'x' },
    null,
    { value: 1 },
  ];
  const override = [{ rule_id: 'o', default: false, enabled: true, actions: actions as PushAction[] }];
  const found = decide({ override, content: [], room: [], sender: [], underride: [] }, {});
  expect(found?.actions).toEqual(['notify', { set_tweak: 'sound', value: 'x' }]);
});

it('actions come to a notification with its tweaks', () => {
  expect(pushOutcome([])).toEqual({ notify: false, highlight: false, tweaks: {} });
  expect(pushOutcome(['notify', { set_tweak: 'highlight' }, { set_tweak: 'sound', value: 'ring' }])).toEqual({
    notify: true,
    highlight: true,
    tweaks: { highlight: true, sound: 'ring' },
  });
  expect(pushOutcome(['notify', { set_tweak: 'highlight', value: false }]).highlight).toBe(false);
  expect(pushOutcome(['notify', { set_tweak: 'org.example.flash' }]).tweaks).toStrictEqual({});
  const odd = pushOutcome([{ set_tweak: '__proto__', value: { highlight: true } }]).tweaks;
  expect(Object.getPrototypeOf(odd)).toBe(Object.prototype);
});

it('looks a property up once, however many members ask', () => {
  let reads = 0;
  const content = {
    get body() {
      reads += 1;
      return 'It is time for tea';
    },
  };
  const event = shown({ content });
  const decideFor = compilePushRules({
    override: [],
    content: [{ rule_id: 'c', default: false, enabled: true, actions: [], pattern: 'coffee' }],
    room: [],
    sender: [],
    underride: [],
  });
  for (let member = 0; member < 100; member++) decideFor(event, { ...context, userId: `@u${member}:b.org` });
  expect(reads).toBe(1);
});
