// Syncs in rooms whose history forks: resolution changes the state without an event that says so, and events are let in
// that never become the state. A client that follows its syncs ends up with the room's state all the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readContext, readEvent } from '#domain/rooms/reading/read-event';
import { readMessages } from '#domain/rooms/reading/read-messages';
import type { EventId, UserId } from '#protocol/matrix/identifiers';
import { roomVersion } from '#protocol/matrix/room-versions';
import { systemClock } from '#support/clock';
import { arrivalOrder, diceOf } from '#test/fixtures/arrival-order';
import { type GrownEvent, Growth, growRoom } from '#test/fixtures/random-rooms';
import { receive } from '#test/fixtures/received-room';
import { roomPlans } from '#test/fixtures/room-plans';
import { alice, bob } from '#test/fixtures/rooms';
import { openSyncHouse, type RoomShape, type SyncHouse, type SyncShape } from '#test/fixtures/sync';

const [ann, ben] = ['@ann:a.org', '@ben:b.org'] as [UserId, UserId];
const [here, a, b] = [0, 1, 2];

async function begun(version = '12') {
  const house = await openSyncHouse();
  const growth = new Growth(roomVersion(version));
  growth.begin();
  for (const event of growth.events) await receive(house.rooms, event);
  const last = growth.events.at(-1) as GrownEvent;
  const room = growth.roomId;
  const sync = async (since?: string, options = {}): Promise<[RoomShape | undefined, string]> => {
    const answer = await house.ask(alice, since, options);
    return [answer.rooms?.join?.[room], answer.next_batch];
  };
  return { house, growth, room, last, sync, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

const say = (sender: UserId, body: string) => ({ type: 'm.room.message', sender, content: { body } });
const topic = (sender: UserId, text: string) => ({
  type: 'm.room.topic',
  sender,
  stateKey: '',
  content: { topic: text },
});
const member = (sender: UserId, user: UserId, membership: string) => ({
  type: 'm.room.member',
  sender,
  stateKey: user,
  content: { membership },
});
const ids = (events: readonly { event_id: string }[] | undefined) =>
  events?.map(({ event_id: id }) => id as EventId);

describe('what resolution does beside the timeline', () => {
  test('a ban that it undoes is told as state', async () => {
    await using made = await begun();
    const { house, growth, last, sync } = made;
    // Ben bans Bob; at the same time Ann, who stands above him, takes Ben's power away.
    const ban = growth.extend(b, member(ben, bob.userId, 'ban'), [last.eventId]);
    await receive(house.rooms, ban);
    const [, since] = await sync();
    const demotion = growth.extend(
      a,
      {
        type: 'm.room.power_levels',
        sender: ann,
        stateKey: '',
        content: { users: { [ann]: 100 }, ban: 50 },
      },
      [last.eventId],
    );
    await receive(house.rooms, demotion);
    const joins = growth.events.filter(({ pdu }) => pdu.state_key === bob.userId);
    const [room, next] = await sync(since);
    expect(ids(room?.timeline.events)).toEqual([demotion.eventId]);
    expect(ids(room?.state.events)).toEqual([joins[0]?.eventId]);
    expect(room?.summary).toMatchObject({ 'm.joined_member_count': 4 });
    const [after] = await sync(since, { useStateAfter: true });
    expect(ids(after?.state_after.events)?.sort()).toEqual([demotion.eventId, joins[0]?.eventId].sort());
    expect((await sync(next))[0]).toBeUndefined();
    // Bob, who was thrown out for a while, is in the room again.
    const bobs = await house.ask(bob);
    expect(Object.keys(bobs.rooms?.join ?? {})).toEqual([growth.roomId]);
  });

  test('a topic that loses at once does not reach the client as the state', async () => {
    await using made = await begun();
    const { house, growth, last, sync } = made;
    const winner = growth.extend(a, topic(ann, 'winner'), [last.eventId]);
    const loser = growth.extend(here, { ...topic(bob.userId, 'loser') }, [last.eventId]);
    // Of two the one that is later by its clock wins; it is the other that arrives last.
    const [first, second] =
      winner.pdu.origin_server_ts > loser.pdu.origin_server_ts ? [winner, loser] : [loser, winner];
    await receive(house.rooms, first as GrownEvent);
    const [, since] = await sync();
    await receive(house.rooms, second as GrownEvent);
    const message = growth.extend(a, say(ann, 'hello'), [second?.eventId as EventId]);
    await receive(house.rooms, message);
    const [room] = await sync(since);
    expect(ids(room?.timeline.events)).toEqual([message.eventId]);
    expect(room?.timeline.limited).toBe(true);
    expect(room?.state.events).toEqual([]);
    const [fresh] = await sync();
    const told = [...(fresh?.state.events ?? []), ...(fresh?.timeline.events ?? [])];
    expect(told.findLast(({ type }) => type === 'm.room.topic')?.event_id).toBe(first?.eventId);
    // It is there for those who ask for it, with what it replaced on its own branch: nothing.
    const reading = { rooms: house.rooms.database, clock: systemClock };
    const shown = JSON.parse(await readEvent(reading, alice, growth.roomId, second?.eventId as EventId));
    expect(shown.unsigned).not.toHaveProperty('replaces_state');
    const context = JSON.parse(
      await readContext(reading, alice, growth.roomId, second?.eventId as EventId, { limit: 0 }),
    );
    expect(ids(context.state)).toContain(second?.eventId);
    expect(ids(context.state)).not.toContain(first?.eventId);
  });
});

test('what is rejected or soft-failed reaches no client', async () => {
  await using made = await begun();
  const { house, growth, room, last, sync } = made;
  const [, since] = await sync();
  const ban = growth.extend(here, member(alice.userId, ben, 'ban'), [last.eventId]);
  const evading = growth.extend(b, say(ben, 'still here'), [last.eventId]);
  const rejected = growth.extend(b, say(ben, 'and here'), [ban.eventId]);
  for (const event of [ban, evading, rejected]) await receive(house.rooms, event);
  expect(ids((await sync(since))[0]?.timeline.events)).toEqual([ban.eventId]);
  const reading = { rooms: house.rooms.database, clock: systemClock };
  const page = JSON.parse(await readMessages(reading, alice, room, { direction: 'b', limit: 100 }));
  for (const { eventId } of [evading, rejected]) {
    expect(ids(page.chunk)).not.toContain(eventId);
    await expect(readEvent(reading, alice, room, eventId)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(readContext(reading, alice, room, eventId, {})).rejects.toMatchObject({ kind: 'notFound' });
  }
});

test('history on a branch is seen by what that branch says', async () => {
  await using made = await begun();
  const { house, growth, room, last } = made;
  const dora = { userId: '@dora:test' as UserId, deviceId: 'D' };
  const hidden = growth.extend(
    here,
    {
      type: 'm.room.history_visibility',
      sender: alice.userId,
      stateKey: '',
      content: { history_visibility: 'joined' },
    },
    [last.eventId],
  );
  const join = growth.extend(here, member(dora.userId, dora.userId, 'join'), [hidden.eventId]);
  // Two more branches: one on which she has not joined, one on which everybody may read what she missed.
  const unseen = growth.extend(a, say(ann, 'not for her'), [hidden.eventId]);
  const shared = growth.extend(a, say(ann, 'for all'), [last.eventId]);
  for (const event of [hidden, join, unseen, shared]) {
    expect(await receive(house.rooms, event)).toMatchObject({ outcome: 'accepted' });
  }
  const reading = { rooms: house.rooms.database, clock: systemClock };
  await expect(readEvent(reading, dora, room, unseen.eventId)).rejects.toMatchObject({ kind: 'notFound' });
  const seen = JSON.parse(await readEvent(reading, dora, room, shared.eventId));
  expect(seen.unsigned.membership).toBe('leave');
  const { rooms } = await house.ask(dora);
  const told = ids(rooms?.join?.[room]?.timeline.events);
  expect(told).toContain(shared.eventId);
  expect(told).not.toContain(unseen.eventId);
});

/** A client that keeps the state of the room as the specification tells it to. */
class Follower {
  readonly state = new Map<string, string>();
  since: string | undefined;

  take(answer: SyncShape, room: string, isAfter: boolean): void {
    const sections = answer.rooms?.join?.[room];
    const told = isAfter
      ? (sections?.state_after.events ?? [])
      : [...(sections?.state.events ?? []), ...(sections?.timeline.events ?? [])];
    for (const { type, state_key: key, event_id: id } of told) {
      if (key !== undefined) this.state.set(JSON.stringify([type, key]), id);
    }
    this.since = answer.next_batch;
  }
}

async function actualState(house: SyncHouse, room: Growth['roomId']): Promise<Map<string, string>> {
  const entries = await house.rooms.database.read((reader) => reader.state(room));
  return new Map(entries.map(({ type, stateKey, event }) => [JSON.stringify([type, stateKey]), event]));
}

test.each([false, true])(
  'a client that follows random rooms knows their state (state_after: %s)',
  async (isAfter) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('1', '6', '10', '12').chain((version) => roomPlans(version, 24)),
        fc.nat(),
        async (plan, seed) => {
          await using house = await openSyncHouse();
          const grown = growRoom(plan);
          const { roomId } = grown;
          const dice = diceOf(seed);
          let follower = new Follower();
          for (const event of arrivalOrder(grown.events, dice)) {
            await receive(house.rooms, event);
            if (dice() < 0.5) continue;
            const limit = 1 + Math.floor(dice() * 4);
            const options = { filter: { room: { timeline: { limit } } }, useStateAfter: isAfter };
            const answer = await house.ask(alice, follower.since, options);
            // Whoever leaves begins anew when they return.
            if (answer.rooms?.leave?.[roomId]) follower = new Follower();
            follower.take(answer, roomId, isAfter);
            const standing = await house.rooms.database.read((reader) =>
              reader.membership(alice.userId, roomId),
            );
            if (standing?.membership !== 'join') continue;
            // What vanished cannot be said in a sync: the client may know more than there is.
            for (const [key, id] of await actualState(house, roomId)) {
              expect({ key, id: follower.state.get(key) }).toEqual({ key, id });
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  },
  120_000,
);
