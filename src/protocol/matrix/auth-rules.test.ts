// For every step of the rules on all events in versions 11 and 12: two judgements that differ only in what the step
// decides, one allowed and one refused by that step. Rules are named by their number in version 12.
import { describe, expect, it } from 'vitest';
import { authorise, stateOf } from '#protocol/matrix/auth-rules';
import type { EventDraft } from '#protocol/matrix/event';
import { roomCreatedBy } from '#protocol/matrix/hashes';
import type { JsonObject } from '#protocol/matrix/json';
import {
  admin,
  alice,
  bob,
  by,
  carol,
  type Fields,
  hash,
  inEleven,
  join,
  levels,
  message,
  mod,
  offer,
  type Pair,
  roomOf,
  topic,
} from '#test/fixtures/auth-room';

const unfederated: Fields = { type: 'm.room.create', content: { 'm.federate': false } };

const general: readonly Pair[] = [
  [
    '1.1',
    'a create event has no prev_events',
    { event: { type: 'm.room.create' } },
    { event: { type: 'm.room.create', prev_events: [hash('A')] } },
  ],
  [
    '1.3',
    'its room_version is a known one',
    { event: { type: 'm.room.create', content: { room_version: '11' } } },
    { event: { type: 'm.room.create', content: { room_version: 'eleven' } } },
  ],
  [
    '1.3',
    'its room_version is text',
    { event: { type: 'm.room.create', content: {} } },
    { event: { type: 'm.room.create', content: { room_version: 12 } } },
  ],
  [
    '2',
    'the event is in the room',
    { event: message(bob) },
    { event: { ...message(bob), room_id: '!other:a.org' } },
  ],
  [
    '4',
    'no other server in a room that is not federated',
    { event: message(admin), state: [unfederated] },
    { event: message(bob), state: [unfederated] },
  ],
  ['6', 'the sender is in the room', { event: message(bob) }, { event: message(carol) }],
  [
    '6',
    'the sender is still in the room',
    { event: message(bob) },
    { event: message(bob), state: [by(bob, bob, 'leave')] },
  ],
  [
    '7.1',
    'third-party invites take the invite level',
    { event: offer({}), state: [levels({ invite: 0 })] },
    { event: offer({}), state: [levels({ invite: 1 })] },
  ],
  ['8', 'state takes power', { event: topic(mod) }, { event: topic(bob) }],
  [
    '8',
    'events_default counts for messages',
    { event: message(bob), state: [levels({ events_default: 0 })] },
    { event: message(bob), state: [levels({ events_default: 1 })] },
  ],
  [
    '8',
    'a level of its own outweighs the default',
    { event: topic(bob), state: [levels({ events: { 'm.room.topic': 0 } })] },
    { event: topic(bob), state: [levels({ events: { 'm.room.topic': 1 } })] },
  ],
  [
    '8',
    'types named like members of objects have the default level',
    { event: { type: 'constructor', state_key: '', sender: mod } },
    { event: { type: 'constructor', state_key: '', sender: bob } },
  ],
  [
    '9',
    "a state key may not be another user's id",
    { event: { type: 'x', state_key: mod, sender: mod } },
    { event: { type: 'x', state_key: bob, sender: mod } },
  ],
];

describe.each(['11', '12'])('authorisation in room version %s', (id) => {
  const { judge } = roomOf(id);
  it.each(general)('%s: %s', (rule, _, good, bad) => {
    expect(judge(good)).toBe('allowed');
    expect(judge(bad)).toBe(id === '12' ? rule : inEleven(rule));
  });

  it('takes the creator for powerful while there are no power levels', () => {
    const without: readonly Fields[] = [{ ...levels({}), type: 'none' }];
    const room = roomOf(id);
    const create = room.pdu(room.create());
    const inRoom = (fields: Fields) =>
      ({ ...room.base, room_id: roomCreatedBy(create, room.version), ...fields }) as EventDraft;
    const state = stateOf([
      create,
      ...[join(alice), join(mod), ...without].map((each) => room.pdu(inRoom(each))),
    ]);
    expect(authorise(inRoom(levels({ users: { [mod]: 50 } })), room.version, state).allowed).toBe(true);
    expect(authorise(inRoom(topic(mod)), room.version, state)).toMatchObject({
      rule: id === '12' ? '8' : '7',
    });
    const none = stateOf([]);
    expect(authorise(inRoom(topic(mod)), room.version, none)).toMatchObject({
      rule: id === '12' ? '2' : '2.4',
    });
  });
});

describe('room version 11 alone', () => {
  const { judge } = roomOf('11');
  it('1.2: wants the room on the server of its creator', () => {
    expect(judge({ event: { type: 'm.room.create', room_id: '!x:a.org' } })).toBe('allowed');
    expect(judge({ event: { type: 'm.room.create', room_id: '!x:b.org' } })).toBe('1.2');
  });

  it('lets the creator be demoted, and knows no additional creators', () => {
    expect(judge({ event: by(admin, alice, 'leave'), state: [levels({ users: { [admin]: 100 } })] })).toBe(
      'allowed',
    );
    const crowded = { type: 'm.room.create', content: { additional_creators: [bob] } };
    expect(judge({ event: topic(bob), state: [crowded] })).toBe('7');
    expect(judge({ event: { ...crowded, content: { additional_creators: 'x' } } })).toBe('allowed');
  });
});

describe('room version 12 alone', () => {
  const { judge } = roomOf('12');
  const crowded = { type: 'm.room.create', content: { additional_creators: [bob] } };

  it('1.2: wants no room_id in the create event', () => {
    expect(judge({ event: { type: 'm.room.create' } })).toBe('allowed');
    expect(judge({ event: { type: 'm.room.create', room_id: `!${'A'.repeat(43)}` } })).toBe('1.2');
  });

  it.each([[[bob, 'bob']], [[1]], ['@bob:b.org'], [{}], [null]])(
    '1.4: refuses %j as additional creators',
    (creators) => {
      expect(judge({ event: crowded })).toBe('allowed');
      expect(judge({ event: { ...crowded, content: { additional_creators: creators } as JsonObject } })).toBe(
        '1.4',
      );
    },
  );

  it('gives creators power beyond any level', () => {
    const high = levels({ events: { 'm.room.topic': Number.MAX_SAFE_INTEGER }, users: { [admin]: 100 } });
    expect(judge({ event: topic(alice), state: [high] })).toBe('allowed');
    expect(judge({ event: topic(bob), state: [high, crowded] })).toBe('allowed');
    expect(judge({ event: topic(bob), state: [high] })).toBe('8');
    expect(judge({ event: by(admin, alice, 'leave'), state: [high] })).toBe('5.5.5');
    expect(judge({ event: by(admin, bob, 'ban'), state: [high, crowded] })).toBe('5.6.3');
    expect(judge({ event: by(alice, bob, 'ban'), state: [high, crowded] })).toBe('5.6.3');
    expect(judge({ event: by(alice, admin, 'ban'), state: [high] })).toBe('allowed');
  });

  it('10.4: keeps creators out of the levels', () => {
    expect(judge({ event: levels({ users: { [bob]: 1 } }) })).toBe('allowed');
    expect(judge({ event: levels({ users: { [alice]: 1 } }) })).toBe('10.4');
    expect(judge({ event: levels({ users: { [bob]: 1 } }), state: [crowded] })).toBe('10.4');
  });

  it('takes hostile levels for no levels', () => {
    const hostile = levels(JSON.parse('{"users":{"__proto__":100},"events":[],"ban":"1","kick":null}'));
    expect(judge({ event: topic(mod), state: [hostile] })).toBe('8');
    expect(judge({ event: by(mod, bob, 'ban'), state: [hostile] })).toBe('5.6.3');
  });
});
