// Each key that the redaction rules of version 11 name stays, and nothing else does. Room version 11, "Redactions".
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#protocol/matrix/json';
import { redact, redactContent } from '#protocol/matrix/redaction';
import { roomVersion } from '#protocol/matrix/room-versions';

const version = roomVersion('11');

describe('redaction', () => {
  it('keeps the keys of the event that the protocol needs', () => {
    const kept = {
      event_id: '$x',
      type: 'm.room.message',
      room_id: '!r:d',
      sender: '@a:d',
      state_key: '',
      content: {},
      hashes: {},
      signatures: {},
      depth: 1,
      prev_events: [],
      auth_events: [],
      origin_server_ts: 1,
    };
    const dropped = { origin: 'd', membership: 'join', prev_state: [], redacts: '$y', unsigned: {}, x: 1 };
    expect(redact({ ...kept, ...dropped } as object, version)).toEqual(kept);
  });

  const levels = {
    ban: 1,
    events: { a: 1 },
    events_default: 2,
    invite: 3,
    kick: 4,
    redact: 5,
    state_default: 6,
    users: { '@a:d': 7 },
    users_default: 8,
  };
  it.each<[string, JsonObject, JsonObject]>([
    ['m.room.member', { membership: 'join', join_authorised_via_users_server: '@a:d' }, { displayname: 'A' }],
    ['m.room.create', { room_version: '11', anything: { at: 'all' } }, {}],
    ['m.room.join_rules', { join_rule: 'restricted', allow: [{}] }, { x: 1 }],
    ['m.room.power_levels', levels, { notifications: { room: 1 } }],
    ['m.room.history_visibility', { history_visibility: 'joined' }, { x: 1 }],
    ['m.room.redaction', { redacts: '$x' }, { reason: 'spam' }],
    ['m.room.message', {}, { body: 'x' }],
    ['m.room.aliases', {}, { aliases: [] }],
    ['constructor', {}, { name: 'x' }],
  ])('keeps of %s what is listed', (type, kept, dropped) => {
    expect(redactContent(type, { ...kept, ...dropped }, version)).toEqual(kept);
  });

  it('keeps of a third-party invite its signed part alone', () => {
    const content = {
      membership: 'invite',
      third_party_invite: { signed: { token: 'x' }, display_name: 'B' },
    };
    expect(redactContent('m.room.member', content, version)).toEqual({
      membership: 'invite',
      third_party_invite: { signed: { token: 'x' } },
    });
    expect(redactContent('m.room.member', { third_party_invite: {} }, version)).toEqual({
      third_party_invite: {},
    });
    expect(redactContent('m.room.member', { third_party_invite: 'x' }, version)).toEqual({});
  });

  it('takes nothing from a prototype', () => {
    const content = JSON.parse('{"__proto__":{"membership":"join"}}');
    expect(redactContent('m.room.member', content, version)).toEqual({});
  });
});
