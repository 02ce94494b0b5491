// Rooms that are written down in a document: the cases of another project, what the document must look like, and that
// nothing in it can break out of it.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#protocol/matrix/json';
import { resolveFixture } from '#protocol/matrix/resolution/resolve-fixture';
import { ProtocolError } from '#support/errors';

const folder = fileURLToPath(new URL('../../../../test/fixtures/state-resolution/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(`${folder}${name}`, 'utf8'));
const idsOf = (state: ReturnType<typeof resolveFixture>) => Object.values(state).flatMap(Object.values);

test('there are cases', () => {
  expect(files).toHaveLength(7);
});

test.each(files)('%s comes out as expected', (name) => {
  const { expected, ...fixture } = read(name);
  expect(idsOf(resolveFixture(fixture)).sort()).toEqual(expected.toSorted());
});

test('events may come in any order, heads too', () => {
  const { expected, ...fixture } = read('ban_vs_power_levels.json');
  const turned = { ...fixture, events: fixture.events.toReversed(), heads: fixture.heads.toReversed() };
  expect(idsOf(resolveFixture(turned)).sort()).toEqual(expected.toSorted());
});

/** A small room of version 1 or another: its creation, Ann's join, her power, and two topics on two branches. */
function room(version: string, more: Record<string, unknown> = {}) {
  const event = (id: string, type: string, stateKey: string, content: JsonObject, prev: string[]) => ({
    event_id: `$${id}:a.org`,
    room_id: '!room:a.org',
    type,
    sender: '@ann:a.org',
    state_key: stateKey,
    content,
    origin_server_ts: 1,
    depth: 1,
    prev_events: prev.map((each) => `$${each}:a.org`),
    auth_events: ['create', 'ann', 'power']
      .filter((each) => id.startsWith('topic') || prev.includes(each))
      .map((each) => `$${each}:a.org`),
  });
  return {
    roomVersion: version,
    heads: ['$topic1:a.org', '$topic2:a.org'],
    events: [
      event('create', 'm.room.create', '', { creator: '@ann:a.org' }, []),
      event('ann', 'm.room.member', '@ann:a.org', { membership: 'join' }, ['create']),
      event('power', 'm.room.power_levels', '', { users: { '@ann:a.org': 100 } }, ['create', 'ann']),
      { ...event('topic1', 'm.room.topic', '', { topic: 'one' }, ['power']), depth: 4, origin_server_ts: 5 },
      { ...event('topic2', 'm.room.topic', '', { topic: 'two' }, ['power']), depth: 3, origin_server_ts: 9 },
    ],
    ...more,
  };
}
type Room = ReturnType<typeof room>;

test('version 1 goes by depth, later versions by time', () => {
  expect(resolveFixture(room('1'))['m.room.topic']).toEqual({ '': '$topic1:a.org' });
  expect(resolveFixture(room('2'))['m.room.topic']).toEqual({ '': '$topic2:a.org' });
});

test('a rejected event changes nothing', () => {
  const { events, ...rest } = room('2');
  const refused = events.map((each) =>
    each.event_id === '$topic2:a.org' ? { ...each, rejected: true } : each,
  );
  expect(resolveFixture({ ...rest, events: refused })['m.room.topic']).toEqual({ '': '$topic1:a.org' });
});

test('references with hashes, as versions 1 and 2 have them, are read', () => {
  const { events, ...rest } = room('1');
  const hashed = events.map((each) => ({
    ...each,
    auth_events: each.auth_events.map((id) => [id, { sha256: '' }]),
  }));
  expect(resolveFixture({ ...rest, events: hashed })).toEqual(resolveFixture(room('1')));
});

test('types and state keys that objects have by themselves are keys like any other', () => {
  const { events, ...rest } = room('2', { heads: ['$odd:a.org'] });
  const odd = { ...events[3], event_id: '$odd:a.org', type: '__proto__', state_key: 'constructor' };
  const state = resolveFixture({ ...rest, events: [...events, odd] });
  expect(Object.keys(state)).toContain('__proto__');
  expect(Object.getOwnPropertyDescriptor(state, '__proto__')?.value).toEqual({ constructor: '$odd:a.org' });
});

test('a history of 20,000 events is walked without recursion', () => {
  const { events, ...rest } = room('2');
  const chain = Array.from({ length: 20_000 }, (_, index) => ({
    ...events[3],
    event_id: `$c${index}:a.org`,
    state_key: `${index % 100}`,
    prev_events: [index === 0 ? '$power:a.org' : `$c${index - 1}:a.org`],
  }));
  const state = resolveFixture({ ...rest, events: [...chain, ...events], heads: ['$c19999:a.org'] });
  expect(Object.keys(state['m.room.topic']!)).toHaveLength(100);
  expect(state['m.room.topic']!['99']).toBe('$c19999:a.org');
});

describe('a document is refused', () => {
  const changed = (change: (event: Room['events'][number]) => object) => {
    const { events, ...rest } = room('2');
    return { ...rest, events: events.map((each, index) => (index === 3 ? change(each) : each)) };
  };
  const without = (key: string) => changed((event) => ({ ...event, [key]: undefined }));
  test.each<[string, unknown, RegExp]>([
    ['that is no object', [], /input is an object/],
    ['without a room version', room('2', { roomVersion: undefined }), /roomVersion/],
    ['of a room version that nobody knows', room('99'), /"99"/],
    ['without events', room('2', { events: undefined }), /events is an array/],
    ['with an event that is none', room('2', { events: [1] }), /events\[0\] is an object/],
    ['with stateSets and heads', room('2', { stateSets: [] }), /not both/],
    ['with neither', room('2', { heads: undefined }), /not both/],
    ['with heads that are no ids', room('2', { heads: ['x'] }), /heads holds event ids/],
    ['with heads that are no array', room('2', { heads: '$x' }), /heads is an array/],
    ['with states that are no array', room('2', { heads: null, stateSets: {} }), /stateSets is an array/],
    [
      'with a state that is no array',
      room('2', { heads: null, stateSets: [{}] }),
      /stateSets\[0\] is an array/,
    ],
    ['with an unknown head', room('2', { heads: ['$x:a.org'] }), /events lacks \$x:a.org/],
    ['with an unknown event in a state', room('2', { heads: null, stateSets: [['$x:a.org']] }), /lacks \$x/],
    [
      'with a state that holds a key twice',
      room('2', { heads: null, stateSets: [['$topic1:a.org', '$topic2:a.org']] }),
      /stateSets\[0\] holds two events/,
    ],
    ['without event_id', without('event_id'), /events\[3\].event_id/],
    ['without type', without('type'), /events\[3\].type/],
    ['without sender', without('sender'), /events\[3\].sender/],
    ['without content', without('content'), /events\[3\].content/],
    ['without origin_server_ts', without('origin_server_ts'), /events\[3\].origin_server_ts/],
    ['without prev_events', without('prev_events'), /events\[3\].prev_events/],
    ['without auth_events', without('auth_events'), /events\[3\].auth_events/],
    ['with an odd state_key', changed((event) => ({ ...event, state_key: 1 })), /events\[3\].state_key/],
    ['with an odd room_id', changed((event) => ({ ...event, room_id: 'x' })), /events\[3\].room_id/],
    ['with an odd depth', changed((event) => ({ ...event, depth: 1.5 })), /events\[3\].depth/],
    ['with an odd rejected', changed((event) => ({ ...event, rejected: 1 })), /events\[3\].rejected/],
    ['with one event twice', changed((event) => ({ ...event, event_id: '$power:a.org' })), /twice/],
    [
      'with unknown auth events',
      changed((event) => ({ ...event, auth_events: ['$x:a.org'] })),
      /lacks \$x:a.org/,
    ],
    [
      'with unknown prev events',
      changed((event) => ({ ...event, prev_events: ['$x:a.org'] })),
      /lacks \$x:a.org/,
    ],
    [
      'with auth events in a circle',
      changed((event) => ({ ...event, auth_events: ['$topic1:a.org'] })),
      /leads back to it/,
    ],
    [
      'with prev events in a circle',
      changed((event) => ({ ...event, prev_events: ['$topic2:a.org', '$topic1:a.org'] })),
      /leads back to it/,
    ],
    [
      'with a message in a state',
      {
        ...changed((event) => ({ ...event, state_key: undefined })),
        heads: undefined,
        stateSets: [['$topic1:a.org']],
      },
      /no state event/,
    ],
  ])('%s', (_, input, message) => {
    expect(() => resolveFixture(input)).toThrow(ProtocolError);
    expect(() => resolveFixture(input)).toThrow(message);
  });

  test('in version 1 without a depth, by which it resolves', () => {
    const { events, ...rest } = room('1');
    const shallow = events.map(({ depth: _, ...event }) => event);
    expect(() => resolveFixture({ ...rest, events: shallow })).toThrow(/events\[0\].depth/);
    expect(() => resolveFixture({ ...rest, events: shallow, roomVersion: '2' })).not.toThrow();
  });

  test('or answered, and nothing else, whatever a value in it is', () => {
    const { heads, events, ...rest } = room('2');
    fc.assert(
      fc.property(
        fc.nat(4),
        fc.constantFrom(...Object.keys(events[0]!), 'rejected'),
        fc.oneof(fc.jsonValue(), fc.constantFrom('$ann:a.org', ['$ann:a.org'], [['$power:a.org', {}]], {})),
        fc.boolean(),
        (index, key, value, asStates) => {
          const bent = events.map((each, at) => (at === index ? { ...each, [key]: value } : each));
          const states = {
            stateSets: [events.slice(0, 4), [...events.slice(0, 3), events[4]!]].map((state) =>
              state.map(({ event_id }) => event_id),
            ),
          };
          try {
            resolveFixture({ ...rest, ...(asStates ? states : { heads }), events: bent });
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
