// What syncs tell where a room goes over to a state that came from elsewhere.
import { expect, test } from 'vitest';
import { enterRoom } from '#domain/rooms/enter-room';
import { readMessages } from '#domain/rooms/reading/read-messages';
import type { UserId } from '#protocol/matrix/identifiers';
import { answerTo, Story } from '#test/fixtures/entered-room';
import { receive } from '#test/fixtures/received-room';
import { alice, bob } from '#test/fixtures/rooms';
import { openSyncHouse, type RoomShape } from '#test/fixtures/sync';

const ann = '@ann:a.org' as UserId;
const ben = '@ben:b.org' as UserId;

/** Alice and Bob are in the room, then everything happens elsewhere until Bob's event brings the room's state here. */
async function story(bobs: 'stays' | 'leaves') {
  const house = await openSyncHouse();
  const told = new Story();
  told.topic('before');
  for (const event of told.growth.events) await receive(house.rooms, event);
  const known = await house.ask(alice);
  if (bobs === 'leaves') await receive(house.rooms, told.member(bob.userId, 'leave'));
  const bobKnew = await house.ask(bob);
  told.topic('meanwhile');
  told.say(ann, 'x', { meanwhile: true }, 'key');
  told.member(ben, 'leave');
  return { house, told, known, bobKnew, room: told.growth.roomId };
}

type House = Awaited<ReturnType<typeof story>>;

async function enter({ house, told }: House) {
  const join = told.member(bob.userId, 'join');
  await enterRoom(house.rooms, answerTo(told.growth, join.eventId));
  return join;
}

function told({ timeline, state }: RoomShape) {
  return {
    timeline: timeline.events.map(({ event_id }) => event_id),
    limited: timeline.limited,
    state: state.events.map(({ type, state_key, content }) => [
      type,
      state_key,
      content.topic ?? content.membership,
    ]),
  };
}

test('who was in the room all the time is told of a gap, and what differs behind it', async () => {
  const made = await story('stays');
  await using house = made.house;
  const join = await enter(made);
  const answer = await house.ask(alice, made.known.next_batch);
  const room = answer.rooms?.join?.[made.room] as RoomShape;
  const found = told(room);
  expect(found).toMatchObject({ timeline: [join.eventId], limited: true });
  expect(found.state.sort()).toEqual([
    ['m.room.member', ben, 'leave'],
    ['m.room.topic', '', 'meanwhile'],
    ['x', 'key', undefined],
  ]);
  expect(room.summary).toMatchObject({ 'm.joined_member_count': 3 });
  // Told once.
  expect((await house.ask(alice, answer.next_batch)).rooms?.join).toBeUndefined();

  // From the gap on back, history is there, and it is judged by what the room was then.
  const reading = { rooms: house.rooms.database, clock: house.rooms.clock };
  const { prev_batch: from } = room.timeline;
  const { chunk } = JSON.parse(
    await readMessages(reading, alice, made.room, { from, direction: 'b', limit: 3 }),
  ) as { chunk: { content: Record<string, unknown> }[] };
  expect(chunk.map(({ content }) => content.topic ?? content.membership)).toEqual(['before', 'join', 'join']);
});

test('who joins by it is told the whole state, and no history from before the gap', async () => {
  const made = await story('leaves');
  await using house = made.house;
  const join = await enter(made);
  const answer = await house.ask(bob, made.bobKnew.next_batch);
  const found = told(answer.rooms?.join?.[made.room] as RoomShape);
  expect(found).toMatchObject({ timeline: [join.eventId], limited: true });
  const before = made.told.growth.graph.get(join.eventId).before;
  expect(found.state).toHaveLength(before.size);
  expect(found.state).toContainEqual(['m.room.topic', '', 'meanwhile']);
  const first = await house.ask(bob);
  expect(told(first.rooms?.join?.[made.room] as RoomShape)).toEqual(found);
});

test('who had left by the time of the new state is told so', async () => {
  const made = await story('stays');
  await using house = made.house;
  const left = made.told.member(alice.userId, 'leave');
  await enter(made);
  const answer = await house.ask(alice, made.known.next_batch);
  expect(answer.rooms?.join).toBeUndefined();
  expect(Object.keys(answer.rooms?.leave ?? {})).toEqual([made.room]);
  const standing = await house.rooms.database.read((reader) => reader.membership(alice.userId, made.room));
  expect(standing).toMatchObject({ membership: 'leave', event: left.eventId });
  expect((await house.ask(alice, answer.next_batch)).rooms).toBeUndefined();
});
