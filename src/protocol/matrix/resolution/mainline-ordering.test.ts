// The mainline ordering against its definition, on lines of power levels that part, never meet, or end.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pdu } from '#protocol/matrix/event';
import type { EventId, RoomId, UserId } from '#protocol/matrix/identifiers';
import { EventGraph } from '#protocol/matrix/resolution/event-graph';
import { KnownEvents } from '#protocol/matrix/resolution/known-events';
import { mainlineOrdering } from '#protocol/matrix/resolution/mainline-ordering';
import type { Asking } from '#protocol/matrix/resolution/questions';
import { settle } from '#protocol/matrix/resolution/resolve';
import { roomVersion } from '#protocol/matrix/room-versions';

/**
 * Power levels, each of which names one of those before it or none, and a membership, which lifts its generation; and
 * notes that name one of them or none.
 */
const lines = fc.record({
  levels: fc.array(fc.tuple(fc.nat(12), fc.nat(20)), { minLength: 1, maxLength: 12 }),
  notes: fc.array(fc.tuple(fc.nat(13), fc.nat(2)), { minLength: 1, maxLength: 8 }),
  from: fc.option(fc.nat(11), { nil: undefined }),
});

const levelsId = (index: number) => `$levels${index}` as EventId;
const memberId = (index: number) => `$member${index}` as EventId;
const noteId = (index: number) => `$note${index}` as EventId;

function pdu(type: string, time: number, authEvents: EventId[]): Pdu {
  return {
    type,
    room_id: '!r:a' as RoomId,
    sender: '@ann:a' as UserId,
    state_key: '',
    content: {},
    origin_server_ts: time,
    depth: 1,
    prev_events: [],
    auth_events: authEvents,
    hashes: { sha256: '' },
    signatures: {},
  };
}

test('is what its definition says', () => {
  fc.assert(
    fc.property(lines, ({ levels, notes, from }) => {
      // Those of a high number name the ones before them; 0 names none.
      const before = levels.map(([each], index) => (each === 0 ? -1 : Math.max(-1, index - 1 - (each % 4))));
      const graph = new EventGraph();
      for (let index = 0; index <= 20; index++) {
        const named = index === 0 ? [] : [memberId(index - 1)];
        graph.add({ eventId: memberId(index), pdu: pdu('m.room.member', 0, named) });
      }
      before.forEach((named, index) => {
        const authEvents = [...(named < 0 ? [] : [levelsId(named)]), memberId(levels[index]![1])];
        graph.add({ eventId: levelsId(index), pdu: pdu('m.room.power_levels', 0, authEvents) });
      });
      const cited = notes.map(([each]) => (each % (levels.length + 1)) - 1);
      notes.forEach(([, time], index) => {
        const authEvents = cited[index]! < 0 ? [] : [levelsId(cited[index]!)];
        graph.add({ eventId: noteId(index), pdu: pdu('org.example.note', time, authEvents) });
      });

      const mainline: number[] = [];
      const start = from === undefined ? -1 : from % levels.length;
      for (let at = start; at >= 0; at = before[at]!) mainline.push(at);
      const position = (index: number) => {
        let at = cited[index]!;
        while (at >= 0 && !mainline.includes(at)) at = before[at]!;
        return at < 0 ? Number.POSITIVE_INFINITY : mainline.indexOf(at);
      };
      const ids = notes.map((_, index) => index);
      const expected = ids.toSorted((x, y) => {
        if (position(x) !== position(y)) return position(y) > position(x) ? 1 : -1;
        return notes[x]![1] - notes[y]![1] || x - y;
      });

      const known = new KnownEvents(roomVersion('11'));
      const first = start < 0 ? undefined : levelsId(start);
      const asking = (function* (): Asking<EventId[]> {
        yield* known.load(first === undefined ? ids.map(noteId) : [...ids.map(noteId), first]);
        return yield* mainlineOrdering(known, first, ids.map(noteId));
      })();
      const ordered = settle(asking, (question) =>
        question.ask === 'events' ? question.ids.map((id) => graph.get(id)) : [],
      );
      expect(ordered).toEqual(expected.map(noteId));
    }),
    { numRuns: 500 },
  );
});
