import { describe, expect, test } from 'vitest';
import { lostToRedaction } from '#protocol/matrix/authorising-content';
import type { JsonObject } from '#protocol/matrix/json';
import { roomVersion, roomVersions } from '#protocol/matrix/room-versions';

const lost = (version: string, type: string, content: JsonObject, stateKey: string | undefined = '') =>
  lostToRedaction(
    { type, content, ...(stateKey === undefined ? {} : { state_key: stateKey }) },
    roomVersion(version),
  );

const versions = [...roomVersions.keys()];
const before = (limit: number) => versions.filter((id) => Number(id) < limit);
const from = (limit: number) => versions.filter((id) => Number(id) >= limit);

describe('what a redaction takes of what the rules read', () => {
  test.each(versions)('power levels in version %s', (version) => {
    const content = { invite: 50, notifications: { room: 20 }, ban: 10, reason: 'no' };
    const always = { notifications: { room: 20 } };
    const expected = Number(version) < 11 ? { invite: 50, ...always } : always;
    expect(lost(version, 'm.room.power_levels', content)).toEqual(expected);
    expect(lost(version, 'm.room.power_levels', { ban: 10, reason: 'no' })).toBeUndefined();
  });

  test.each(before(11))('the create event in version %s', (version) => {
    const content = { creator: '@a:a', 'm.federate': false, room_version: version, topic: 'x' };
    expect(lost(version, 'm.room.create', content)).toEqual({ 'm.federate': false, room_version: version });
  });

  test.each(from(11))('nothing of the create event in version %s', (version) => {
    expect(lost(version, 'm.room.create', { 'm.federate': false })).toBeUndefined();
  });

  test('who authorised a join, up to version 8', () => {
    const content = { membership: 'join', join_authorised_via_users_server: '@a:a', displayname: 'B' };
    expect(lost('8', 'm.room.member', content)).toEqual({ join_authorised_via_users_server: '@a:a' });
    expect(lost('9', 'm.room.member', content)).toBeUndefined();
  });

  test('the signed part of a third-party invite, up to version 10', () => {
    const signed = { mxid: '@b:b', token: 't', signatures: {} };
    const content = { membership: 'invite', third_party_invite: { display_name: 'b…', signed } };
    expect(lost('10', 'm.room.member', content)).toEqual({ third_party_invite: { signed } });
    expect(lost('11', 'm.room.member', content)).toBeUndefined();
    // That there is one at all decides which rules apply.
    expect(lost('10', 'm.room.member', { membership: 'invite', third_party_invite: {} })).toEqual({
      third_party_invite: {},
    });
  });

  test.each(versions)('the keys of a third-party invite in version %s', (version) => {
    const content = { display_name: 'b…', public_key: 'k', public_keys: [{ public_key: 'l' }] };
    const { display_name: _, ...keys } = content;
    expect(lost(version, 'm.room.third_party_invite', content)).toEqual(keys);
  });

  test('nothing of what is no state, or what no rule reads', () => {
    expect(lost('10', 'm.room.power_levels', { invite: 50 }, undefined)).toEqual({ invite: 50 });
    expect(lostToRedaction({ type: 'm.room.power_levels', content: { invite: 50 } }, roomVersion('10'))).toBe(
      undefined,
    );
    expect(lost('10', 'm.room.topic', { topic: 'x' })).toBeUndefined();
    expect(lost('10', 'm.room.member', JSON.parse('{"__proto__":{"membership":"join"}}'))).toBeUndefined();
  });
});
