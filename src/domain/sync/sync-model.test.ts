// Syncs against a model: whatever happens between them, a client that follows its answers ends up with the room's state
// and with every event once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { banUser, joinRoom, kickUser, leaveRoom, unbanUser } from '#domain/rooms/membership';
import { sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import type { EventId, RoomId } from '#protocol/matrix/identifiers';
import { alice, bob, carol } from '#test/fixtures/rooms';
import {
  type AskOptions,
  openSyncHouse,
  type RoomShape,
  type SyncHouse,
  type SyncShape,
} from '#test/fixtures/sync';

let counter = 0;

const say = (house: SyncHouse, sender: typeof alice, room: RoomId): Promise<EventId> =>
  sendEvent(house.rooms, sender, {
    room,
    type: 'm.room.message',
    transactionId: `t${counter++}`,
    content: { body: `${counter}` },
  });

/** A client that keeps the state of its rooms as the specification tells it to. */
class ModelClient {
  readonly joined = new Map<string, Map<string, string>>();
  readonly left = new Map<string, Map<string, string>>();
  since: string | undefined;

  take(answer: SyncShape, isAfter: boolean): void {
    for (const [room, sections] of Object.entries(answer.rooms?.join ?? {})) {
      this.left.delete(room);
      this.joined.set(room, follow(this.joined.get(room), sections, isAfter));
    }
    for (const [room, sections] of Object.entries(answer.rooms?.leave ?? {})) {
      this.left.set(room, follow(this.joined.get(room), sections, isAfter));
      this.joined.delete(room);
    }
    this.since = answer.next_batch;
  }
}

function follow(
  before: Map<string, string> | undefined,
  room: RoomShape,
  isAfter: boolean,
): Map<string, string> {
  const state = new Map(before);
  const events = isAfter ? room.state_after.events : [...room.state.events, ...room.timeline.events];
  for (const { type, state_key: key, event_id: id } of events)
    if (key !== undefined) state.set(`${type}|${key}`, id);
  return state;
}

async function actualState(house: SyncHouse, room: RoomId): Promise<Map<string, string>> {
  const entries = await house.rooms.database.read((reader) => reader.state(room));
  return new Map(entries.map(({ type, stateKey, event }) => [`${type}|${stateKey}`, event]));
}

const sorted = (state: Map<string, string> | undefined) =>
  [...(state ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));

/** What may happen in the room between two syncs of bob's. */
const happenings = {
  message: (house: SyncHouse, room: RoomId) => say(house, alice, room),
  topic: (house: SyncHouse, room: RoomId) =>
    setState(house.rooms, alice, {
      room,
      type: 'm.room.topic',
      stateKey: '',
      content: { topic: `${counter++}` },
    }),
  custom: (house: SyncHouse, room: RoomId) =>
    setState(house.rooms, alice, { room, type: 'x', stateKey: `${counter++ % 3}`, content: { n: counter } }),
  carolJoins: (house: SyncHouse, room: RoomId) => joinRoom(house.rooms, carol, room),
  carolLeaves: (house: SyncHouse, room: RoomId) => leaveRoom(house.rooms, carol, room),
  bobReturns: async (house: SyncHouse, room: RoomId) => {
    await unbanUser(house.rooms, alice, room, bob.userId).catch(() => undefined);
    await joinRoom(house.rooms, bob, room);
  },
  bobLeaves: (house: SyncHouse, room: RoomId) => leaveRoom(house.rooms, bob, room),
  bobIsKicked: (house: SyncHouse, room: RoomId) => kickUser(house.rooms, alice, room, bob.userId),
  bobIsBanned: (house: SyncHouse, room: RoomId) => banUser(house.rooms, alice, room, bob.userId),
};

type Happening = keyof typeof happenings;

interface SyncStep {
  readonly limit: number;
  /** The answer is lost on its way; the client asks again with its old token. */
  readonly isLost: boolean;
  readonly fullState: boolean;
}

const sync = fc.record<SyncStep>({
  limit: fc.integer({ min: 1, max: 4 }),
  isLost: fc.nat(3).map((value) => value === 0),
  fullState: fc.nat(7).map((value) => value === 0),
});

const step = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<Happening>('message', 'topic', 'custom') },
  { weight: 2, arbitrary: fc.constantFrom<Happening>('carolJoins', 'carolLeaves', 'bobReturns') },
  { weight: 1, arbitrary: fc.constantFrom<Happening>('bobLeaves', 'bobIsKicked', 'bobIsBanned') },
  { weight: 4, arbitrary: sync },
);

async function checkSteps(steps: readonly (Happening | SyncStep)[], isAfter: boolean): Promise<void> {
  await using house = await openSyncHouse();
  const room = await createRoom(house.rooms, alice, { preset: 'public_chat' });
  await joinRoom(house.rooms, bob, room);
  const client = new ModelClient();
  let stateWhenLeft: Map<string, string> | undefined;
  for (const next of [...steps, { limit: 2, isLost: false, fullState: false }]) {
    if (typeof next === 'string') {
      const wasIn = await isIn(house, room);
      // What the rules refuse does not happen.
      await happenings[next](house, room).catch(() => undefined);
      if (wasIn && !(await isIn(house, room))) stateWhenLeft = await actualState(house, room);
      continue;
    }
    const options: AskOptions = {
      filter: { room: { timeline: { limit: next.limit } } },
      fullState: next.fullState,
      useStateAfter: isAfter,
    };
    const answer = await house.ask(bob, client.since, options);
    if (next.isLost) continue;
    const wasKnown = client.joined.has(room);
    client.take(answer, isAfter);
    if (await isIn(house, room)) {
      expect(sorted(client.joined.get(room))).toEqual(sorted(await actualState(house, room)));
    } else {
      expect(client.joined.has(room)).toBe(false);
      // A later ban is told too; besides it the state is as it was when bob left.
      if (wasKnown) expect(besidesBob(client.left.get(room))).toEqual(besidesBob(stateWhenLeft));
    }
  }
}

const besidesBob = (state: Map<string, string> | undefined) =>
  sorted(state).filter(([key]) => key !== `m.room.member|${bob.userId}`);

const isIn = (house: SyncHouse, room: RoomId) =>
  house.rooms.database.read((reader) => reader.isMember(room, 'join', bob.userId));

describe('a client that follows its syncs', () => {
  test('knows the state of its rooms, however short its timelines are and whatever is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => checkSteps(steps, false)),
      { numRuns: 50 },
    );
  }, 30_000);

  test('knows the same by use_state_after', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => checkSteps(steps, true)),
      { numRuns: 30 },
    );
  }, 30_000);
});

describe('while others send', () => {
  test.each([false, true])(
    'no event is lost and none comes twice (databases apart: %s)',
    async (separate) => {
      await using house = await openSyncHouse({ separate });
      const rooms: RoomId[] = [];
      for (let n = 0; n < 3; n++) {
        const room = await createRoom(house.rooms, alice, { preset: 'public_chat' });
        for (const other of [bob, carol]) await joinRoom(house.rooms, other, room);
        rooms.push(room);
      }
      const sent = new Map<RoomId, EventId[]>(rooms.map((room) => [room, []]));
      const stopping = new AbortController();
      const followFrom = async (asker: typeof alice, token: string): Promise<Map<RoomId, string[]>> => {
        let since = token;
        const seen = new Map<RoomId, string[]>(rooms.map((room) => [room, []]));
        const total = () => [...seen.values()].reduce((sum, ids) => sum + ids.length, 0);
        while (!stopping.signal.aborted || total() < rooms.length * eventsEach * 2) {
          const answer = await house.ask(asker, since, {
            timeoutMs: 1_000,
            filter: { room: { timeline: { limit: 500 } } },
          });
          since = answer.next_batch;
          for (const room of rooms) {
            const { timeline } = answer.rooms?.join?.[room] ?? {};
            expect(timeline?.limited ?? false).toBe(false);
            seen.get(room)?.push(...(timeline?.events ?? []).map(({ event_id: id }) => id));
          }
        }
        return seen;
      };
      const eventsEach = 60;
      const tokens = await Promise.all([alice, bob, carol].map((asker) => house.ask(asker)));
      const followers = [alice, bob, carol].map((asker, index) =>
        followFrom(asker, (tokens[index] as SyncShape).next_batch),
      );
      const sendAll = async (sender: typeof alice, room: RoomId) => {
        for (let n = 0; n < eventsEach; n++) sent.get(room)?.push(await say(house, sender, room));
      };
      await Promise.all(rooms.flatMap((room) => [sendAll(alice, room), sendAll(bob, room)]));
      stopping.abort();
      for (const seen of await Promise.all(followers)) {
        for (const room of rooms) {
          const { events } = await house.rooms.database.read((reader) => reader.timeline(room, {}));
          const order = events.map(({ eventId }) => eventId as string);
          const messages = new Set<string>(sent.get(room));
          expect(seen.get(room)).toEqual(order.filter((id) => messages.has(id)));
        }
      }
    },
    30_000,
  );
});
