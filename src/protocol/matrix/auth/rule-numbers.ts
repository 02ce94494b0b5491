// The outline of the authorisation rules, all versions in one: each step has a name here, and its number in a version's
// list follows from counting the steps that the version has. So the code keeps to one form of the rules, and a verdict
// still names the step by which the page of its room version can be read. Room version pages 1 to 12, "Authorisation
// rules".
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** Steps in the order of the text: one, a list of more beneath it, or false for what the version does not have. */
interface Outline {
  readonly [step: string]: boolean | Outline;
}

/** Each step by its number, such as `4.3.5.2`; of a step with a list beneath, `rule` is its own number. */
type Numbered<T> = { readonly rule: string } & {
  readonly [K in keyof T]: Exclude<T[K], boolean> extends never ? string : Numbered<Exclude<T[K], boolean>>;
};

export type RuleNumbers = Numbered<ReturnType<typeof outline>>;

function outline(version: RoomVersion) {
  return {
    create: {
      prevEvents: true,
      roomId: true,
      roomVersion: true,
      creator: version.creator === 'content', // until v10
      additionalCreators: version.privilegedCreators, // v12
      otherwise: true,
    },
    room: version.roomIdFormat === 'create-event-hash', // v12
    authEvents: {
      duplicate: true,
      unselected: true,
      rejected: true,
      noCreate: true, // Version 12 does not have it, but its text keeps the number free.
      otherRoom: true,
    },
    federate: true,
    aliases: version.aliasesRule && { stateKey: true, domain: true, otherwise: true }, // until v5
    member: {
      properties: true,
      authoriser: version.restrictedJoins && { unsigned: true }, // v8
      join: {
        first: true,
        another: true,
        banned: true,
        invited: true,
        restricted: version.restrictedJoins && { member: true, authoriser: true, otherwise: true }, // v8
        open: true,
        otherwise: true,
      },
      invite: {
        thirdParty: {
          banned: true,
          unsigned: true,
          incomplete: true,
          anotherUser: true,
          unknown: true,
          anotherSender: true,
          signed: true,
          otherwise: true,
        },
        sender: true,
        target: true,
        level: true,
        otherwise: true,
      },
      leave: { oneself: true, sender: true, banned: true, level: true, otherwise: true },
      ban: { sender: true, level: true, otherwise: true },
      knock: version.knocking && { joinRule: true, another: true, membership: true, otherwise: true }, // v7
      unknown: true,
    },
    sender: true,
    thirdPartyInvite: { level: true },
    level: true,
    stateKey: true,
    powerLevels: {
      named: version.integerPowerLevels, // v10
      entries: version.integerPowerLevels, // v10
      users: true,
      creators: version.privilegedCreators, // v12
      first: true,
      changeNamed: { was: true, is: true },
      changeEntry: { was: true },
      giveEntry: { is: true },
      changeUser: { was: true },
      giveUser: { is: true },
      otherwise: true, // Version 12 repeats the number of the step before: as a list, its text counts on.
    },
    redaction: version.redactionRule && { level: true, domain: true, otherwise: true }, // until v2
    otherwise: true,
  } satisfies Outline;
}

const byVersion = new WeakMap<RoomVersion, RuleNumbers>();

/** The numbers of the steps in the version's list. A step that the version does not have has no number: ''. */
export function ruleNumbers(version: RoomVersion): RuleNumbers {
  const known = byVersion.get(version);
  if (known !== undefined) return known;
  const numbers = numbered(outline(version), '') as unknown as RuleNumbers;
  byVersion.set(version, numbers);
  return numbers;
}

function numbered(steps: Outline, rule: string): object {
  const numbers: Record<string, string | object> = { rule };
  let count = 0;
  for (const [step, beneath] of Object.entries(steps)) {
    const number = beneath === false ? '' : `${rule}${rule && '.'}${++count}`;
    numbers[step] = typeof beneath === 'object' ? numbered(beneath, number) : number;
  }
  return numbers;
}
