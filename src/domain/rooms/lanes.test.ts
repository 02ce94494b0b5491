import { expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
import { GoesAlone } from '#domain/rooms/lanes';
import { setState } from '#domain/rooms/set-state';
import { makeFaultyEngine } from '#store/engines/faulty';
import { openMemoryEngine } from '#store/engines/memory';
import { StoreError, storeErrors } from '#store/errors';
import { makeStore } from '#store/store';
import { systemClock } from '#support/clock';
import { seededRandom } from '#support/random';
import { alice, openRooms } from '#test/fixtures/rooms';

/** Where records of requests lie (store/requests.ts). */
const requestsPrefix = 0xfd;
const topic = (text: string) => ({ type: 'm.room.topic', stateKey: '', content: { topic: text } });

async function topicsOf(
  rooms: Awaited<ReturnType<typeof openRooms>>,
  room: Parameters<typeof setState>[2]['room'],
) {
  const { events } = await rooms.database.read((reader) => reader.timeline(room, { limit: 100 }));
  return events.filter(({ pdu }) => pdu.type === 'm.room.topic').map(({ pdu }) => pdu.content.topic);
}

test('what breaks the transaction of a batch fails alone', async () => {
  const rooms = await openRooms();
  const room = await createRoom(rooms, alice, {});
  const other = await createRoom(rooms, alice, {});
  const broken = rooms.lanes.submit(room, 1, () => Promise.reject(new TypeError('a judge that is broken')));
  const good = [
    setState(rooms, alice, { room, ...topic('a') }),
    setState(rooms, alice, { room: other, ...topic('b') }),
  ];
  await expect(broken).rejects.toThrow('a judge that is broken');
  await Promise.all(good);
  expect(await topicsOf(rooms, room)).toEqual(['a']);
  expect(await topicsOf(rooms, other)).toEqual(['b']);
});

test('what may have been committed is not done again', async () => {
  const random = seededRandom('lanes');
  const engine = makeFaultyEngine(openMemoryEngine(), { clock: systemClock, random });
  // Pauses pass at once, and a call is given up after its time.
  let now = Date.now();
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  await using store = makeStore(engine, { clock, random });
  const rooms = await openRooms(store);
  const room = await createRoom(rooms, alice, {});
  // The commit takes place, and whoever looks for its record hears nothing for as long as anybody asks.
  const begin = engine.begin.bind(engine);
  engine.failNext('unknownApplied');
  engine.begin = () => {
    const transaction = begin();
    const get = transaction.get.bind(transaction);
    transaction.get = (key) =>
      key[0] === requestsPrefix
        ? Promise.reject(new StoreError(storeErrors.commitUnknownResult, 'no answer'))
        : get(key);
    return transaction;
  };
  const sent = await Promise.allSettled([
    setState(rooms, alice, { room, ...topic('a') }),
    setState(rooms, alice, { room, ...topic('b') }),
  ]);
  expect(sent.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await topicsOf(rooms, room)).toEqual(['a', 'b']);
});

test('what goes alone is rehearsed, and keeps its place before what came after it', async () => {
  const rooms = await openRooms();
  const room = await createRoom(rooms, alice, {});
  const other = await createRoom(rooms, alice, {});
  const order: string[] = [];
  const { promise: rehearsal, resolve: rehearsed } = Promise.withResolvers<void>();
  const submit = (name: string, into = room) =>
    rooms.lanes.submit(into, 1, async (draft) => void order.push(`${name} ${draft.isAlone}`));
  const first = submit('first');
  const alone = rooms.lanes.submit(room, 1, async (draft) => {
    if (!draft.isAlone) {
      throw new GoesAlone(async (reader) => {
        await rehearsal;
        order.push(`rehearsed from ${(await reader.head(room))?.depth}`);
      });
    }
    order.push('alone');
    return 7;
  });
  const after = submit('after');
  await first;
  // Other rooms do not wait for a rehearsal, however many there are.
  for (let n = 0; n < 5; n++) await submit(`other ${n}`, other);
  rehearsed();
  expect(await alone).toBe(7);
  await after;
  expect(order).toEqual([
    'first false',
    ...[0, 1, 2, 3, 4].map((n) => `other ${n} false`),
    expect.stringMatching(/^rehearsed from [1-9]/),
    'alone',
    'after false',
  ]);
});

test('a rehearsal that fails, or a request that fails alone, fails by itself', async () => {
  const rooms = await openRooms();
  const room = await createRoom(rooms, alice, {});
  const failing = rooms.lanes.submit(room, 1, () =>
    Promise.reject(new GoesAlone(() => Promise.reject(new TypeError('no rehearsal')))),
  );
  const refused = rooms.lanes.submit(room, 1, async (draft) => {
    if (!draft.isAlone) throw new GoesAlone(async () => undefined);
    throw new TypeError('not even alone');
  });
  const good = setState(rooms, alice, { room, ...topic('a') });
  await expect(failing).rejects.toThrow('no rehearsal');
  await expect(refused).rejects.toThrow('not even alone');
  await good;
  expect(await topicsOf(rooms, room)).toEqual(['a']);
});

test('where a batch breaks, what must wait still goes before what came after it', async () => {
  const rooms = await openRooms();
  const room = await createRoom(rooms, alice, {});
  const order: string[] = [];
  const jobs = [
    rooms.lanes.submit(room, 1, () => Promise.reject(new TypeError('broken'))),
    rooms.lanes.submit(room, 1, async (draft) => {
      if (!draft.isAlone) throw new GoesAlone(async () => undefined);
      order.push('alone');
    }),
    rooms.lanes.submit(room, 1, async () => void order.push('after')),
  ];
  const ends = await Promise.allSettled(jobs);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(order).toEqual(['alone', 'after']);
});
