import { describe, expect, test } from 'vitest';
import { type EnteredRoom, enterRoom } from '#domain/rooms/enter-room';
import { receivePdu } from '#domain/rooms/receive-pdu';
import type { Rooms } from '#domain/rooms/rooms';
import type { EventId, UserId } from '#protocol/matrix/identifiers';
import type { JsonObject, JsonValue } from '#protocol/matrix/json';
import { parseJson } from '#protocol/matrix/parse-json';
import { stateKeyText } from '#protocol/matrix/state-keys';
import type { Store } from '#store/contract';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { answerTo, largeRoom, Story } from '#test/fixtures/entered-room';

import type { GrownEvent } from '#test/fixtures/random-rooms';
import { receive } from '#test/fixtures/received-room';
import { openRooms } from '#test/fixtures/rooms';

const alice = '@alice:test' as UserId;
const bob = '@bob:test' as UserId;
const ann = '@ann:a.org' as UserId;
const ben = '@ben:b.org' as UserId;

async function differencesIn({ database }: Rooms) {
  return (await database.check()).value.differences;
}

/** The room's state now, and as the model has it. */
async function statesAfter(rooms: Rooms, { growth }: Story, event: GrownEvent) {
  const entries = await rooms.database.read((reader) => reader.state(growth.roomId));
  return {
    found: Object.fromEntries(
      entries.map((entry) => [stateKeyText(entry.type, entry.stateKey), entry.event]).sort(),
    ),
    expected: Object.fromEntries([...growth.graph.get(event.eventId).after].sort()),
  };
}

describe('entering a room that was not known', () => {
  test('one of 5,000 members', { timeout: 60_000 }, async () => {
    const large = largeRoom(5_000);
    const { entered, next } = large;
    const { room } = entered;
    const rooms = await openRooms();
    const progress = new Map<string, number[]>();
    const join = await enterRoom(rooms, {
      ...entered,
      onProgress: ({ step, done, total }) => {
        progress.set(step, [...(progress.get(step) ?? []), done]);
        expect(done).toBeLessThanOrEqual(total);
      },
    });
    expect(progress.get('checking')?.at(-1)).toBe(5_008);
    expect(progress.get('storing')?.at(-1)).toBe(5_004);
    expect(progress.get('staging')).toHaveLength(Math.ceil(5_004 / 800));
    const found = await rooms.database.read(async (reader) => ({
      head: await reader.head(room),
      counts: await reader.memberCount(room, 'join'),
      members: (await reader.members(room, 'join')).length,
      state: (await reader.state(room)).length,
      alice: await reader.membership(alice, room),
    }));
    expect(found).toMatchObject({
      head: { extremities: [join], line: 1 },
      counts: 5_002,
      members: 5_002,
      state: 5_005,
      alice: { membership: 'join', event: join, hasJoined: true },
    });
    expect(await differencesIn(rooms)).toEqual([]);
    const receipt = await receivePdu(rooms, { pdu: parseJson(next.text).value, findKeys: entered.findKeys });
    expect(receipt).toMatchObject({ outcome: 'accepted' });
  });

  test('entering it once more by the same event changes nothing', async () => {
    const { entered } = largeRoom(3);
    const rooms = await openRooms();
    const join = await enterRoom(rooms, entered);
    const before = await rooms.database.read((reader) => reader.head(entered.room));
    expect(await enterRoom(rooms, entered)).toBe(join);
    expect(await rooms.database.read((reader) => reader.head(entered.room))).toEqual(before);
    expect(await differencesIn(rooms)).toEqual([]);
  });

  test('one event that is not as it should be does not spoil the rest', async () => {
    const { entered } = largeRoom(3);
    const forged = { ...(entered.state.at(-1) as JsonObject), origin_server_ts: 5 };
    const broken = { ...entered, state: [...entered.state.slice(0, -1), forged, 'nothing'] as JsonValue[] };
    const rooms = await openRooms();
    await enterRoom(rooms, broken);
    expect(await rooms.database.read((reader) => reader.memberCount(entered.room, 'join'))).toBe(4);
    expect(await differencesIn(rooms)).toEqual([]);
  });

  test('what an event of the state names and nobody tells keeps it out, and so does a rule', async () => {
    const story = new Story();
    const topic = story.topic('by ann');
    const refused = story.say('@amy:a.org' as UserId, 'x', {}, 'by one who is not there');
    const join = story.member(bob, 'join');
    const answer = answerTo(story.growth, join.eventId);
    const isAnns = (value: JsonValue) => (value as JsonObject).state_key === ann;
    const rooms = await openRooms();
    await enterRoom(rooms, {
      ...answer,
      state: [...answer.state.filter((value) => !isAnns(value)), parseJson(refused.text).value],
      authChain: answer.authChain.filter((value) => !isAnns(value)),
    });
    const found = await rooms.database.read(async (reader) => ({
      members: (await reader.members(story.growth.roomId, 'join')).map(({ user }) => user).sort(),
      topic: await reader.anyEvent(topic.eventId),
      refused: await reader.anyEvent(refused.eventId),
      state: (await reader.state(story.growth.roomId)).map(({ type }) => type),
    }));
    expect(found.members).toEqual([alice, ben, bob]);
    expect(found.topic).toBeUndefined();
    expect(found.refused).toMatchObject({ standing: 'outlier', refusal: {} });
    expect(found.state).not.toContain('x');
    expect(found.state).not.toContain('m.room.topic');
    expect(await differencesIn(rooms)).toEqual([]);
  });
});

test.each([
  ['no create event', (answer: EnteredRoom) => ({ state: answer.state.slice(1) }), 'no create event'],
  [
    'two events of one key',
    (answer: EnteredRoom, story: Story) => ({
      state: [...answer.state, parseJson((story.growth.events[1] as GrownEvent).text).value],
    }),
    'two things',
  ],
  [
    'a join that the state does not allow',
    (answer: EnteredRoom, story: Story) => ({
      state: [...answer.state.filter((value) => (value as JsonObject).type !== 'm.room.join_rules')].concat(
        parseJson(story.say(alice, 'm.room.join_rules', { join_rule: 'x' }, '').text).value,
      ),
      join: parseJson(story.member('@amy:a.org' as UserId, 'join').text).value,
    }),
    '',
  ],
  ['another version', () => ({ version: '9' }), ''],
])('an answer with %s is refused, and nothing is stored', async (_, change, reason) => {
  const story = new Story();
  story.member(alice, 'join');
  const answer = answerTo(story.growth, story.member(bob, 'join').eventId);
  const rooms = await openRooms();
  const broken = { ...answer, ...change(answer, story) };
  await expect(enterRoom(rooms, broken)).rejects.toThrow(reason);
  expect(await rooms.database.read((reader) => reader.room(answer.room))).toBeUndefined();
  expect(await differencesIn(rooms)).toEqual([]);
});

describe('a crash', () => {
  /** Rooms whose server ends once `left` transactions more are done; they are counted. */
  async function openEnding(store: Store) {
    const life = { left: Number.POSITIVE_INFINITY, done: 0 };
    const ending: Store = {
      ...store,
      read: (body) => store.read(body),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
      transact: async (body, options) => {
        if (life.done === life.left) throw new Error('the server has ended');
        const outcome = await store.transact(body, options);
        life.done++;
        return outcome;
      },
    };
    const rooms = await openRooms(ending);
    life.done = 0;
    return { rooms, life };
  }

  test('after any transaction leaves nothing out of order', { timeout: 60_000 }, async () => {
    const { entered } = largeRoom(850);
    const undisturbed = await openEnding(makeStore(openMemoryEngine()));
    await enterRoom(undisturbed.rooms, entered);
    const store = makeStore(openMemoryEngine());
    const [announced, stored, staged] = [1, 2, 2];
    expect(undisturbed.life.done).toBe(announced + stored + 1 + staged + 1);
    // Each life is a transaction longer than the one before.
    for (let life = 0; ; life++) {
      const { rooms, life: ending } = await openEnding(store);
      ending.left = life;
      const entering = enterRoom(rooms, entered);
      if (life === undisturbed.life.done) {
        await entering;
        break;
      }
      const outcome = await entering.catch((error: Error) => error.message);
      expect(await differencesIn(rooms)).toEqual([]);
      if (outcome !== 'the server has ended') break;
    }
    const rooms = await openRooms(store);
    const count = await rooms.database.read((reader) => reader.memberCount(entered.room, 'join'));
    expect(count).toBe(852);
    expect(await rooms.database.read((reader) => reader.lineRecords(entered.room))).toMatchObject([
      { line: 1, standing: 'counted', staged: 854 },
    ]);
  });

  test('and another answer then leave nothing of the first', async () => {
    const { entered } = largeRoom(900);
    const store = makeStore(openMemoryEngine());
    const { rooms, life } = await openEnding(store);
    life.left = 5;
    await expect(enterRoom(rooms, entered)).rejects.toThrow('has ended');
    const again = await openRooms(store);
    const halfDone = await again.database.read((reader) => reader.lineRecords(entered.room));
    expect(halfDone).toMatchObject([{ standing: 'staged', staged: 800 }]);
    await enterRoom(again, { ...entered, state: entered.state.slice(0, 100) });
    const found = await again.database.read(async (reader) => ({
      lines: await reader.lineRecords(entered.room),
      state: await reader.state(entered.room),
    }));
    expect(found.lines).toMatchObject([{ standing: 'dropped' }, { standing: 'counted', line: 2 }]);
    expect(found.state).toHaveLength(101);
    expect(await differencesIn(again)).toEqual([]);
  });
});

describe('entering a room again that all of this server had left', () => {
  async function rejoined() {
    const story = new Story();
    const rooms = await openRooms();
    story.topic('before');
    story.member(alice, 'leave');
    const left = story.member(bob, 'leave');
    for (const event of story.growth.events) await receive(rooms, event);
    const gone = await rooms.database.read((reader) => reader.position());
    story.topic('meanwhile');
    story.member(ben, 'leave');
    story.member(alice, 'invite', ann);
    const join = story.member(bob, 'join');
    await enterRoom(rooms, answerTo(story.growth, join.eventId));
    return { story, rooms, left, gone, join };
  }

  test('the state is what was told, and local users stand where it says', async () => {
    const { story, rooms, join } = await rejoined();
    const { roomId: room } = story.growth;
    const { found, expected } = await statesAfter(rooms, story, join);
    expect(found).toEqual(expected);
    const standings = await rooms.database.read((reader) =>
      Promise.all([alice, bob].map((user) => reader.membership(user, room))),
    );
    expect(standings).toMatchObject([{ membership: 'invite' }, { membership: 'join', event: join.eventId }]);
    const counts = await rooms.database.read((reader) =>
      Promise.all((['join', 'leave', 'invite'] as const).map((each) => reader.memberCount(room, each))),
    );
    expect(counts).toEqual([2, 1, 1]);
    expect((await rooms.database.read((reader) => reader.head(room)))?.extremities).toEqual([join.eventId]);
    expect(await differencesIn(rooms)).toEqual([]);
  });

  test('what was before the gap is as it was', async () => {
    const { story, rooms, gone, left, join } = await rejoined();
    const { roomId: room, graph } = story.growth;
    const answers = await rooms.database.read(async (reader) => ({
      at: await reader.stateAt(room, gone),
      topic: await reader.stateEntryAt(room, gone, 'm.room.topic', ''),
      topics: await reader.stateHistory(room, 'm.room.topic', '', {}),
      lastTwo: await reader.stateHistory(room, 'm.room.member', bob, { reverse: true, limit: 2 }),
      changes: await reader.stateChanges(room, gone),
      none: await reader.stateChanges(room, await reader.position()),
    }));
    const stateThen = graph.get(left.eventId).after;
    expect(new Set(answers.at.map(({ event }) => event))).toEqual(new Set(stateThen.values()));
    expect(answers.topic?.event).toBe(stateThen.get(stateKeyText('m.room.topic', '')));
    const now = graph.get(join.eventId).after;
    expect(answers.topics.map(({ event }) => event)).toEqual([
      stateThen.get(stateKeyText('m.room.topic', '')),
      now.get(stateKeyText('m.room.topic', '')),
    ]);
    expect(answers.lastTwo.map(({ event }) => event)).toEqual([join.eventId, left.eventId]);
    const changed = new Map(answers.changes.map(({ change }) => [change.event, change.type]));
    const expected = [...now.values()].filter((id) => ![...stateThen.values()].includes(id));
    expect(new Set(changed.keys())).toEqual(new Set<EventId>(expected));
    expect(answers.none).toEqual([]);
  });

  test('what is told no more is gone, a local user too', async () => {
    const story = new Story();
    const rooms = await openRooms();
    story.topic('before');
    for (const event of story.growth.events) await receive(rooms, event);
    const { roomId: room } = story.growth;
    const then = await rooms.database.read((reader) => reader.position());
    const join = story.member(bob, 'join');
    const answer = answerTo(story.growth, join.eventId);
    const isGone = (value: JsonValue) => {
      const { type, state_key: stateKey } = value as JsonObject;
      return type === 'm.room.topic' || stateKey === alice;
    };
    await enterRoom(rooms, { ...answer, state: answer.state.filter((value) => !isGone(value)) });
    const found = await rooms.database.read(async (reader) => ({
      alice: await reader.membership(alice, room),
      changes: (await reader.stateChanges(room, then)).map(({ change }) => [change.stateKey, change.event]),
      topic: (await reader.stateHistory(room, 'm.room.topic', '', { reverse: true, limit: 1 }))[0]?.event,
    }));
    expect(found.alice?.membership).toBe('leave');
    expect(found.changes).toHaveLength(3);
    expect(found.changes).toEqual(
      expect.arrayContaining([
        ['', null],
        [alice, null],
        [bob, join.eventId],
      ]),
    );
    expect(found.topic).toBeUndefined();
    expect(await differencesIn(rooms)).toEqual([]);
  });

  test('what authorised before the gap authorises no more', async () => {
    const story = new Story();
    const rooms = await openRooms();
    story.say(bob, 'x', {}, 'allowed');
    for (const event of story.growth.events) await receive(rooms, event);
    const levels = { users: { [alice]: 100, [ann]: 100, [ben]: 50 }, events: { x: 100 } };
    story.say(alice, 'm.room.power_levels', levels, '');
    const join = story.member(bob, 'join');
    await enterRoom(rooms, answerTo(story.growth, join.eventId));
    const { growth } = story;
    // By its own auth events, the earlier power levels, it would be allowed; it follows the join.
    const create = growth.events[0] as GrownEvent;
    const old = growth.events.find(({ pdu }) => pdu.type === 'm.room.power_levels') as GrownEvent;
    const authEvents = [create.eventId, old.eventId, join.eventId];
    const wish = { type: 'x', sender: bob, stateKey: 'again', content: {} };
    const again = growth.extend(0, wish, [join.eventId], false, authEvents);
    expect(await receive(rooms, again)).toMatchObject({ outcome: 'rejected' });
  });

  test('a branch from before the gap is judged by the state that it knew, and by the state now', async () => {
    const { story, rooms, left } = await rejoined();
    const { growth } = story;
    const said = growth.extend(
      2,
      { type: 'm.room.message', sender: ben, content: { body: 'late' } },
      [left.eventId],
      false,
    );
    // Ben has left meanwhile.
    expect(await receive(rooms, said)).toMatchObject({ outcome: 'soft-failed' });
    const named = growth.extend(
      1,
      { type: 'x', sender: ann, stateKey: 'late', content: {} },
      [left.eventId],
      false,
    );
    expect(await receive(rooms, named)).toMatchObject({ outcome: 'accepted' });
    const state = await rooms.database.read((reader) => reader.stateEntry(growth.roomId, 'x', 'late'));
    expect(state?.event).toBe(named.eventId);
    expect(await differencesIn(rooms)).toEqual([]);
    // What follows only what happened meanwhile cannot be placed.
    const [, meanwhile] = growth.events.filter(({ pdu }) => pdu.type === 'm.room.topic');
    const lost = growth.extend(
      1,
      { type: 'm.room.message', sender: ann, content: {} },
      [meanwhile?.eventId as EventId],
      false,
    );
    expect(await receive(rooms, lost)).toMatchObject({ outcome: 'missing', missing: [meanwhile?.eventId] });
  });
});
