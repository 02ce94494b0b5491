// Adding, moving, changing and deleting push rules. Client-Server API, "Push Rules: API".
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import {
  deletePushRule,
  enablePushRule,
  findPushRule,
  type PushRulePlace,
  parsePushActions,
  putPushRule,
  setPushRuleActions,
} from '#protocol/matrix/push-rule-editing';
import { defaultPushRules, type PushRuleKind, type PushRuleset } from '#protocol/matrix/push-rules';
import {
  pushPatternCharactersMax,
  pushRuleIdBytesMax,
  pushRulePartsMax,
  pushRulesMax,
} from '#support/limits';

const predefined = defaultPushRules('@bob:b.org' as UserId);
const silent = { actions: [] };
const put = (
  rules: PushRuleset,
  kind: PushRuleKind,
  ruleId: string,
  body: JsonObject = silent,
  place?: PushRulePlace,
) => putPushRule(rules, { kind, ruleId }, body, place);
const ids = (rules: PushRuleset, kind: PushRuleKind) => rules[kind].map((rule) => rule.rule_id);
const three = ['c', 'b', 'a'].reduce((rules, id) => put(rules, 'override', id), predefined);
const own = (rules: PushRuleset) => ids(rules, 'override').filter((id) => !id.startsWith('.'));

describe('adding', () => {
  it('puts a rule before all others of its kind, but behind master', () => {
    expect(ids(three, 'override').slice(0, 5)).toEqual([
      '.m.rule.master',
      'a',
      'b',
      'c',
      '.m.rule.suppress_notices',
    ]);
    expect(ids(put(predefined, 'underride', 'u'), 'underride')[0]).toBe('u');
    expect(predefined).toEqual(defaultPushRules('@bob:b.org' as UserId));
  });

  it('makes an enabled rule of what the kind knows', () => {
    const condition = { kind: 'org.example.moon' };
    const body = {
      actions: ['notify'],
      conditions: [condition],
      pattern: 'x',
      enabled: false,
      default: true,
    };
    const base = { default: false, enabled: true, actions: ['notify'] };
    const made = (kind: PushRuleKind, ruleId: string) =>
      findPushRule(put(predefined, kind, ruleId, body), { kind, ruleId });
    expect(made('override', 'x')).toEqual({ rule_id: 'x', ...base, conditions: [condition] });
    expect(made('underride', 'x')).toEqual({ rule_id: 'x', ...base, conditions: [condition] });
    expect(made('content', 'x')).toEqual({ rule_id: 'x', ...base, pattern: 'x' });
    expect(made('room', '!r:b.org')).toEqual({ rule_id: '!r:b.org', ...base });
    expect(made('sender', '@a:b.org')).toEqual({ rule_id: '@a:b.org', ...base });
  });

  it.each<[string, PushRulePlace, string[]]>([
    ['before another', { before: 'b' }, ['a', 'x', 'b', 'c']],
    ['behind another', { after: 'b' }, ['a', 'b', 'x', 'c']],
    ['by the former when both are given', { before: 'a', after: 'c' }, ['x', 'a', 'b', 'c']],
  ])('%s', (_, place, expected) => {
    expect(own(put(three, 'override', 'x', silent, place))).toEqual(expected);
  });

  it.each(['.m.rule.suppress_notices', 'unknown', 'x'])('refuses a place beside %s', (id) => {
    expect(() => put(three, 'override', 'x', silent, { before: id })).toThrow(/no user-defined rule/);
    expect(() => put(three, 'override', 'x', silent, { after: id })).toThrow(/no user-defined rule/);
  });

  it.each<[PushRuleKind, string]>([
    ['override', '.mine'],
    ['override', '.m.rule.master'],
    ['override', 'a/b'],
    ['override', 'a\\b'],
    ['override', ''],
    ['override', 'ä'.repeat(pushRuleIdBytesMax / 2 + 1)],
    ['room', 'a'],
    ['sender', 'a'],
  ])('refuses as the id of a rule of kind %s: %j', (kind, ruleId) => {
    expect(() => put(predefined, kind, ruleId)).toThrow(expect.objectContaining({ kind: 'invalidParam' }));
  });

  it.each<[string, PushRuleKind, unknown]>([
    ['missingParam', 'override', {}],
    ['badJson', 'override', { actions: 'notify' }],
    ['badJson', 'override', { actions: ['shout'] }],
    ['badJson', 'override', { actions: [{ value: 1 }] }],
    ['badJson', 'override', { actions: [], conditions: {} }],
    ['badJson', 'override', { actions: [], conditions: [{}] }],
    ['badJson', 'override', { actions: [], conditions: [{ kind: 'event_match', key: 'type' }] }],
    ['badJson', 'content', { actions: [] }],
    ['badJson', 'content', { actions: [], pattern: 7 }],
    ['tooLarge', 'content', { actions: [], pattern: 'x'.repeat(pushPatternCharactersMax + 1) }],
    ['tooLarge', 'override', { actions: Array(pushRulePartsMax + 1).fill('notify') }],
    ['tooLarge', 'override', { actions: [], conditions: Array(pushRulePartsMax + 1).fill({ kind: 'x' }) }],
  ])('refuses with %s, for kind %s: %j', (error, kind, body) => {
    expect(() => put(predefined, kind, 'x', body as JsonObject)).toThrow(
      expect.objectContaining({ kind: error }),
    );
  });

  it('stops at the greatest number of rules, and still changes those that are', () => {
    const rule = { rule_id: 'r', default: false, enabled: true, actions: [], pattern: 'x' };
    const content = Array.from({ length: pushRulesMax }, (_, index) => ({ ...rule, rule_id: `r${index}` }));
    const full = { ...predefined, content };
    const body = { actions: [], pattern: 'y' };
    expect(() => put(full, 'content', 'one more', body)).toThrow(
      expect.objectContaining({ kind: 'tooLarge' }),
    );
    expect(put(full, 'content', 'r7', body).content[7]?.pattern).toBe('y');
  });
});

describe('changing', () => {
  it('leaves a rule where it is, and disabled if it was', () => {
    const disabled = enablePushRule(three, { kind: 'override', ruleId: 'b' }, false);
    const changed = put(disabled, 'override', 'b', { actions: ['notify'] });
    expect(own(changed)).toEqual(['a', 'b', 'c']);
    expect(findPushRule(changed, { kind: 'override', ruleId: 'b' })).toMatchObject({
      enabled: false,
      actions: ['notify'],
    });
  });

  it('moves a rule when a place is given', () => {
    expect(own(put(three, 'override', 'a', silent, { after: 'c' }))).toEqual(['b', 'c', 'a']);
    expect(own(put(three, 'override', 'c', silent, { before: 'a' }))).toEqual(['c', 'a', 'b']);
  });

  it('reaches predefined rules too', () => {
    const master = { kind: 'override', ruleId: '.m.rule.master' } as const;
    expect(findPushRule(enablePushRule(predefined, master, true), master).enabled).toBe(true);
    expect(findPushRule(setPushRuleActions(predefined, master, ['notify']), master)).toEqual({
      ...findPushRule(predefined, master),
      actions: ['notify'],
    });
  });

  it('knows no rule that is not there', () => {
    const name = { kind: 'content', ruleId: 'a' } as const;
    const missing = expect.objectContaining({ kind: 'notFound' });
    expect(() => enablePushRule(three, name, true)).toThrow(missing);
    expect(() => setPushRuleActions(three, name, [])).toThrow(missing);
    expect(() => deletePushRule(three, name)).toThrow(missing);
  });
});

it('deletes what users made, and nothing else', () => {
  expect(own(deletePushRule(three, { kind: 'override', ruleId: 'b' }))).toEqual(['a', 'c']);
  expect(() => deletePushRule(three, { kind: 'override', ruleId: '.m.rule.master' })).toThrow(
    expect.objectContaining({ kind: 'invalidParam' }),
  );
});

it('strips historical actions, and what tweaks have beside a name and a value', () => {
  const sound = { set_tweak: 'sound', value: 'x' };
  expect(parsePushActions(['dont_notify', 'notify', 'coalesce', { ...sound, more: 1 }])).toEqual([
    'notify',
    sound,
  ]);
  expect(parsePushActions([{ set_tweak: 'highlight' }])).toEqual([{ set_tweak: 'highlight' }]);
});

it('whatever is edited, predefined rules keep their order, master stays first, and ids are unique', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', '.m.rule.master', '.m.rule.reaction');
  const place = fc.record({ before: name, after: name }, { requiredKeys: [] });
  const step = fc.tuple(fc.constantFrom('put', 'delete', 'disable'), name, place);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let rules = predefined;
      for (const [what, ruleId, where] of steps) {
        try {
          if (what === 'put') rules = put(rules, 'override', ruleId, silent, where);
          else if (what === 'delete') rules = deletePushRule(rules, { kind: 'override', ruleId });
          else rules = enablePushRule(rules, { kind: 'override', ruleId }, false);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProtocolError' });
        }
      }
      const all = ids(rules, 'override');
      expect(all[0]).toBe('.m.rule.master');
      expect(new Set(all).size).toBe(all.length);
      const dotted = (list: readonly string[]) => list.filter((id) => id.startsWith('.'));
      expect(dotted(all)).toEqual(dotted(ids(predefined, 'override')));
    }),
  );
});
