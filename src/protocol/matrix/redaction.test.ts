// Each key that the redaction rules of a version name stays, and nothing else does. Room version pages 1, 6, 8, 9 and 11,
// "Redactions". The table here is written from those lists, key by key, so that it checks the rules' own.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { redact, redactContent, redactionTarget } from '#protocol/matrix/redaction';
import { roomVersion, roomVersions } from '#protocol/matrix/room-versions';

const all = [...roomVersions.keys()];
const since = (first: number) => all.slice(first - 1);
const until = (last: number) => all.slice(0, last);

/** Which versions keep a key at the top of an event. */
const eventKeys: Readonly<Record<string, readonly string[]>> = {
  event_id: all,
  type: all,
  room_id: all,
  sender: all,
  state_key: all,
  content: all,
  hashes: all,
  signatures: all,
  depth: all,
  prev_events: all,
  auth_events: all,
  origin_server_ts: all,
  prev_state: until(10),
  origin: until(10),
  membership: until(10),
  redacts: [],
  unsigned: [],
  age_ts: [],
  unknown: [],
};

/** Which versions keep a key in the content of a type. */
const contentKeys: readonly (readonly [type: string, key: string, versions: readonly string[]])[] = [
  ['m.room.member', 'membership', all],
  ['m.room.member', 'join_authorised_via_users_server', since(9)],
  ['m.room.member', 'displayname', []],
  ['m.room.member', 'avatar_url', []],
  ['m.room.create', 'creator', all],
  ['m.room.create', 'room_version', since(11)],
  ['m.room.create', 'm.federate', since(11)],
  ['m.room.create', 'additional_creators', since(11)],
  ['m.room.create', 'anything', since(11)],
  ['m.room.join_rules', 'join_rule', all],
  ['m.room.join_rules', 'allow', since(8)],
  ['m.room.join_rules', 'anything', []],
  ['m.room.power_levels', 'ban', all],
  ['m.room.power_levels', 'events', all],
  ['m.room.power_levels', 'events_default', all],
  ['m.room.power_levels', 'invite', since(11)],
  ['m.room.power_levels', 'kick', all],
  ['m.room.power_levels', 'redact', all],
  ['m.room.power_levels', 'state_default', all],
  ['m.room.power_levels', 'users', all],
  ['m.room.power_levels', 'users_default', all],
  ['m.room.power_levels', 'notifications', []],
  ['m.room.aliases', 'aliases', until(5)],
  ['m.room.aliases', 'anything', []],
  ['m.room.history_visibility', 'history_visibility', all],
  ['m.room.history_visibility', 'anything', []],
  ['m.room.redaction', 'redacts', since(11)],
  ['m.room.redaction', 'reason', []],
  ['m.room.message', 'body', []],
  ['m.room.name', 'name', []],
  ['m.room.third_party_invite', 'public_key', []],
  ['m.room.canonical_alias', 'alias', []],
  ['constructor', 'name', []],
];

const values = [5, 'x', null, [1], { a: { b: 1 } }] as const;

describe.each(all)('redaction in version %s', (id) => {
  const version = roomVersion(id);

  it.each(Object.entries(eventKeys))('treats %s at the top as the text says', (key, versions) => {
    for (const value of values) {
      const event = { type: 'm.room.message', [key]: key === 'type' ? 'x' : value } as JsonObject;
      const redacted = redact(event as object, version) as JsonObject;
      expect(Object.hasOwn(redacted, key)).toBe(versions.includes(id));
      if (key !== 'content' && versions.includes(id)) expect(redacted[key]).toEqual(event[key]);
    }
  });

  it.each(contentKeys)('treats in %s the key %s as the text says', (type, key, versions) => {
    for (const value of values) {
      const content = { [key]: value, noise: 1 };
      const kept = redactContent(type, content, version);
      expect(Object.hasOwn(kept, key)).toBe(versions.includes(id));
      if (versions.includes(id)) expect(kept[key]).toEqual(value);
      expect(redact({ type, content } as object, version)).toStrictEqual({ type, content: kept });
    }
  });

  it('keeps of a third-party invite its signed part alone, from version 11 on', () => {
    const redacted = (third_party_invite: JsonObject | string) =>
      redactContent('m.room.member', { membership: 'invite', third_party_invite }, version);
    const isKept = since(11).includes(id);
    const kept = (third_party_invite: JsonObject) =>
      isKept ? { membership: 'invite', third_party_invite } : { membership: 'invite' };
    const signed = { mxid: '@a:d', token: 'x' };
    expect(redacted({ signed, display_name: 'B' })).toEqual(kept({ signed }));
    expect(redacted({ display_name: 'B' })).toStrictEqual(kept({}));
    expect(redacted('x')).toEqual({ membership: 'invite' });
  });

  it('is done once and for all, changes nothing that it is given, and takes nothing from a prototype', () => {
    const keys = fc.constantFrom(...Object.keys(eventKeys), '__proto__', 'constructor');
    const types = fc.constantFrom(...contentKeys.map(([type]) => type));
    const names = fc.constantFrom(...contentKeys.map(([, key]) => key), '__proto__', 'third_party_invite');
    fc.assert(
      fc.property(
        types,
        fc.dictionary(keys, fc.jsonValue()),
        fc.dictionary(names, fc.jsonValue()),
        (type, rest, content) => {
          const event = { ...rest, type, content } as object;
          const before = structuredClone(event);
          const redacted = redact(event, version);
          expect(event).toEqual(before);
          expect(redact(redacted, version)).toEqual(redacted);
          expect(Object.getPrototypeOf(redacted)).toBe(Object.prototype);
        },
      ),
      { numRuns: 50 },
    );
    const content = JSON.parse('{"__proto__":{"membership":"join"}}');
    expect(redactContent('m.room.member', content, version)).toEqual({});
  });
});

describe('the target of a redaction', () => {
  const redaction = { type: 'm.room.redaction', content: { redacts: '$b' }, redacts: '$a' as EventId };
  const target = (event: object, id: string) => redactionTarget({ ...redaction, ...event }, roomVersion(id));

  it('stands at the top level, and from version 11 on in the content', () => {
    expect([target({}, '10'), target({}, '11')]).toEqual(['$a', '$b']);
    expect([target({ redacts: undefined }, '10'), target({ content: {} }, '11')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each(['a', '', 1, null, ['$b']])('is not %j', (redacts) => {
    expect(target({ redacts }, '10')).toBe(undefined);
    expect(target({ content: { redacts } }, '11')).toBe(undefined);
  });

  it('is nothing of an event of another type', () => {
    expect(target({ type: 'm.room.message' }, '10')).toBe(undefined);
  });
});
