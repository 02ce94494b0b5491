// Each member of a filter decides alone, and malformed filters are refused. Client-Server API, "Filtering".
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filterLimit,
  matchesEventFilter,
  matchesRoomFilter,
  parseFilter,
  parseRoomEventFilter,
} from '#protocol/matrix/filters';
import { ProtocolError } from '#support/errors';
import { filterEntriesMax } from '#support/limits';

const event = {
  type: 'm.room.message',
  sender: '@alice:a.org',
  room_id: '!r:a.org',
  content: { body: 'x' },
};
const picture = { ...event, content: { url: 'mxc://a.org/x' } };

describe('an event filter', () => {
  it.each([
    ['nothing', {}, true],
    ['its type', { types: ['m.room.message'] }, true],
    ['its type among others', { types: ['m.room.name', 'm.room.*'] }, true],
    ['other types', { types: ['m.room.name'] }, false],
    ['no types', { types: [] }, false],
    ['all but its type', { not_types: ['m.room.mess*'] }, false],
    ['its type and not', { types: ['m.room.message'], not_types: ['*'] }, false],
    ['all but other types', { not_types: ['m.room.name'] }, true],
    ['its sender', { senders: ['@alice:a.org'] }, true],
    ['another sender', { senders: ['@bob:a.org'] }, false],
    ['no senders', { senders: [] }, false],
    ['its sender and not', { senders: ['@alice:a.org'], not_senders: ['@alice:a.org'] }, false],
    ['its room', { rooms: ['!r:a.org'] }, true],
    ['another room', { rooms: ['!x:a.org'] }, false],
    ['all but its room', { not_rooms: ['!r:a.org'] }, false],
    ['a URL', { contains_url: true }, false],
    ['no URL', { contains_url: false }, true],
  ])('for %s', (_, filter, matches) => {
    expect(matchesEventFilter(parseRoomEventFilter(filter), event)).toBe(matches);
  });

  it('tells pictures by their URL', () => {
    expect(matchesEventFilter({ contains_url: true }, picture)).toBe(true);
    expect(matchesEventFilter({ contains_url: false }, picture)).toBe(false);
  });

  it('that is not there includes all', () => {
    expect(matchesEventFilter(undefined, event)).toBe(true);
    expect(matchesRoomFilter(undefined, '!r:a.org')).toBe(true);
  });

  it('lets events pass that have no sender to judge by', () => {
    const typing = { type: 'm.typing', content: {} };
    expect(matchesEventFilter({ senders: ['@bob:a.org'], rooms: [] }, typing)).toBe(true);
  });
});

describe('a filter', () => {
  it('comes through as it went in, without what nobody knows', () => {
    const filter = {
      event_fields: ['content.body'],
      event_format: 'client',
      presence: { types: [], limit: 1 },
      account_data: { not_types: ['*'] },
      room: {
        rooms: ['!r:a.org'],
        not_rooms: [],
        include_leave: true,
        timeline: { limit: 20, lazy_load_members: true, unread_thread_notifications: true },
        state: { include_redundant_members: true, contains_url: false },
        ephemeral: { not_senders: ['@bob:a.org'] },
        account_data: {},
      },
    };
    expect(parseFilter({ ...filter, more: 1 })).toEqual(filter);
    expect(parseFilter({})).toEqual({});
  });

  it.each([
    ['an array', []],
    ['text', 'x'],
    ['a room filter that is text', { room: 'x' }],
    ['a limit of zero', { room: { timeline: { limit: 0 } } }],
    ['half an event', { presence: { limit: 1.5 } }],
    ['a limit in text', { room: { timeline: { limit: '1' } } }],
    ['types in text', { room: { state: { types: 'm.room.name' } } }],
    ['a type that is a number', { account_data: { types: [1] } }],
    ['a sender that is no user', { room: { timeline: { senders: ['alice'] } } }],
    ['a room that is no room', { room: { rooms: ['r'] } }],
    ['an unknown format', { event_format: 'xml' }],
    ['a flag in text', { room: { include_leave: 'true' } }],
    ['too many entries', { presence: { types: new Array(filterEntriesMax + 1).fill('x') } }],
  ])('that is or has %s is refused', (_, filter) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ kind: 'badJson' }));
  });

  it('is refused only by ProtocolError, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          expect(matchesEventFilter(parseRoomEventFilter(json), event)).toBeTypeOf('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });

  it('limits events to what is asked for, within what is given', () => {
    const bounds = { byDefault: 10, max: 100 };
    expect([undefined, {}, { limit: 1 }, { limit: 1_000 }].map((each) => filterLimit(each, bounds))).toEqual([
      10, 10, 1, 100,
    ]);
  });
});
