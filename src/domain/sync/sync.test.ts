import { describe, expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { banUser, forgetRoom, inviteUser, joinRoom, kickUser, leaveRoom } from '#domain/rooms/membership';
import { readMessages } from '#domain/rooms/reading/read-messages';
import { redact, sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import { Sync } from '#domain/sync/sync';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { systemClock } from '#support/clock';
import { silentLogger } from '#support/logging';
import { alice, bob, carol } from '#test/fixtures/rooms';
import {
  type EventShape,
  openSyncHouse,
  type RoomShape,
  type SyncHouse,
  type SyncShape,
} from '#test/fixtures/sync';

let counter = 0;

function say(house: SyncHouse, sender: typeof alice, room: RoomId, body: string): Promise<EventId> {
  return sendEvent(house.rooms, sender, {
    room,
    type: 'm.room.message',
    transactionId: `t${counter++}`,
    content: { msgtype: 'm.text', body },
  });
}

const topic = (house: SyncHouse, room: RoomId, text: string, sender = alice) =>
  setState(house.rooms, sender, { room, type: 'm.room.topic', stateKey: '', content: { topic: text } });

const joined = (answer: SyncShape, room: RoomId): RoomShape => {
  const found = answer.rooms?.join?.[room];
  if (!found) throw new Error('the room is not among the joined ones');
  return found;
};

const left = (answer: SyncShape, room: RoomId): RoomShape => {
  const found = answer.rooms?.leave?.[room];
  if (!found) throw new Error('the room is not among the left ones');
  return found;
};

const bodies = (events: readonly EventShape[]) =>
  events.filter(({ type }) => type === 'm.room.message').map(({ content }) => content.body);

const keys = (events: readonly EventShape[]) =>
  events.map(({ type, state_key: key }) => `${type}|${key}`).sort();

async function publicRoom(house: SyncHouse, ...others: (typeof alice)[]): Promise<RoomId> {
  const room = await createRoom(house.rooms, alice, { preset: 'public_chat', name: 'Tea' });
  for (const other of others) await joinRoom(house.rooms, other, room);
  return room;
}

describe('a first sync', () => {
  test('tells of every joined room: state at the start of the timeline, then the last events', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    for (let n = 0; n < 30; n++) await say(house, alice, room, `${n}`);
    const answer = await house.ask(bob, undefined, { filter: { room: { timeline: { limit: 5 } } } });
    const { timeline, state, summary, unread_notifications: unread } = joined(answer, room);
    expect(bodies(timeline.events)).toEqual(['25', '26', '27', '28', '29']);
    expect(timeline.limited).toBe(true);
    expect(timeline.prev_batch).toMatch(/^t/);
    expect(keys(state.events)).toContain('m.room.member|@bob:test');
    expect(keys(state.events)).toContain('m.room.create|');
    expect(summary).toMatchObject({ 'm.joined_member_count': 2, 'm.invited_member_count': 0 });
    expect(unread).toEqual({ highlight_count: 0, notification_count: 0 });
    expect(answer.device_one_time_keys_count).toEqual({ signed_curve25519: 0 });
    expect(answer.account_data?.events.map(({ type }) => type)).toContain('m.push_rules');
  });

  test('of a room that fits leaves the state empty and says nothing is left out', async () => {
    await using house = await openSyncHouse();
    const room = await createRoom(house.rooms, alice, {});
    const { timeline, state } = joined(await house.ask(alice), room);
    expect(timeline.limited).toBe(false);
    expect(timeline.events[0]?.type).toBe('m.room.create');
    expect(state.events).toEqual([]);
  });

  test('says where earlier events begin also where a filter leaves nothing out of the timeline', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house);
    const said = await say(house, alice, room, 'only');
    const filter = { room: { timeline: { types: ['m.room.message'] } } };
    const { timeline } = joined(await house.ask(alice, undefined, { filter }), room);
    expect(timeline.limited).toBe(false);
    const reading = { rooms: house.rooms.database, clock: systemClock };
    const page = JSON.parse(
      await readMessages(reading, alice, room, {
        from: timeline.prev_batch,
        direction: 'b',
        limit: 1,
      }),
    );
    expect(page.chunk[0].event_id).not.toBe(said);
    expect(page.chunk[0].type).toBe('m.room.name');
  });

  test('shows what was committed just before', async () => {
    await using house = await openSyncHouse({ separate: true });
    for (let n = 0; n < 20; n++) {
      const room = await createRoom(house.rooms, alice, {});
      expect(Object.keys((await house.ask(alice)).rooms?.join ?? {})).toContain(room);
    }
  });

  test('leaves left rooms out, unless the filter includes them, and forgotten ones always', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const forgotten = await publicRoom(house, bob);
    await leaveRoom(house.rooms, bob, room);
    await leaveRoom(house.rooms, bob, forgotten);
    await forgetRoom(house.rooms, bob, forgotten);
    await say(house, alice, room, 'after');
    expect((await house.ask(bob)).rooms).toBeUndefined();
    const { leave } =
      (await house.ask(bob, undefined, { filter: { room: { include_leave: true } } })).rooms ?? {};
    expect(Object.keys(leave ?? {})).toEqual([room]);
    const last = leave?.[room]?.timeline.events.at(-1);
    expect(last).toMatchObject({ type: 'm.room.member', content: { membership: 'leave' } });
    expect(bodies(leave?.[room]?.timeline.events ?? [])).toEqual([]);
  });
});

describe('a sync with a token', () => {
  test('tells what is new and nothing else, and nothing twice', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const quiet = await publicRoom(house, bob);
    const first = await house.ask(bob);
    await say(house, alice, room, 'one');
    await say(house, alice, room, 'two');
    const second = await house.ask(bob, first.next_batch);
    expect(Object.keys(second.rooms?.join ?? {})).toEqual([room]);
    expect(second.rooms?.join).not.toHaveProperty([quiet]);
    const { timeline, state } = joined(second, room);
    expect(bodies(timeline.events)).toEqual(['one', 'two']);
    expect(timeline.limited).toBe(false);
    expect(state.events).toEqual([]);
    expect((await house.ask(bob, second.next_batch)).rooms).toBeUndefined();
  });

  test('may be repeated and tells at least the same', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    await say(house, alice, room, 'one');
    await house.ask(bob, since);
    await say(house, alice, room, 'two');
    const again = await house.ask(bob, since);
    expect(bodies(joined(again, room).timeline.events)).toEqual(['one', 'two']);
  });

  test('tells the state of the gap when the timeline is limited', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    await topic(house, room, 'first');
    await joinRoom(house.rooms, carol, room);
    await topic(house, room, 'second');
    for (let n = 0; n < 5; n++) await say(house, alice, room, `${n}`);
    await topic(house, room, 'third');
    const filter = { room: { timeline: { limit: 3 } } };
    const { timeline, state } = joined(await house.ask(bob, since, { filter }), room);
    expect(timeline.limited).toBe(true);
    expect(bodies(timeline.events)).toEqual(['3', '4']);
    expect(keys(state.events)).toEqual(['m.room.member|@carol:test', 'm.room.topic|']);
    expect(state.events.find(({ type }) => type === 'm.room.topic')?.content).toEqual({ topic: 'second' });
  });

  test('with use_state_after tells the state at the end instead, even of short timelines', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    await topic(house, room, 'new');
    await say(house, alice, room, 'x');
    const answer = await house.ask(bob, since, { useStateAfter: true });
    const { timeline, state_after: after } = joined(answer, room);
    expect(timeline.events).toHaveLength(2);
    expect(after.events.map(({ content }) => content)).toEqual([{ topic: 'new' }]);
    expect(joined(answer, room)).not.toHaveProperty('state');
    const whole = joined(await house.ask(bob, undefined, { useStateAfter: true }), room).state_after.events;
    expect(whole.find(({ type }) => type === 'm.room.topic')?.content).toEqual({ topic: 'new' });
  });

  test('of a room joined since then tells the whole state and its history', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house);
    for (let n = 0; n < 5; n++) await say(house, alice, room, `${n}`);
    const { next_batch: since } = await house.ask(bob);
    await joinRoom(house.rooms, bob, room);
    await say(house, alice, room, 'welcome');
    const filter = { room: { timeline: { limit: 4 } } };
    const { timeline, state, summary } = joined(await house.ask(bob, since, { filter }), room);
    expect(timeline.events.map(({ type, content }) => content.body ?? type)).toEqual([
      '3',
      '4',
      'm.room.member',
      'welcome',
    ]);
    expect(timeline.events.map(({ unsigned }) => unsigned.membership)).toEqual([
      'leave',
      'leave',
      'join',
      'join',
    ]);
    expect(timeline.limited).toBe(true);
    expect(keys(state.events)).toContain('m.room.create|');
    expect(keys(state.events)).not.toContain('m.room.member|@bob:test');
    expect(summary).toMatchObject({ 'm.joined_member_count': 2 });
  });

  test('with full_state tells the whole state of every room, at once, and only new events', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const quiet = await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    await say(house, alice, room, 'x');
    const answer = await house.ask(bob, since, { fullState: true, timeoutMs: 60_000 });
    expect(bodies(joined(answer, room).timeline.events)).toEqual(['x']);
    expect(keys(joined(answer, quiet).state.events)).toContain('m.room.create|');
    expect(joined(answer, quiet).timeline.events).toEqual([]);
  });

  test.each([
    '',
    's',
    's..',
    'sAA.A.A',
    'nonsense',
    's1_2_3',
    `s${'A'.repeat(500)}`,
    's!.!.!',
    `s${'_'.repeat(16)}.AQ.AQ`,
  ])('that was never handed out is refused: %j', async (token) => {
    await using house = await openSyncHouse();
    await expect(house.ask(alice, token)).rejects.toMatchObject({ kind: 'invalidParam' });
  });

  test('from before this process began to follow misses nothing', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    await say(house, alice, room, 'missed');
    const databases = { rooms: house.rooms.database, accounts: house.accounts, transitory: house.transitory };
    await using restarted = await Sync.open(databases, { clock: systemClock, logger: silentLogger });
    const request = { since, filter: {}, fullState: false, useStateAfter: false, timeoutMs: 0 };
    const answer = JSON.parse(await restarted.sync(bob, request, new AbortController().signal)) as SyncShape;
    expect(bodies(joined(answer, room).timeline.events)).toEqual(['missed']);
  });
});

describe('invites and departures', () => {
  test('an invite shows stripped state, and is gone once it is declined', async () => {
    await using house = await openSyncHouse();
    const { next_batch: since } = await house.ask(bob);
    const room = await createRoom(house.rooms, alice, { name: 'Tea' });
    await say(house, alice, room, 'secret');
    await inviteUser(house.rooms, alice, room, bob.userId);
    const invited = await house.ask(bob, since);
    const events = invited.rooms?.invite?.[room]?.invite_state.events ?? [];
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'm.room.member',
        state_key: bob.userId,
        content: expect.objectContaining({ membership: 'invite' }),
      }),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'm.room.name', content: { name: 'Tea' } }));
    expect((await house.ask(bob)).rooms?.invite).toHaveProperty([room]);
    await leaveRoom(house.rooms, bob, room);
    const declined = await house.ask(bob, invited.next_batch);
    expect(declined.rooms?.invite).toBeUndefined();
    const { timeline, state } = left(declined, room);
    expect(timeline.events).toHaveLength(1);
    expect(timeline.events[0]).toMatchObject({ state_key: bob.userId, content: { membership: 'leave' } });
    expect(state.events).toEqual([]);
  });

  test('who leaves is told up to the leave and no further', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    await say(house, alice, room, 'before');
    await kickUser(house.rooms, alice, room, bob.userId, 'enough');
    await topic(house, room, 'gone');
    await say(house, alice, room, 'after');
    const answer = await house.ask(bob, since);
    expect(answer.rooms?.join).toBeUndefined();
    const { timeline, state } = left(answer, room);
    expect(bodies(timeline.events)).toEqual(['before']);
    expect(timeline.events.at(-1)).toMatchObject({ content: { membership: 'leave', reason: 'enough' } });
    expect(state.events).toEqual([]);
    await say(house, alice, room, 'later');
    expect((await house.ask(bob, answer.next_batch)).rooms).toBeUndefined();
  });

  test('a ban of one who is not there shows the ban only', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    await leaveRoom(house.rooms, bob, room);
    const { next_batch: since } = await house.ask(bob);
    await say(house, alice, room, 'unseen');
    await banUser(house.rooms, alice, room, bob.userId);
    const { timeline } = left(await house.ask(bob, since), room);
    expect(timeline.events.map(({ content }) => content.membership)).toEqual(['ban']);
  });

  test('who comes and goes between two syncs gets the room once, as left', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house);
    const { next_batch: since } = await house.ask(bob);
    await joinRoom(house.rooms, bob, room);
    await say(house, alice, room, 'hello');
    await leaveRoom(house.rooms, bob, room);
    await say(house, alice, room, 'after');
    const answer = await house.ask(bob, since);
    expect(bodies(left(answer, room).timeline.events)).toEqual(['hello']);
  });

  test('in a room whose history begins for each with their joining, earlier events stay unseen', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house);
    await setState(house.rooms, alice, {
      room,
      type: 'm.room.history_visibility',
      stateKey: '',
      content: { history_visibility: 'joined' },
    });
    await say(house, alice, room, 'private');
    const { next_batch: since } = await house.ask(bob);
    await joinRoom(house.rooms, bob, room);
    await say(house, alice, room, 'public');
    expect(bodies(joined(await house.ask(bob, since), room).timeline.events)).toEqual(['public']);
    expect(bodies(joined(await house.ask(bob), room).timeline.events)).toEqual(['public']);
  });

  test('who comes back learns the state that changed unseen', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house);
    await setState(house.rooms, alice, {
      room,
      type: 'm.room.history_visibility',
      stateKey: '',
      content: { history_visibility: 'joined' },
    });
    await joinRoom(house.rooms, bob, room);
    await topic(house, room, 'seen');
    await leaveRoom(house.rooms, bob, room);
    await topic(house, room, 'unseen');
    const { next_batch: since } = await house.ask(bob);
    await joinRoom(house.rooms, bob, room);
    for (const from of [undefined, since]) {
      const { timeline, state } = joined(await house.ask(bob, from), room);
      const topics = [...state.events, ...timeline.events].filter(({ type }) => type === 'm.room.topic');
      expect(topics.map(({ content }) => content.topic)).toEqual(['unseen']);
      expect(timeline.limited).toBe(true);
      expect(timeline.events.map(({ content }) => content.membership)).toEqual(['join']);
    }
  });
});

describe('what is said about an event', () => {
  test('its transaction id goes to the sending device only', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const otherDevice = { ...alice, deviceId: 'OTHER' };
    const tokens = new Map<typeof alice, string>();
    for (const asker of [alice, otherDevice, bob]) tokens.set(asker, (await house.ask(asker)).next_batch);
    const event = { room, type: 'm.room.message', transactionId: 'mine', content: { body: 'x' } };
    await sendEvent(house.rooms, alice, event);
    const unsigned = async (asker: typeof alice) =>
      joined(await house.ask(asker, tokens.get(asker)), room).timeline.events[0]?.unsigned ?? {};
    expect(await unsigned(alice)).toMatchObject({ transaction_id: 'mine', membership: 'join' });
    expect(await unsigned(otherDevice)).not.toHaveProperty('transaction_id');
    expect(await unsigned(bob)).not.toHaveProperty('transaction_id');
    expect((await unsigned(bob)).age).toBeTypeOf('number');
  });

  test('a redacted event says by what, a replaced state what it was', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const old = await topic(house, room, 'old');
    const { next_batch: since } = await house.ask(bob);
    await topic(house, room, 'new');
    const eventId = await say(house, alice, room, 'oops');
    await redact(house.rooms, alice, { room, eventId, transactionId: 'r', reason: 'typo' });
    const { events } = joined(await house.ask(bob, since), room).timeline;
    expect(events[0]?.unsigned).toMatchObject({ replaces_state: old, prev_content: { topic: 'old' } });
    expect(events[1]).toMatchObject({
      content: {},
      unsigned: { redacted_because: { type: 'm.room.redaction', content: { reason: 'typo' } } },
    });
    expect(events[2]).toMatchObject({ type: 'm.room.redaction', redacts: eventId });
  });

  test('an event that was shown before is shown redacted afterwards', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    const eventId = await say(house, alice, room, 'oops');
    expect(bodies(joined(await house.ask(bob, since), room).timeline.events)).toEqual(['oops']);
    await redact(house.rooms, alice, { room, eventId, transactionId: 'r' });
    expect(bodies(joined(await house.ask(bob, since), room).timeline.events)).toEqual([undefined]);
  });
});

describe('waiting', () => {
  test('ends at once when something happens, for everybody who waits', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob, carol);
    const tokens = await Promise.all([bob, carol].map(async (asker) => (await house.ask(asker)).next_batch));
    const waiting = [bob, bob, carol].map((asker, index) =>
      house.ask(asker, tokens[Math.floor(index / 2)], { timeoutMs: 60_000 }),
    );
    await say(house, alice, room, 'wake');
    for (const answer of await Promise.all(waiting)) {
      expect(bodies(joined(answer, room).timeline.events)).toEqual(['wake']);
    }
  });

  test('goes on over what does not concern the user', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const elsewhere = await publicRoom(house);
    const { next_batch: since } = await house.ask(bob);
    let isAnswered = false;
    const filter = { room: { timeline: { types: ['m.room.message'] } } };
    const waiting = house.ask(bob, since, { timeoutMs: 60_000, filter }).finally(() => {
      isAnswered = true;
    });
    await say(house, alice, elsewhere, 'not for bob');
    await sendEvent(house.rooms, alice, { room, type: 'm.reaction', transactionId: 'q', content: {} });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAnswered).toBe(false);
    await say(house, alice, room, 'for bob');
    expect(bodies(joined(await waiting, room).timeline.events)).toEqual(['for bob']);
  });

  test('ends empty when the time is up, with a token that goes on from there', async () => {
    await using house = await openSyncHouse();
    const room = await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    const empty = await house.ask(bob, since, { timeoutMs: 10 });
    expect(empty.rooms).toBeUndefined();
    await say(house, alice, room, 'x');
    expect(bodies(joined(await house.ask(bob, empty.next_batch), room).timeline.events)).toEqual(['x']);
  });

  test('ends when the client goes', async () => {
    await using house = await openSyncHouse();
    await publicRoom(house, bob);
    const { next_batch: since } = await house.ask(bob);
    const leaving = new AbortController();
    const waiting = house.ask(bob, since, { timeoutMs: 60_000, signal: leaving.signal });
    leaving.abort();
    expect((await waiting).rooms).toBeUndefined();
    const gone = house.ask(bob, since, { timeoutMs: 60_000, signal: AbortSignal.abort() });
    expect((await gone).rooms).toBeUndefined();
  });

  test('ends at an invite, at a join on another device, and at account data', async () => {
    await using house = await openSyncHouse({ separate: true });
    const room = await createRoom(house.rooms, alice, {});
    let { next_batch: since } = await house.ask(bob);
    const next = async (change: Promise<unknown>): Promise<SyncShape> => {
      const [answer] = await Promise.all([house.ask(bob, since, { timeoutMs: 60_000 }), change]);
      since = answer.next_batch;
      return answer;
    };
    expect((await next(inviteUser(house.rooms, alice, room, bob.userId))).rooms?.invite).toHaveProperty([
      room,
    ]);
    expect((await next(joinRoom(house.rooms, bob, room))).rooms?.join).toHaveProperty([room]);
    const stored = house.accounts.write((writer) =>
      writer.setAccountData(bob.userId, { type: 'x' }, { a: 1 }),
    );
    expect((await next(stored)).account_data?.events).toEqual([{ type: 'x', content: { a: 1 } }]);
    const ofRoom = house.accounts.write((writer) =>
      writer.setAccountData(bob.userId, { type: 'm.tag', roomId: room }, { tags: {} }),
    );
    expect(joined(await next(ofRoom), room)).toMatchObject({
      account_data: { events: [{ type: 'm.tag', content: { tags: {} } }] },
      timeline: { events: [] },
    });
  });
});
