// The order and the content of a room's first events, and that the rules allow them. Client-Server API, "createRoom".
import { describe, expect, it } from 'vitest';
import { authorise, stateOf } from '#protocol/matrix/auth-rules';
import { buildEvent } from '#protocol/matrix/build-event';
import { type CreateRoomRequest, createRoomEvents } from '#protocol/matrix/create-room-events';
import type { Pdu } from '#protocol/matrix/event';
import {
  type EventId,
  parseRoomAlias,
  parseServerName,
  type RoomId,
  type UserId,
} from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { roomVersion } from '#protocol/matrix/room-versions';
import { signingKeyFromSeed } from '#protocol/matrix/signing-keys';

const creator = '@alice:a.org' as UserId;
const [bob, carol] = ['@bob:b.org', '@carol:c.org'] as [UserId, UserId];
const profileOf = (userId: UserId) => ({ displayname: userId.slice(1, 4) });
const events = (request: CreateRoomRequest, version = '12') =>
  createRoomEvents(request, { creator, version: roomVersion(version), profileOf });
const content = (
  request: CreateRoomRequest,
  type: string,
  version = '12',
  stateKey = '',
): JsonObject | undefined =>
  events(request, version).find((each) => each.type === type && each.state_key === stateKey)?.content;

const full: CreateRoomRequest = {
  preset: 'public_chat',
  name: 'Tea',
  topic: 'Leaves',
  invite: [bob, carol, bob],
  is_direct: true,
  creation_content: { type: 'm.space', 'm.federate': false, creator: '@mallory:m.org', room_version: '1' },
  initial_state: [
    { type: 'm.room.encryption', content: { algorithm: 'm.megolm.v1.aes-sha2' } },
    { type: 'x', state_key: 'y', content: {} },
  ],
  power_level_content_override: { invite: 10 },
};

describe('the events of a new room', () => {
  it('stand in the order of the specification', () => {
    const alias = parseRoomAlias('#tea:a.org');
    const all = createRoomEvents(full, { creator, version: roomVersion('12'), alias, profileOf });
    expect(all.map(({ type, state_key }) => `${type} ${state_key}`.trim())).toEqual([
      'm.room.create',
      `m.room.member ${creator}`,
      'm.room.power_levels',
      'm.room.canonical_alias',
      'm.room.join_rules',
      'm.room.history_visibility',
      'm.room.guest_access',
      'm.room.encryption',
      'x y',
      'm.room.name',
      'm.room.topic',
      `m.room.member ${bob}`,
      `m.room.member ${carol}`,
    ]);
    expect(all[3]!.content).toEqual({ alias });
  });

  it.each([
    ['private_chat', 'invite', 'can_join'],
    ['trusted_private_chat', 'invite', 'can_join'],
    ['public_chat', 'public', 'forbidden'],
  ] as const)('follow the preset %s', (preset, join_rule, guest_access) => {
    expect(content({ preset }, 'm.room.join_rules')).toEqual({ join_rule });
    expect(content({ preset }, 'm.room.history_visibility')).toEqual({ history_visibility: 'shared' });
    expect(content({ preset }, 'm.room.guest_access')).toEqual({ guest_access });
  });

  it('follow the visibility where no preset is named', () => {
    expect(content({ visibility: 'public' }, 'm.room.join_rules')).toEqual({ join_rule: 'public' });
    expect(content({ visibility: 'public', preset: 'private_chat' }, 'm.room.join_rules')).toEqual({
      join_rule: 'invite',
    });
    expect(content({}, 'm.room.join_rules')).toEqual({ join_rule: 'invite' });
  });

  it('keep what the client adds to the create event, but for what the server says', () => {
    for (const version of ['11', '12']) {
      expect(content(full, 'm.room.create', version)).toEqual({
        type: 'm.space',
        'm.federate': false,
        room_version: version,
      });
    }
  });

  it('let initial_state outweigh the preset, and name and topic outweigh initial_state', () => {
    const request: CreateRoomRequest = {
      name: 'Tea',
      initial_state: [
        { type: 'm.room.join_rules', content: { join_rule: 'knock' } },
        { type: 'm.room.name', content: { name: 'Coffee' } },
        { type: 'm.room.name', state_key: 'x', content: {} },
      ],
    };
    const all = events(request);
    expect(all.filter((each) => each.type === 'm.room.join_rules')).toHaveLength(1);
    expect(content(request, 'm.room.join_rules')).toEqual({ join_rule: 'knock' });
    expect(all.filter((each) => each.type === 'm.room.name').map((each) => each.content)).toEqual([
      {},
      { name: 'Tea' },
    ]);
  });

  it('show members by their profile, and direct chats as such', () => {
    expect(content(full, 'm.room.member', '12', creator)).toEqual({ membership: 'join', displayname: 'ali' });
    expect(content(full, 'm.room.member', '12', bob)).toEqual({
      membership: 'invite',
      displayname: 'bob',
      is_direct: true,
    });
    expect(content({ invite: [bob] }, 'm.room.member', '12', bob)).not.toHaveProperty('is_direct');
  });

  it('give the topic as text of a known kind', () => {
    expect(content(full, 'm.room.topic')).toEqual({
      topic: 'Leaves',
      'm.topic': { 'm.text': [{ body: 'Leaves' }] },
    });
  });
});

describe('power in a new room', () => {
  it('is given by a level up to version 11, and implied from 12 on', () => {
    expect(content({}, 'm.room.power_levels', '11')!.users).toEqual({ [creator]: 100 });
    expect(content({}, 'm.room.power_levels', '12')!.users).toEqual({});
  });

  it('is shared with the trusted', () => {
    const request: CreateRoomRequest = {
      preset: 'trusted_private_chat',
      invite: [bob],
      creation_content: { additional_creators: [carol, bob, creator] },
    };
    expect(content(request, 'm.room.power_levels', '11')!.users).toEqual({ [creator]: 100, [bob]: 100 });
    expect(content(request, 'm.room.create', '12')!.additional_creators).toEqual([carol, bob]);
    expect(
      content({ ...request, preset: 'private_chat' }, 'm.room.create', '12')!.additional_creators,
    ).toEqual([carol, bob]);
    expect(content({ invite: [bob] }, 'm.room.create', '12')).not.toHaveProperty('additional_creators');
  });

  it('keeps upgrades for creators from version 12 on', () => {
    const tombstone = (version: string) =>
      (content({}, 'm.room.power_levels', version)!.events as JsonObject)['m.room.tombstone'];
    expect([tombstone('11'), tombstone('12')]).toEqual([100, 150]);
  });

  it('may be overridden by the client', () => {
    const override = { ban: 99, events: { x: 1 }, notifications: { room: 1 } };
    expect(content({ power_level_content_override: override }, 'm.room.power_levels')).toMatchObject(
      override,
    );
    expect(content({ power_level_content_override: { ban: 99 } }, 'm.room.power_levels')).toMatchObject({
      kick: 50,
    });
  });

  it.each(['x', [1], ['bob'], {}])('is not given to %j', (additional_creators) => {
    const request = { creation_content: { additional_creators } as JsonObject };
    expect(() => events(request)).toThrow(expect.objectContaining({ kind: 'badJson' }));
  });
});

it.each(['11', '12'])('the rules of version %s allow every one of them', (id) => {
  const version = roomVersion(id);
  const key = signingKeyFromSeed(new Uint8Array(32), 'ed25519:a', parseServerName('a.org'));
  const state: Pdu[] = [];
  let roomId = id === '11' ? ('!r:a.org' as RoomId) : undefined;
  let prev: EventId[] = [];
  for (const [index, proposal] of events({ ...full, creation_content: {} }, id).entries()) {
    const draft = {
      ...proposal,
      ...(roomId === undefined ? {} : { room_id: roomId }),
      sender: creator,
      origin_server_ts: 1,
      depth: index + 1,
      prev_events: prev,
      auth_events: [],
    };
    expect(authorise(draft, version, stateOf(state))).toMatchObject({ allowed: true });
    const built = buildEvent(draft, version, key);
    [roomId, prev] = [built.roomId, [built.eventId]];
    state.push(built.pdu);
  }
  expect(state).toHaveLength(12);
});
