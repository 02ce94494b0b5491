// Each condition by the specification's own examples, and what makes one that no event meets. Client-Server API, "Push
// Notifications", "Conditions".
import { describe, expect, it } from 'vitest';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { powerLevels } from '#protocol/matrix/power-levels';
import { compileBodyPattern, compileCondition, type PushContext } from '#protocol/matrix/push-conditions';
import { pushedEvent } from '#protocol/matrix/pushed-event';
import { roomVersion } from '#protocol/matrix/room-versions';
import { pushPatternCharactersMax } from '#support/limits';

const alice = '@alice:a.org' as UserId;
const bob = '@bob:b.org';

const levels = (content: JsonObject | undefined, version = '11') =>
  powerLevels({ sender: alice, content: {} }, content && { content }, roomVersion(version));

const context: PushContext = { userId: bob, memberCount: 2, powerLevels: levels({ users: { [alice]: 50 } }) };

function holds(
  condition: JsonObject,
  event: JsonObject,
  with_: Partial<PushContext> = {},
): boolean | undefined {
  const shown = { type: 'm.room.message', room_id: '!r', sender: alice, ...event };
  return compileCondition(condition)?.(pushedEvent(shown), { ...context, ...with_ });
}
const body = (text: unknown) => ({ content: { body: text } }) as JsonObject;
const match = (key: string, pattern: string) => ({ kind: 'event_match', key, pattern });

describe('event_match', () => {
  it.each([
    ['Lunch plans', true],
    ['LUNCH', true],
    [' lunch', false],
    ['lunc', false],
    [null, false],
    [7, false],
    [['lunch'], false],
  ])('all of %j: %s', (topic, expected) => {
    expect(holds(match('content.topic', 'lunc?*'), { content: { topic } })).toBe(expected);
  });

  it('matches words of content.body, and of nothing else', () => {
    expect(holds(match('content.body', 'ex*ple'), body('An example event.'))).toBe(true);
    expect(holds(match('content.body', 'ex*ple'), body('An exciting triple-whammy'))).toBe(true);
    expect(holds(match('content.body', 'ex*ple'), body('examples'))).toBe(false);
    expect(holds(match('content.topic', 'cake'), { content: { topic: 'a cake' } })).toBe(false);
  });

  it('does not match what is absent, even by *', () => {
    expect(holds(match('content.topic', '*'), { content: {} })).toBe(false);
    expect(holds(match('state_key', ''), {})).toBe(false);
    expect(holds(match('state_key', ''), { state_key: '' })).toBe(true);
    expect(holds(match('content.constructor.name', '*'), { content: {} })).toBe(false);
  });

  it('never holds without its key or pattern, or with a pattern beyond the limit', () => {
    expect(holds({ kind: 'event_match', pattern: '*' }, {})).toBeUndefined();
    expect(holds({ kind: 'event_match', key: 'type' }, {})).toBeUndefined();
    expect(holds(match('type', '*'.repeat(pushPatternCharactersMax)), {})).toBe(true);
    expect(holds(match('type', '*'.repeat(pushPatternCharactersMax + 1)), {})).toBeUndefined();
  });
});

describe('event_property_is', () => {
  const is = (value: unknown, key = 'content.m\\.federate') =>
    ({ kind: 'event_property_is', key, value }) as JsonObject;

  it.each<[unknown, unknown, boolean | undefined]>([
    [true, true, true],
    [true, 'true', false],
    [true, 1, false],
    ['a', 'a', true],
    ['a', 'A', false],
    [1, 1, true],
    [2 ** 53 - 1, 2 ** 53 - 1, true],
    [null, null, true],
    [null, undefined, false],
    [2 ** 53, 2 ** 53, undefined],
    [1.5, 1.5, undefined],
    [['a'], ['a'], undefined],
    [undefined, undefined, undefined],
  ])('%j against %j: %s', (value, held, expected) => {
    expect(holds(is(value), { content: { 'm.federate': held } as JsonObject })).toBe(expected);
  });

  it('never holds without its key', () => {
    expect(holds({ kind: 'event_property_is', value: 'm.room.message' }, {})).toBeUndefined();
  });
});

describe('event_property_contains', () => {
  const contains = (value: unknown) =>
    ({ kind: 'event_property_contains', key: 'content.alt_aliases', value }) as JsonObject;
  const alt_aliases = ['#somewhere:example.org', '#myroom:example.com', 7, null, ['deep']];

  it.each<[unknown, boolean | undefined]>([
    ['#myroom:example.com', true],
    [':example.com', false],
    ['#MYROOM:example.com', false],
    [7, true],
    ['7', false],
    [null, true],
    [['deep'], undefined],
    [undefined, undefined],
  ])('%j: %s', (value, expected) => {
    expect(holds(contains(value), { content: { alt_aliases } })).toBe(expected);
  });

  it('does not match what is no array', () => {
    expect(holds(contains('a'), { content: { alt_aliases: 'a' } })).toBe(false);
    expect(holds(contains('a'), { content: { alt_aliases: { 0: 'a' } } })).toBe(false);
    expect(holds({ kind: 'event_property_contains', value: 'a' }, {})).toBeUndefined();
  });
});

it('contains_display_name looks for the name as it stands, in words', () => {
  const condition = { kind: 'contains_display_name' };
  const isNamed = (displayName: string | undefined, text: unknown) =>
    holds(condition, body(text), displayName === undefined ? {} : { displayName });
  expect(isNamed('Bob', 'hello bob!')).toBe(true);
  expect(isNamed('Bob', 'bobbin')).toBe(false);
  expect(isNamed('B*', 'bob')).toBe(false);
  expect(isNamed(undefined, 'undefined')).toBe(false);
  expect(isNamed('', 'anything')).toBe(false);
  expect(isNamed('Bob', ['bob'])).toBe(false);
});

it.each([
  ['2', [2]],
  ['==2', [2]],
  ['<2', [0, 1]],
  ['<=2', [0, 1, 2]],
  ['>2', [3, 4]],
  ['>=2', [2, 3, 4]],
])('room_member_count %j holds for %j', (is, counts) => {
  const held = [0, 1, 2, 3, 4].filter((memberCount) =>
    holds({ kind: 'room_member_count', is }, {}, { memberCount }),
  );
  expect(held).toEqual(counts);
});

it('room_member_count knows numbers of several digits', () => {
  const condition = { kind: 'room_member_count', is: '<=10' };
  expect(holds(condition, {}, { memberCount: 10 })).toBe(true);
  expect(holds(condition, {}, { memberCount: 11 })).toBe(false);
});

it.each(['', '=2', '!=2', '2.0', '-1', ' 2', '2x', '==', '1'.repeat(16), 2, null])(
  'room_member_count never holds for %j',
  (is) => {
    expect(holds({ kind: 'room_member_count', is }, {})).toBeUndefined();
  },
);

describe('sender_notification_permission', () => {
  const condition = { kind: 'sender_notification_permission', key: 'room' };
  it.each<[string, JsonObject | undefined, boolean]>([
    ['the level of the kind', { users: { [alice]: 20 }, notifications: { room: 20 } }, true],
    ['one below it', { users: { [alice]: 19 }, notifications: { room: 20 } }, false],
    ['50 without a level', { users: { [alice]: 50 } }, true],
    ['49 without a level', { users: { [alice]: 49 } }, false],
    ['everybody as users_default says', { users_default: 60 }, true],
    ['the creator, without power levels', undefined, true],
  ])('%s', (_, content, expected) => {
    expect(holds(condition, {}, { powerLevels: levels(content) })).toBe(expected);
  });

  it('holds for creators above every level, in room version 12', () => {
    const content = { notifications: { room: 2 ** 53 - 1 } };
    expect(holds(condition, {}, { powerLevels: levels(content, '12') })).toBe(true);
    expect(holds(condition, {}, { powerLevels: levels(content, '11') })).toBe(false);
  });

  it('never holds without a key', () => {
    expect(holds({ kind: 'sender_notification_permission' }, {})).toBeUndefined();
  });
});

it('what is not recognised never holds', () => {
  for (const kind of ['device', 'org.example.new', 'constructor', '', undefined, 7]) {
    expect(holds({ kind } as JsonObject, {})).toBeUndefined();
  }
});

it('a content rule matches words of the body', () => {
  const cake = compileBodyPattern('cake*lie')!;
  const isFor = (content: JsonObject) =>
    cake(pushedEvent({ type: 'm.room.message', room_id: '!r', sender: alice, content }), context);
  expect(isFor({ body: 'The CAKE is a lie.' })).toBe(true);
  expect(isFor({ body: 'The cake is a lied' })).toBe(false);
  expect(isFor({})).toBe(false);
});
