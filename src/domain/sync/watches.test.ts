// What syncs cost and how they follow: feeds, watches, and the memory of what is new.
import { describe, expect, test } from 'vitest';
import type { Position } from '#databases/positions';
import { createRoom } from '#domain/rooms/create-room';
import { joinRoom, leaveRoom } from '#domain/rooms/membership';
import { sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import { type Change, ChangeFeed, type ChangeLog } from '#domain/sync/change-feed';
import { RecentChanges } from '#domain/sync/recent-changes';
import { RoomTails } from '#domain/sync/room-tails';
import { Sync } from '#domain/sync/sync';
import { Watches } from '#domain/sync/watches';
import type { RoomId, UserId } from '#protocol/matrix/identifiers';
import { systemClock } from '#support/clock';
import { silentLogger } from '#support/logging';
import { alice, bob, carol } from '#test/fixtures/rooms';
import { openSyncHouse, type SyncHouse, type SyncShape } from '#test/fixtures/sync';

const parts = { clock: systemClock, logger: silentLogger };
const at = (n: number) => n.toString(16).padStart(24, '0') as Position;

/** A log in memory that grows when it is told to. */
class ScriptedLog implements ChangeLog {
  readonly changes: Change[] = [];
  through = at(1);
  readsLeftToFail = 0;
  #waiting: (() => void)[] = [];

  grow(n: number, ...subjects: string[]): void {
    this.changes.push({ at: at(n), subjects });
    this.through = at(n + 1);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async readChanges(after: Position) {
    if (this.readsLeftToFail-- > 0) throw new Error('the store is away');
    return { changes: this.changes.filter((change) => change.at > after), through: this.through };
  }

  async untilChanged(after: Position, signal: AbortSignal) {
    if (this.changes.some((change) => change.at > after)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    signal.addEventListener('abort', () => resolve());
    await promise;
  }
}

describe('a feed', () => {
  test('is never ahead of what its listener knows, and feeds causes first', async () => {
    const [effects, causes] = [new ScriptedLog(), new ScriptedLog()];
    await using causeFeed = await ChangeFeed.open(causes, parts);
    await using feed = await ChangeFeed.open(effects, { ...parts, causes: [causeFeed] });
    const story: string[] = [];
    causes.grow(10, 'ua');
    effects.grow(20, 'rb');
    const told = Promise.withResolvers<void>();
    feed.follow({
      prepare: async (changes) => {
        story.push(`causes through ${Number.parseInt(causeFeed.fedThrough, 16)}`);
        return () => {
          story.push(
            `apply ${changes.flatMap(({ subjects }) => subjects)} at ${Number.parseInt(feed.fedThrough, 16)}`,
          );
          return () => {
            story.push(`notify at ${Number.parseInt(feed.fedThrough, 16)}`);
            told.resolve();
          };
        };
      },
    });
    await told.promise;
    expect(story).toEqual(['causes through 11', 'apply rb at 1', 'notify at 21']);
  });

  test('catches up with what was committed before, and tells what is beyond the database', async () => {
    const log = new ScriptedLog();
    await using feed = await ChangeFeed.open(log, parts);
    log.grow(10, 'ra');
    const first = feed.catchUp();
    log.grow(12, 'rb');
    await Promise.all([first, feed.catchUp()]);
    expect(feed.fedThrough).toBe(at(13));
    expect(await feed.reaches(at(13))).toBe(true);
    expect(await feed.reaches(at(14))).toBe(false);
  });

  test('goes on after its log could not be read', async () => {
    const log = new ScriptedLog();
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    await using feed = await ChangeFeed.open(log, { ...parts, clock });
    log.readsLeftToFail = 3;
    log.grow(10, 'ra');
    const told = Promise.withResolvers<void>();
    feed.follow({ prepare: async () => () => told.resolve });
    await told.promise;
    expect(feed.fedThrough).toBe(at(11));
  });
});

describe('recent changes', () => {
  test('are found behind a position, however often they were superseded', () => {
    const changes = new RecentChanges<string>();
    for (let n = 1; n <= 1_000; n++) changes.add(`room ${n % 7}`, at(n));
    changes.add('quiet', at(1_001));
    expect(changes.newest).toBe(at(1_001));
    expect([...changes.since(at(1_000))]).toEqual(['quiet']);
    expect([...changes.since(at(998))]).toEqual(['quiet', 'room 6', 'room 5']);
    expect(changes.since(at(0)).size).toBe(8);
    expect(changes.since(at(1_001)).size).toBe(0);
  });
});

/** A sync over the house's databases that counts the reads of each. */
async function countReads(house: SyncHouse): Promise<{ sync: Sync; reads: Record<string, number> }> {
  const reads: Record<string, number> = { rooms: 0, accounts: 0, transitory: 0 };
  const counting = <D extends { read: unknown }>(name: string, database: D): D =>
    new Proxy(database, {
      get(target, key, receiver) {
        if (key === 'read') reads[name] = (reads[name] ?? 0) + 1;
        return Reflect.get(target, key, receiver);
      },
    });
  const databases = {
    rooms: counting('rooms', house.rooms.database),
    accounts: counting('accounts', house.accounts),
    transitory: counting('transitory', house.transitory),
  };
  return { sync: await Sync.open(databases, parts), reads };
}

const say = (house: SyncHouse, room: RoomId, body: string) =>
  sendEvent(house.rooms, alice, { room, type: 'm.room.message', transactionId: body, content: { body } });

describe('what a sync costs', () => {
  const request = (since: string | undefined, timeoutMs: number) => ({
    since,
    filter: {},
    fullState: false,
    useStateAfter: false,
    timeoutMs,
  });
  const none = new AbortController().signal;

  test('idle, it reads nothing', async () => {
    await using house = await openSyncHouse();
    for (let n = 0; n < 5; n++) await createRoom(house.rooms, alice, {});
    const counted = await countReads(house);
    await using sync = counted.sync;
    let answer = JSON.parse(await sync.sync(alice, request(undefined, 0), none)) as SyncShape;
    const before = { ...counted.reads };
    for (let n = 0; n < 3; n++) {
      answer = JSON.parse(await sync.sync(alice, request(answer.next_batch, 1), none)) as SyncShape;
    }
    expect(counted.reads).toEqual(before);
  });

  test('of one event for many who wait, it is one read', async () => {
    await using house = await openSyncHouse();
    const room = await createRoom(house.rooms, alice, { preset: 'public_chat', name: 'Tea' });
    const people = Array.from({ length: 30 }, (_, n) => ({ userId: `@u${n}:test` as UserId, deviceId: 'D' }));
    for (const person of people) await joinRoom(house.rooms, person, room);
    const counted = await countReads(house);
    await using sync = counted.sync;
    const tokens = await Promise.all(
      people.map(
        async (person) => JSON.parse(await sync.sync(person, request(undefined, 0), none)).next_batch,
      ),
    );
    const before = { ...counted.reads };
    const waiting = people.map((person, index) => sync.sync(person, request(tokens[index], 60_000), none));
    await say(house, room, 'hello');
    for (const answer of await Promise.all(waiting)) expect(answer).toContain('hello');
    expect(counted.reads).toEqual({ ...before, rooms: (before.rooms ?? 0) + 1 });
  });

  test('closing answers those who wait', async () => {
    await using house = await openSyncHouse();
    await createRoom(house.rooms, alice, {});
    const { sync } = await countReads(house);
    const { next_batch: since } = JSON.parse(
      await sync.sync(alice, request(undefined, 0), none),
    ) as SyncShape;
    const waiting = sync.sync(alice, request(since, 60_000), none);
    await sync[Symbol.asyncDispose]();
    expect(JSON.parse(await waiting)).toHaveProperty('next_batch');
  });
});

describe('watches', () => {
  test('of users who were forgotten are made anew, and nobody waits in vain', async () => {
    await using house = await openSyncHouse();
    const room = await createRoom(house.rooms, alice, { preset: 'public_chat' });
    for (const other of [bob, carol]) await joinRoom(house.rooms, other, room);
    await using roomsFeed = await ChangeFeed.open(house.rooms.database, parts);
    await using accountsFeed = await ChangeFeed.open(house.accounts, parts);
    await using transitoryFeed = await ChangeFeed.open(house.transitory, parts);
    const feeds = { rooms: roomsFeed, accounts: accountsFeed, transitory: transitoryFeed };
    const watches = new Watches(feeds, house.rooms.database, 1);
    const ofBob = await watches.of(bob.userId);
    expect(await watches.of(bob.userId)).toBe(ofBob);
    const woken = Promise.withResolvers<void>();
    ofBob.onChange(woken.resolve);
    const ofCarol = await watches.of(carol.userId);
    await woken.promise;
    expect(ofBob.isForgotten).toBe(true);
    expect(ofCarol.isForgotten).toBe(false);
    expect(ofCarol.joined).toEqual(new Set([room]));
    expect(await watches.of(bob.userId)).not.toBe(ofBob);
  });

  test('follow the rooms that the user joins and leaves', async () => {
    await using house = await openSyncHouse();
    const room = await createRoom(house.rooms, alice, { preset: 'public_chat' });
    await using roomsFeed = await ChangeFeed.open(house.rooms.database, parts);
    await using accountsFeed = await ChangeFeed.open(house.accounts, parts);
    await using transitoryFeed = await ChangeFeed.open(house.transitory, parts);
    const watches = new Watches(
      { rooms: roomsFeed, accounts: accountsFeed, transitory: transitoryFeed },
      house.rooms.database,
    );
    const watch = await watches.of(bob.userId);
    await say(house, room, 'unseen');
    await roomsFeed.catchUp();
    expect(watch.rooms.newest).toBeUndefined();
    await joinRoom(house.rooms, bob, room);
    await roomsFeed.catchUp();
    expect([...watch.joined]).toEqual([room]);
    const joinedAt = watch.membershipsChangedAt;
    await say(house, room, 'seen');
    await roomsFeed.catchUp();
    expect((watch.rooms.newest as string) > joinedAt).toBe(true);
    await leaveRoom(house.rooms, bob, room);
    await roomsFeed.catchUp();
    const { newest } = watch.rooms;
    await say(house, room, 'unseen again');
    await roomsFeed.catchUp();
    expect(watch.joined.size).toBe(0);
    expect(watch.rooms.newest).toBe(newest);
  });
});

describe('the tail of a room', () => {
  test('holds what a read would find, and lets go of it where that is rewritten or too much', async () => {
    await using house = await openSyncHouse();
    const { database } = house.rooms;
    const room = await createRoom(house.rooms, alice, {});
    const tails = new RoomTails(database);
    const position = () => database.read((reader) => reader.position());
    const places = [await position()];
    for (let n = 0; n < 200; n++) {
      await say(house, room, `${n}`);
      places.push(await position());
      const [from, through] = [places[Math.max(0, n - (n % 40))], places.at(-1)] as [Position, Position];
      const held = await tails.between(room, from, through);
      const { events } = await database.read((reader) => reader.timeline(room, { after: from, through }));
      expect(held?.events.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
    }
    const [start, end] = [places[0], places.at(-1)] as [Position, Position];
    expect(await tails.between(room, start, end)).toBeUndefined();
    expect(await new RoomTails(database).between(room, start, end)).toBeUndefined();
  });
});

test('while a user comes and goes, they are told what was said while they were there and nothing else', async () => {
  await using house = await openSyncHouse({ separate: true });
  const room = await createRoom(house.rooms, alice, { preset: 'public_chat' });
  const content = { history_visibility: 'joined' };
  await setState(house.rooms, alice, { room, type: 'm.room.history_visibility', stateKey: '', content });
  const stopping = new AbortController();
  const seen = new Set<string>();
  const follow = async () => {
    let answer = await house.ask(bob);
    for (let isLast = false; !isLast; ) {
      isLast = stopping.signal.aborted;
      const filter = { room: { timeline: { limit: 500 } } };
      answer = await house.ask(bob, answer.next_batch, { timeoutMs: isLast ? 0 : 20, filter });
      const { join, leave } = answer.rooms ?? {};
      for (const { timeline } of [...Object.values(join ?? {}), ...Object.values(leave ?? {})]) {
        for (const { event_id: id, type } of timeline.events) if (type === 'm.room.message') seen.add(id);
      }
    }
  };
  const flap = async () => {
    for (let n = 0; n < 20; n++) {
      await (n % 2 === 0 ? joinRoom : leaveRoom)(house.rooms, bob, room);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const talk = async () => {
    for (let n = 0; n < 200; n++) await say(house, room, `${n}`);
  };
  const following = follow();
  await Promise.all([flap(), talk()]);
  stopping.abort();
  await following;
  const expected = new Set<string>();
  let isThere = false;
  for (const { eventId, pdu } of (await house.rooms.database.read((reader) => reader.timeline(room, {})))
    .events) {
    if (pdu.type === 'm.room.member' && pdu.state_key === bob.userId)
      isThere = pdu.content.membership === 'join';
    if (isThere && pdu.type === 'm.room.message') expected.add(eventId);
  }
  expect(expected.size).toBeGreaterThan(0);
  expect(seen).toEqual(expected);
}, 30_000);
