// The conditions of push rules, each made into a function once, since every event is put to the rules of every member.
// Client-Server API, "Push Notifications", "Conditions".
import { compileGlob, compileWords } from '#protocol/matrix/glob';
import { type JsonObject, type JsonValue, own, ownString } from '#protocol/matrix/json';
import { notificationLevel, type PowerLevels, userLevel } from '#protocol/matrix/power-levels';
import type { PushedEvent } from '#protocol/matrix/pushed-event';
import { pushPatternCharactersMax } from '#support/limits';

/** What the conditions ask that the event cannot tell. */
export interface PushContext {
  /** The owner of the rules. */
  readonly userId: string;
  /** The owner's display name in the room. */
  readonly displayName?: string;
  /** Users who are joined to the room, after the event. */
  readonly memberCount: number;
  /** The room's power levels. */
  readonly powerLevels: PowerLevels;
}

export type PushCondition = (event: PushedEvent, context: PushContext) => boolean;

/** The condition as a function; undefined for one that no event meets: unrecognised, or without what it needs. */
export function compileCondition(condition: JsonObject): PushCondition | undefined {
  switch (ownString(condition, 'kind')) {
    case 'event_match':
      return eventMatch(condition);
    case 'event_property_is':
      return eventPropertyIs(condition);
    case 'event_property_contains':
      return eventPropertyContains(condition);
    case 'contains_display_name':
      return containsDisplayName;
    case 'room_member_count':
      return roomMemberCount(condition);
    case 'sender_notification_permission':
      return senderNotificationPermission(condition);
    default:
      return undefined;
  }
}

/** The condition that a content rule stands for: its pattern, in the words of `content.body`. */
export function compileBodyPattern(pattern: string): PushCondition | undefined {
  return eventMatch({ key: bodyKey, pattern });
}

const bodyKey = 'content.body';

function eventMatch(condition: JsonObject): PushCondition | undefined {
  const key = ownString(condition, 'key');
  const pattern = ownString(condition, 'pattern');
  if (key === undefined || pattern === undefined || pattern.length > pushPatternCharactersMax)
    return undefined;
  const matches = compileGlob(pattern, key === bodyKey ? 'words' : 'whole');
  return (event) => {
    const text = event.text(key);
    return text !== undefined && matches(text);
  };
}

function eventPropertyIs(condition: JsonObject): PushCondition | undefined {
  const key = ownString(condition, 'key');
  const value = own(condition, 'value');
  if (key === undefined || !isComparable(value)) return undefined;
  return (event) => event.property(key) === value;
}

function eventPropertyContains(condition: JsonObject): PushCondition | undefined {
  const key = ownString(condition, 'key');
  const value = own(condition, 'value');
  if (key === undefined || !isComparable(value)) return undefined;
  return (event) => {
    const list = event.property(key);
    return Array.isArray(list) && list.includes(value);
  };
}

/** "Strings, integers in the range of [-(2**53)+1, (2**53)-1], booleans, and null". */
function isComparable(value: JsonValue | undefined): value is string | number | boolean | null {
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isSafeInteger(value);
}

function containsDisplayName(event: PushedEvent, { displayName }: PushContext): boolean {
  const body = event.text(bodyKey);
  return (
    body !== undefined && displayName !== undefined && displayName !== '' && compileWords(displayName)(body)
  );
}

const comparisons: Readonly<Record<string, (count: number, bound: number) => boolean>> = {
  '==': (count, bound) => count === bound,
  '<': (count, bound) => count < bound,
  '>': (count, bound) => count > bound,
  '<=': (count, bound) => count <= bound,
  '>=': (count, bound) => count >= bound,
};

function roomMemberCount(condition: JsonObject): PushCondition | undefined {
  const [, prefix, digits] = /^(==|<=|>=|<|>)?([0-9]{1,15})$/.exec(ownString(condition, 'is') ?? '') ?? [];
  if (digits === undefined) return undefined;
  const compare = comparisons[prefix ?? '=='];
  const bound = Number(digits);
  return compare && ((_, { memberCount }) => compare(memberCount, bound));
}

function senderNotificationPermission(condition: JsonObject): PushCondition | undefined {
  const key = ownString(condition, 'key');
  if (key === undefined) return undefined;
  return ({ sender }, { powerLevels }) =>
    userLevel(powerLevels, sender) >= notificationLevel(powerLevels, key);
}
