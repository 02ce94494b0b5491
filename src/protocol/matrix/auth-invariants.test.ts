// What the authorisation rules must uphold whatever comes: nobody gives or takes power that they do not have, and no
// content, however wrong, makes them do anything but allow or refuse.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleNumbers } from '#protocol/matrix/auth/rule-numbers';
import { ExactNumber, type JsonObject, type JsonValue } from '#protocol/matrix/json';
import {
  type LevelName,
  levelDefaults,
  namedLevel,
  powerLevels,
  requiredLevel,
  userLevel,
} from '#protocol/matrix/power-levels';
import { type RoomVersion, roomVersions } from '#protocol/matrix/room-versions';
import { admin, alice, bob, carol, type Fields, levels, mod, roomOf } from '#test/fixtures/auth-room';

const rooms = [...roomVersions.keys()].map(roomOf);
const names = Object.keys(levelDefaults) as LevelName[];
const users = [admin, mod, bob, carol];
const types = ['m.room.power_levels', 'm.room.topic', 'x'];

/** Levels around each other, in all forms; the rules are to refuse those that the version does not have. */
const level = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -1, max: 3 }) },
  fc.constantFrom<JsonValue>('1', ' +2 ', '-1', 2.5, new ExactNumber('1.9'), '1.5', null),
);
const mapOf = (keys: readonly string[]) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, level])), { requiredKeys: [] });
const content = fc.record(
  {
    ...Object.fromEntries(names.map((name) => [name, level])),
    users: mapOf(users),
    events: mapOf(types),
    notifications: mapOf(['room']),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

/** `change` with a few of its entries taken from `base`, so that what stays the same is common. */
const changeOf = fc.tuple(content, content, fc.array(fc.constantFrom(...names, 'users', 'events'))).map(
  ([before, after, kept]) =>
    [
      before,
      {
        ...after,
        ...Object.fromEntries(kept.filter((key) => key in before).map((key) => [key, before[key]])),
      },
    ] as const,
);

describe('whoever may change the power levels', () => {
  const read = (of: JsonObject, version: RoomVersion) => {
    const current = powerLevels(undefined, { content: of }, version);
    return {
      named: names.map((name) => namedLevel(current, name)),
      events: types.map((type) => requiredLevel(current, type, true)),
      users: users.map((user) => userLevel(current, user)),
    };
  };

  it('gives nobody more, and asks for nothing more, than they have or was there already', () => {
    let allowed = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...rooms),
        changeOf,
        fc.constantFrom(...users),
        (room, [was, is], sender) => {
          if (room.judge({ event: levels(is, sender), state: [levels(was)] }) !== 'allowed') return;
          allowed++;
          const [before, after] = [read(was, room.version), read(is, room.version)];
          const power = before.users[users.indexOf(sender)]!;
          const defaults = Object.values(levelDefaults);
          after.named.forEach((now, index) => {
            expect(now <= power || now === before.named[index] || defaults.includes(now as 0)).toBe(true);
          });
          // An entry that is gone leaves the default, which may have been above the sender all along.
          const usual = before.named[names.indexOf('users_default')]!;
          after.users.forEach((now, index) => {
            expect(now <= Math.max(power, usual, 0) || now === before.users[index]).toBe(true);
          });
          const listed = (is.users ?? {}) as JsonObject;
          users.forEach((user, index) => {
            const isPeer =
              user !== sender && before.users[index]! >= power && user in ((was.users ?? {}) as object);
            if (isPeer && before.users[index]! > usual) expect(user in listed).toBe(true);
          });
        },
      ),
      { numRuns: 3000 },
    );
    expect(allowed).toBeGreaterThan(100);
  });
});

describe('hostile content', () => {
  const hostile: fc.Arbitrary<JsonValue> = fc.oneof(
    fc.constantFrom<JsonValue>(
      'join',
      'invite',
      'knock',
      'leave',
      'ban',
      'restricted',
      'public',
      'token',
      bob,
      carol,
    ),
    fc.jsonValue({ noUnicodeString: false, maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
    fc.constant(new ExactNumber('1e999')),
  );
  const keys = [
    'membership',
    'join_rule',
    'join_authorised_via_users_server',
    'third_party_invite',
    'users',
    'events',
  ];
  const bad = fc.oneof(
    fc.record(Object.fromEntries([...keys, ...names, '__proto__'].map((key) => [key, hostile])), {
      requiredKeys: [],
    }),
    fc.record({
      membership: fc.constant('invite'),
      third_party_invite: fc.record({
        signed: fc.record({ mxid: hostile, token: hostile, signatures: hostile }),
      }),
    }),
  ) as fc.Arbitrary<JsonObject>;
  const type = fc.constantFrom(
    'm.room.member',
    'm.room.power_levels',
    'm.room.join_rules',
    'm.room.third_party_invite',
    'm.room.redaction',
    'm.room.aliases',
  );
  const event: fc.Arbitrary<Fields> = fc.record({
    type,
    sender: fc.constantFrom(alice, ...users),
    state_key: fc.constantFrom(undefined, '', 'token', alice, bob, carol, 'b.org', '__proto__'),
    content: bad,
    redacts: hostile as fc.Arbitrary<never>,
  });

  it('is allowed or refused, by a rule that the version has', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...rooms),
        event,
        fc.array(event, { maxLength: 3 }),
        (room, judged, state) => {
          const { rule } = room.verdictOn({ event: judged, state });
          seen.add(rule);
          expect(rule).not.toBe('');
          expect(textsIn(ruleNumbers(room.version))).toContain(rule);
        },
      ),
      { numRuns: 1500 },
    );
    expect(seen.size).toBeGreaterThan(20);
  });
});

function textsIn(numbers: object): string[] {
  return Object.values(numbers).flatMap((each) => (typeof each === 'string' ? [each] : textsIn(each)));
}
