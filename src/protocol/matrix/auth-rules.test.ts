// For every step of the authorisation rules of every room version: two judgements that differ only in what the step
// decides, one allowed and one refused, each by the number that the step has in the text of that version.
import { describe, expect, it } from 'vitest';
import { ruleNumbers } from '#protocol/matrix/auth/rule-numbers';
import { authorise, stateOf } from '#protocol/matrix/auth-rules';
import { roomVersions } from '#protocol/matrix/room-versions';
import { generalCases } from '#test/fixtures/auth-cases/general';
import { memberCases } from '#test/fixtures/auth-cases/members';
import { powerLevelCases } from '#test/fixtures/auth-cases/power-levels';
import { rulesOf } from '#test/fixtures/auth-cases/rule-table';
import { thirdPartyInviteCases } from '#test/fixtures/auth-cases/third-party-invites';
import { bob, levels, message, roomOf } from '#test/fixtures/auth-room';

const pairs = [...generalCases, ...memberCases, ...thirdPartyInviteCases, ...powerLevelCases];

/** The steps that allow, and where what they do not allow ends. */
const refusers: ReadonlyMap<string, string> = new Map([
  ['join.first', 'join.otherwise'],
  ['join.invited', 'join.otherwise'],
  ['restricted.member', 'restricted.authoriser'],
  ['join.public', 'join.otherwise'],
  ['thirdParty.signed', 'thirdParty.otherwise'],
  ['invite.level', 'invite.otherwise'],
  ['leave.level', 'leave.otherwise'],
  ['ban.level', 'ban.otherwise'],
  ['knock.membership', 'knock.otherwise'],
  ['levels.first', 'giveUser'],
  ['redaction.level', 'redaction.otherwise'],
  ['redaction.domain', 'redaction.otherwise'],
]);
const refuserOf = (step: string) => refusers.get(step) ?? step;

/** The steps that may allow an event of a type; of other types it is the last. */
const allowers: ReadonlyMap<string, RegExp> = new Map([
  ['m.room.create', /^create\.otherwise$/],
  ['m.room.aliases', /^(aliases\.)?otherwise$/],
  [
    'm.room.member',
    /^(join\.(first|invited|public)|restricted\.(member|otherwise)|thirdParty\.signed|knock\.membership|leave\.oneself|(invite|leave|ban)\.level)$/,
  ],
  ['m.room.third_party_invite', /^thirdPartyInvite\.level$/],
  ['m.room.power_levels', /^levels\.(first|otherwise)$/],
  ['m.room.redaction', /^redaction\.(level|domain)$/],
]);

describe.each([...roomVersions.keys()])('the authorisation rules of room version %s', (id) => {
  const rules = rulesOf(id);
  const stepsByNumber = new Map([...rules].map(([step, number]) => [number, step]));
  const { judge, verdictOn, version } = roomOf(id);
  const isApt = ([step, , , , { since = 1, until = 12 } = {}]: (typeof pairs)[number]) =>
    rules.has(step) && since <= Number(id) && Number(id) <= until;
  const apt = pairs.filter(isApt);

  it.each(apt.map(([step, what, good, bad]) => [step, what, good, bad] as const))(
    '%s: %s',
    (step, _, good, bad) => {
      const permission = verdictOn(good);
      expect(permission).toEqual({ allowed: true, rule: expect.any(String) });
      const by = stepsByNumber.get(permission.rule);
      if (refusers.has(step)) expect(by).toBe(step);
      expect(by).toMatch(allowers.get(good.event.type!) ?? /^otherwise$/);
      expect(judge(bad)).toBe(rules.get(refuserOf(step)));
    },
  );

  it('allow the first levels by the step for them', () => {
    const first = { event: levels({ users: { [bob]: 1 } }), without: ['m.room.power_levels'] };
    expect(verdictOn(first)).toEqual({ allowed: true, rule: rules.get('levels.first') });
  });

  it('are covered step by step', () => {
    const allowing = apt.map(([, , good]) => stepsByNumber.get(verdictOn(good).rule)!);
    const covered = new Set([...apt.flatMap(([step]) => [step, refuserOf(step)]), ...allowing]);
    // In version 12 the step decides nothing: only creators can send first levels, and no level is above theirs.
    if (version.privilegedCreators) covered.add('levels.first');
    expect([...covered].sort()).toEqual([...rules.keys()].sort());
  });

  it('have the numbers of the text, and no others', () => {
    const texts = (numbers: object): string[] =>
      Object.entries(numbers).flatMap(([, each]) => (typeof each === 'string' ? [each] : texts(each)));
    const numbered = texts(ruleNumbers(version)).filter((number) => number !== '');
    // Besides steps, the outline numbers the lists that hold them, and a step that version 12 left out.
    const lists = numbered.filter((number) => numbered.some((each) => each.startsWith(`${number}.`)));
    const steps = numbered.filter((number) => !lists.includes(number) && number !== '3.4');
    const known = [...rules.values()].filter((number) => !lists.includes(number));
    expect(steps.sort()).toEqual(known.sort());
  });

  it('let a redaction pass where it is judged when it is applied', () => {
    const event = { ...message(bob), type: 'm.room.redaction', redacts: '$x:c.org' as never };
    expect(judge({ event })).toBe(version.redactionRule ? rules.get('redaction.otherwise') : 'allowed');
  });

  it('know no room without a create event', () => {
    const { begun } = roomOf(id);
    const { inRoom } = begun();
    const verdict = authorise(inRoom(message(bob)), version, stateOf([]));
    expect(verdict).toMatchObject({ rule: rules.get('room') ?? rules.get('authEvents.noCreate') });
  });
});
