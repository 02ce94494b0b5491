// The state along a history, held against the plain way: a whole map for every event, resolved by the specification's
// text wherever an event follows several.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isState, prevEventIds } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { EventGraph } from '#protocol/matrix/resolution/event-graph';
import { MissingEventsError } from '#protocol/matrix/resolution/questions';
import { stateAfter } from '#protocol/matrix/resolution/state-after';
import { roomVersion } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';
import { partedRoom, wildStates } from '#test/fixtures/conflicting-states';
import { type OracleEvent, resolveByTheText } from '#test/fixtures/state-resolution-oracle';

const sorted = (state: ReadonlyMap<string, string>) => [...state].sort(([a], [b]) => (a < b ? -1 : 1));

describe.each(['1', '2', '12'])('room version %s', (id) => {
  const version = roomVersion(id);

  /** Events that follow any of those before them, some of them messages; and any of them as heads. */
  const histories = fc
    .tuple(
      wildStates(version, 14),
      fc.array(fc.tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.nat(4)), { minLength: 30, maxLength: 30 }),
      fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    )
    .map(([room, choices, chosen]) => {
      const ids = [...room.events.keys()];
      const events = [...room.events.values()].map(({ eventId, pdu, rejected }, index): OracleEvent => {
        const [back, kind] = choices[index % choices.length]!;
        const prev = index === 0 ? [] : [0, ...back].map((each) => ids[Math.max(0, index - 1 - each)]!);
        const { state_key: _, ...message } = pdu;
        const isMessage = kind < 3 && (pdu.type.endsWith('note') || pdu.type === 'm.room.topic');
        return { eventId, pdu: { ...(isMessage ? message : pdu), prev_events: prev }, rejected };
      });
      return { events, heads: chosen.map((each) => ids[Math.max(0, ids.length - 1 - each)]!) };
    });

  test('is what whole maps would hold', () => {
    fc.assert(
      fc.property(histories, ({ events, heads }) => {
        const graph = EventGraph.of(events);
        const byId = new Map(events.map((event) => [event.eventId, event]));
        const after = new Map<EventId, ReadonlyMap<string, EventId>>();
        const meet = (ids: readonly EventId[]) =>
          resolveByTheText(
            version,
            byId,
            ids.map((each) => after.get(each)!),
          );
        for (const { eventId, pdu, rejected } of events) {
          const state = meet(prevEventIds(pdu));
          if (isState(pdu) && !rejected) state.set(stateKeyText(pdu.type, pdu.state_key), eventId);
          after.set(eventId, state);
        }
        expect(sorted(stateAfter(graph, version, heads))).toEqual(sorted(meet(heads)));
        for (const { eventId } of events) {
          expect(sorted(stateAfter(graph, version, [eventId]))).toEqual(sorted(after.get(eventId)!));
        }
      }),
      { numRuns: 25 },
    );
  });
});

test('an event of the history that is not there is named', () => {
  const { version, events } = partedRoom(roomVersion('12'), { members: 1, levelChanges: 1, newRules: false });
  const [first, second] = [...events.values()];
  const graph = EventGraph.of([
    first!,
    { ...second!, pdu: { ...second!.pdu, prev_events: ['$x' as EventId] } },
  ]);
  expect(() => stateAfter(graph, version, [second!.eventId])).toThrow(
    new MissingEventsError(['$x' as EventId]),
  );
  expect(sorted(stateAfter(graph, version, [first!.eventId]))).toHaveLength(1);
});

test('an auth graph takes an event once what it rests on is there, and once only', () => {
  const { events } = partedRoom(roomVersion('12'), { members: 1, levelChanges: 1, newRules: false });
  const [first, , second] = [...events.values()];
  const graph = new EventGraph();
  expect(() => graph.add(second!)).toThrow(MissingEventsError);
  const added = graph.add(first!);
  expect(added.generation).toBe(0);
  expect(graph.add(first!)).toBe(added);
  expect(graph.get(second!.eventId)).toBeUndefined();
});
