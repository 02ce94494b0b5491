// How a user's push rules are changed: each function takes a ruleset and answers with the changed one. Client-Server API,
// "Push Rules: API".
import { Buffer } from 'node:buffer';
import { isRoomId, isUserId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject, type JsonValue, own, ownString } from '#protocol/matrix/json';
import type { PushAction, PushRule, PushRuleKind, PushRuleset } from '#protocol/matrix/push-rules';
import { ProtocolError } from '#support/errors';
import {
  pushPatternCharactersMax,
  pushRuleIdBytesMax,
  pushRulePartsMax,
  pushRulesMax,
} from '#support/limits';

export interface PushRuleName {
  readonly kind: PushRuleKind;
  readonly ruleId: string;
}

/** The user-defined rule that a rule is to stand just before (more important), or just behind; the former counts first. */
export interface PushRulePlace {
  readonly before?: string;
  readonly after?: string;
}

/** The rule of that name. Throws `notFound`. */
export function findPushRule(rules: PushRuleset, { kind, ruleId }: PushRuleName): PushRule {
  const found = rules[kind].find((rule) => rule.rule_id === ruleId);
  if (found !== undefined) return found;
  throw new ProtocolError('notFound', 'There is no such push rule.');
}

/**
 * Adds a user-defined rule, enabled and as the most important one of its kind, or changes it where it stands; `place`
 * puts it elsewhere. Throws `invalidParam`, `missingParam`, `badJson`, `tooLarge`, and `unknown` for a place that is not.
 * @param body the request's `actions`, and `conditions` or `pattern` as the kind has them
 */
export function putPushRule(
  rules: PushRuleset,
  name: PushRuleName,
  body: JsonObject,
  place: PushRulePlace = {},
): PushRuleset {
  const { kind, ruleId } = name;
  checkRuleId(name);
  const list = rules[kind];
  const at = list.findIndex((rule) => rule.rule_id === ruleId);
  const rule: PushRule = {
    rule_id: ruleId,
    default: false,
    enabled: list[at]?.enabled ?? true,
    actions: parsePushActions(own(body, 'actions')),
    ...matter(kind, body),
  };
  if (at === -1 && list.length >= pushRulesMax) {
    throw new ProtocolError('tooLarge', `There are at most ${pushRulesMax} push rules of a kind.`);
  }
  const others = list.filter((each) => each.rule_id !== ruleId);
  return { ...rules, [kind]: others.toSpliced(indexFor(others, place, at), 0, rule) };
}

/** Takes a user-defined rule away. Throws `notFound`, and `invalidParam` for a predefined one. */
export function deletePushRule(rules: PushRuleset, name: PushRuleName): PushRuleset {
  if (findPushRule(rules, name).default) {
    throw new ProtocolError('invalidParam', 'A predefined push rule can be disabled, but not deleted.');
  }
  return { ...rules, [name.kind]: rules[name.kind].filter((rule) => rule.rule_id !== name.ruleId) };
}

/** Throws `notFound`. */
export function enablePushRule(rules: PushRuleset, name: PushRuleName, enabled: boolean): PushRuleset {
  return changeRule(rules, name, { enabled });
}

/** Throws `notFound`. */
export function setPushRuleActions(
  rules: PushRuleset,
  name: PushRuleName,
  actions: readonly PushAction[],
): PushRuleset {
  return changeRule(rules, name, { actions });
}

/**
 * The actions in a request, without the historical ones, which "clients and homeservers MUST ignore". Throws
 * `missingParam` and `badJson`.
 */
export function parsePushActions(value: JsonValue | undefined): readonly PushAction[] {
  if (value === undefined) throw new ProtocolError('missingParam', 'A push rule needs actions.');
  if (!Array.isArray(value)) throw new ProtocolError('badJson', 'actions must be a list.');
  checkParts(value, 'actions');
  return value.flatMap((action) =>
    action === 'dont_notify' || action === 'coalesce' ? [] : [parseAction(action)],
  );
}

function parseAction(action: JsonValue): PushAction {
  if (action === 'notify') return action;
  const tweak = isJsonObject(action) ? ownString(action, 'set_tweak') : undefined;
  if (tweak === undefined) {
    throw new ProtocolError(
      'badJson',
      'An action is "notify", or an object with the name of a tweak in set_tweak.',
    );
  }
  const value = own(action as JsonObject, 'value');
  return value === undefined ? { set_tweak: tweak } : { set_tweak: tweak, value };
}

function changeRule(
  rules: PushRuleset,
  name: PushRuleName,
  change: Partial<Pick<PushRule, 'enabled' | 'actions'>>,
): PushRuleset {
  const changed = { ...findPushRule(rules, name), ...change };
  const list = rules[name.kind].map((rule) => (rule.rule_id === name.ruleId ? changed : rule));
  return { ...rules, [name.kind]: list };
}

function checkRuleId({ kind, ruleId }: PushRuleName): void {
  if (ruleId.startsWith('.')) throw refusedId('must not begin with a dot, as the predefined ones do');
  if (/[/\\]/.test(ruleId)) throw refusedId('must hold neither / nor \\');
  if (ruleId === '' || Buffer.byteLength(ruleId) > pushRuleIdBytesMax) {
    throw refusedId(`has between 1 and ${pushRuleIdBytesMax} bytes`);
  }
  if (kind === 'room' && !isRoomId(ruleId)) throw refusedId('of this kind is the id of a room');
  if (kind === 'sender' && !isUserId(ruleId)) throw refusedId('of this kind is the id of a user');
}

function refusedId(what: string): ProtocolError {
  return new ProtocolError('invalidParam', `The id of a push rule ${what}.`);
}

/** What the rules of a kind have beside their actions. */
function matter(kind: PushRuleKind, body: JsonObject): Pick<PushRule, 'conditions' | 'pattern'> {
  if (kind === 'content') return { pattern: parsePattern(own(body, 'pattern')) };
  if (kind === 'room' || kind === 'sender') return {};
  const conditions = own(body, 'conditions') ?? [];
  if (!Array.isArray(conditions) || !conditions.every(isCondition)) {
    throw new ProtocolError('badJson', 'conditions must be a list of objects, each with a kind.');
  }
  checkParts(conditions, 'conditions');
  for (const condition of conditions) {
    if (ownString(condition, 'kind') === 'event_match') parsePattern(own(condition, 'pattern'));
  }
  return { conditions };
}

/** Kinds that are not recognised are accepted: such conditions "MUST NOT match any events". */
function isCondition(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && ownString(value, 'kind') !== undefined;
}

function parsePattern(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new ProtocolError('badJson', 'pattern must be a string.');
  if (value.length <= pushPatternCharactersMax) return value;
  throw new ProtocolError('tooLarge', `A pattern has at most ${pushPatternCharactersMax} characters.`);
}

function checkParts(list: readonly unknown[], name: string): void {
  if (list.length <= pushRulePartsMax) return;
  throw new ProtocolError('tooLarge', `A push rule has at most ${pushRulePartsMax} ${name}.`);
}

/** Where in the list of the other rules a rule belongs. @param at where it stood among all; -1 for a new one */
function indexFor(others: readonly PushRule[], { before, after }: PushRulePlace, at: number): number {
  const relative = before ?? after;
  if (relative === undefined) return at === -1 ? firstUserDefined(others) : at;
  const index = others.findIndex((rule) => rule.rule_id === relative && !rule.default);
  if (index === -1) {
    throw new ProtocolError(
      'unknown',
      `There is no user-defined rule "${relative.slice(0, 64)}" to stand beside.`,
    );
  }
  return before === undefined ? index + 1 : index;
}

/** User-defined rules go before the predefined ones, except `.m.rule.master`, "which has always a higher priority". */
function firstUserDefined(list: readonly PushRule[]): number {
  return list[0]?.rule_id === masterRuleId ? 1 : 0;
}

const masterRuleId = '.m.rule.master';
