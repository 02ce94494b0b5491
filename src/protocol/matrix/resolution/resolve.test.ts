// What a resolution asks for: no more in a large and old room than in a small and young one, and never what it does not
// need; and that it answers the same whoever answers it, or not at all.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authEventKeys } from '#protocol/matrix/auth-events';
import { authorise } from '#protocol/matrix/auth-rules';
import { isState } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { EventGraph } from '#protocol/matrix/resolution/event-graph';
import {
  MissingEventsError,
  type Question,
  type ResolutionSource,
} from '#protocol/matrix/resolution/questions';
import { resolveFrom, settle } from '#protocol/matrix/resolution/resolve';
import { resolveState } from '#protocol/matrix/resolution/resolve-state';
import { memoryAnswers, resolveStateSets } from '#protocol/matrix/resolution/resolve-state-sets';
import { conflictedKeys } from '#protocol/matrix/resolution/state-maps';
import { roomVersion, roomVersions } from '#protocol/matrix/room-versions';
import { stateKeyText } from '#protocol/matrix/state-keys';
import {
  branchingStates,
  type ConflictingStates,
  partedRoom,
  wildStates,
} from '#test/fixtures/conflicting-states';
import { resolveByTheText } from '#test/fixtures/state-resolution-oracle';

const few = { members: 3, levelChanges: 2, newRules: true };

/** Resolves and keeps the questions. */
function questionsOf({ version, events, states }: ConflictingStates): Question[] {
  const answer = memoryAnswers(EventGraph.of(events.values()), states);
  const questions: Question[] = [];
  settle(resolveState(version, conflictedKeys(states)), (question) => {
    questions.push(question);
    return answer(question);
  });
  return questions;
}

const count = (questions: readonly Question[]) => ({
  questions: questions.length,
  events: questions.flatMap((each) => (each.ask === 'events' ? each.ids : [])).length,
  keys: questions.flatMap((each) => (each.ask === 'unconflicted' ? each.keys : [])).length,
  covered: questions.flatMap((each) => (each.ask === 'covered' ? each.ids : [])).length,
});

describe.each(['1', '2', '11', '12'])('room version %s', (id) => {
  const version = roomVersion(id);

  test('a large room with a long past is asked for as much as a small one', () => {
    const small = partedRoom(version, { members: 10, levelChanges: 2, newRules: true });
    const large = partedRoom(version, { members: 1_000, levelChanges: 100, newRules: true });
    const asked = count(questionsOf(large));
    expect(asked).toEqual(count(questionsOf(small)));
    // 22 events are in conflict. They rest on eight joins, the power levels before, Ann's join and the creation.
    expect(asked.events).toBeLessThanOrEqual(33);
    expect(asked.covered).toBeLessThanOrEqual(11);
    expect(asked.keys).toBeLessThanOrEqual(2);
    expect(asked.questions).toBeLessThanOrEqual(5);
  });

  test('where all in conflict rests on the same events, nobody is asked what these rest on', () => {
    const room = partedRoom(version, { members: 3, levelChanges: 9, newRules: true });
    const notes = ['$0-a', '$0-b'] as EventId[];
    const topic = room.events.get(room.states[1]!.get(stateKeyText('m.room.topic', ''))!)!;
    const events = new Map(room.events);
    for (const eventId of notes) events.set(eventId, { ...topic, eventId });
    const states = notes.map((id) => new Map(room.states[1]).set(stateKeyText('m.room.topic', ''), id));
    const asked = count(questionsOf({ version, events, states }));
    expect(asked.covered).toBe(0);
    expect(asked.events).toBeLessThanOrEqual(5);
  });

  test('an old event in conflict costs the auth chains from the newest down to it', () => {
    const fresh = count(questionsOf(partedRoom(version, { members: 9, levelChanges: 100, newRules: true })));
    const old = count(questionsOf(partedRoom(version, { members: 9, levelChanges: 100, newRules: false })));
    expect(old.events).toBeLessThanOrEqual(fresh.events + 100);
    expect(old.covered).toBeLessThanOrEqual(fresh.covered + 1);
    expect(old.keys).toBe(fresh.keys);
  });

  test('that room comes out as the text says', () => {
    const room = partedRoom(version, few);
    const resolved = resolveStateSets(EventGraph.of(room.events.values()), version, room.states);
    expect(new Map([...resolved].sort())).toEqual(
      new Map([...resolveByTheText(version, room.events, room.states)].sort()),
    );
  });

  test('nothing is asked twice, nor where nothing is in conflict', () => {
    fc.assert(
      fc.property(wildStates(version), (room) => {
        const questions = questionsOf(room);
        for (const ask of ['events', 'covered'] as const) {
          const ids = questions.flatMap((each) => (each.ask === ask ? each.ids : []));
          expect(ids.length).toBe(new Set(ids).size);
        }
        const keys = questions.flatMap((each) => (each.ask === 'unconflicted' ? each.keys : []));
        expect(keys.length).toBe(new Set(keys.map((key) => stateKeyText(...key))).size);
        expect(
          questions.every((each) => (each.ask === 'unconflicted' ? each.keys : each.ids).length > 0),
        ).toBe(true);
        expect(questionsOf({ ...room, states: [room.states[0]!, room.states[0]!] })).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('one who reads first', () => {
  function sourceOf({ events, states }: ConflictingStates): ResolutionSource {
    const answer = memoryAnswers(EventGraph.of(events.values()), states);
    const later = async <T>(question: Question) => (await Promise.resolve(answer(question))) as T;
    return {
      events: (ids) => later({ ask: 'events', ids }),
      unconflicted: (keys) => later({ ask: 'unconflicted', keys }),
      covered: (ids) => later({ ask: 'covered', ids }),
    };
  }

  test.each(['1', '2', '12'])('is answered what one who has all at hand is: version %s', async (id) => {
    const room = partedRoom(roomVersion(id), few);
    const conflicted = conflictedKeys(room.states);
    const answer = memoryAnswers(EventGraph.of(room.events.values()), room.states);
    const atHand = settle(resolveState(room.version, conflicted), answer);
    expect(await resolveFrom(sourceOf(room), room.version, conflicted)).toEqual(atHand);
  });

  test.each(['1', '2', '12'])(
    'and does not have an event gets an error that names it: version %s',
    async (id) => {
      const room = partedRoom(roomVersion(id), few);
      const lost = room.states[0]!.get(stateKeyText('m.room.power_levels', ''))!;
      const source = sourceOf(room);
      const events = async (ids: readonly EventId[]) =>
        (await source.events(ids)).map((event) => (event?.eventId === lost ? undefined : event));
      const failed = resolveFrom({ ...source, events }, room.version, conflictedKeys(room.states));
      await expect(failed).rejects.toThrow(MissingEventsError);
      await expect(failed).rejects.toMatchObject({ ids: [lost] });
    },
  );
});

test.each([...roomVersions.values()])(
  'version $id: the rules look at nothing but what the selection of auth events names, and the create event',
  (version) => {
    fc.assert(
      fc.property(branchingStates(version), ({ events, states }) => {
        for (const { pdu } of events.values()) {
          if (!isState(pdu)) continue;
          const named = new Set(authEventKeys(pdu, version).map((key) => stateKeyText(...key)));
          named.add(stateKeyText('m.room.create', ''));
          authorise(pdu, version, (type, stateKey) => {
            expect(named).toContain(stateKeyText(type, stateKey));
            const held = states[0]!.get(stateKeyText(type, stateKey));
            return held && events.get(held)!.pdu;
          });
        }
      }),
      { numRuns: 10 },
    );
  },
);
