import { expect, test } from 'vitest';
import { createRoom } from '#domain/rooms/create-room';
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
