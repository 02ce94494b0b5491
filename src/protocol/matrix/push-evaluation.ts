// Which push rule an event falls under for a user, and what that rule says should happen. A ruleset is compiled once and
// then put to many events. Client-Server API, "Push Notifications", "Push Rules".
import { isJsonObject, type JsonValue, ownString } from '#protocol/matrix/json';
import {
  compileBodyPattern,
  compileCondition,
  type PushCondition,
  type PushContext,
} from '#protocol/matrix/push-conditions';
import type { PushAction, PushRule, PushRuleKind, PushRuleset } from '#protocol/matrix/push-rules';
import type { PushedEvent } from '#protocol/matrix/pushed-event';

/** The rule that an event falls under. */
export interface PushDecision {
  readonly kind: PushRuleKind;
  readonly ruleId: string;
  /** Without the historical `dont_notify` and `coalesce`. */
  readonly actions: readonly PushAction[];
}

/** The first enabled rule that matches, in order of priority; undefined when none does or the user sent the event. */
export type CompiledPushRules = (event: PushedEvent, context: PushContext) => PushDecision | undefined;

interface CompiledRule {
  readonly conditions: readonly PushCondition[];
  readonly decision: PushDecision;
}

export function compilePushRules(rules: PushRuleset): CompiledPushRules {
  const override = compileRules('override', rules.override, conditionsOf);
  const content = compileRules('content', rules.content, patternOf);
  const room = byRuleId('room', rules.room);
  const sender = byRuleId('sender', rules.sender);
  const underride = compileRules('underride', rules.underride, conditionsOf);
  return (event, context) => {
    // "Homeservers MUST NOT notify the Push Gateway for events that the user has sent themselves."
    if (event.sender === context.userId) return undefined;
    return (
      firstMatch(override, event, context) ??
      firstMatch(content, event, context) ??
      room.get(event.roomId) ??
      sender.get(event.sender) ??
      firstMatch(underride, event, context)
    );
  };
}

/** What a decision's actions come to. */
export interface PushOutcome {
  readonly notify: boolean;
  readonly highlight: boolean;
  /** Tweaks by name, as a push gateway gets them. */
  readonly tweaks: Readonly<Record<string, JsonValue>>;
}

/** "If a highlight tweak is given with no value, its value is defined to be true." Other tweaks need a value. */
export function pushOutcome(actions: readonly PushAction[]): PushOutcome {
  const tweaks: [string, JsonValue][] = [];
  for (const action of actions) {
    if (action === 'notify') continue;
    const value = action.value ?? (action.set_tweak === 'highlight' ? true : undefined);
    if (value !== undefined) tweaks.push([action.set_tweak, value]);
  }
  return {
    notify: actions.includes('notify'),
    highlight: tweaks.findLast(([name]) => name === 'highlight')?.[1] === true,
    // Names come from outside; entries become properties of the object's own, whatever they are called.
    tweaks: Object.fromEntries(tweaks),
  };
}

function firstMatch(
  rules: readonly CompiledRule[],
  event: PushedEvent,
  context: PushContext,
): PushDecision | undefined {
  for (const { conditions, decision } of rules) {
    if (conditions.every((holds) => holds(event, context))) return decision;
  }
  return undefined;
}

/** The rules that can match. "Disabled rules never match", nor do those with a condition that no event meets. */
function compileRules(
  kind: PushRuleKind,
  rules: readonly PushRule[],
  conditionsFor: (rule: PushRule) => readonly (PushCondition | undefined)[],
): CompiledRule[] {
  return rules.filter(isEnabled).flatMap((rule) => {
    const conditions = conditionsFor(rule);
    return conditions.every((each) => each !== undefined)
      ? [{ conditions, decision: decisionOf(kind, rule) }]
      : [];
  });
}

/** "A rule with no conditions always matches." */
function conditionsOf({ conditions = [] }: PushRule): readonly (PushCondition | undefined)[] {
  return conditions.map(compileCondition);
}

function patternOf({ pattern }: PushRule): readonly (PushCondition | undefined)[] {
  return [pattern === undefined ? undefined : compileBodyPattern(pattern)];
}

/** Rules whose id says what they affect: a room, or a sender. */
function byRuleId(kind: PushRuleKind, rules: readonly PushRule[]): ReadonlyMap<string, PushDecision> {
  return new Map(rules.filter(isEnabled).map((rule) => [rule.rule_id, decisionOf(kind, rule)]));
}

function isEnabled({ enabled }: PushRule): boolean {
  return enabled;
}

function decisionOf(kind: PushRuleKind, { rule_id: ruleId, actions }: PushRule): PushDecision {
  return { kind, ruleId, actions: actions.filter(isAction) };
}

/** "Clients and homeservers MUST ignore" the historical actions; the same goes for what is no action at all. */
function isAction(action: JsonValue | PushAction): action is PushAction {
  return action === 'notify' || (isJsonObject(action) && ownString(action, 'set_tweak') !== undefined);
}
