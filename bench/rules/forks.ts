// What forks cost the store, received as another server would send them: one by itself, and ten thousand events that go
// on while an extremity stays unmerged.
import { openRoomsDatabase } from '#databases/rooms/rooms-database';
import { receivePdu } from '#domain/rooms/receive-pdu';
import type { Rooms } from '#domain/rooms/rooms';
import type { BuiltEvent } from '#protocol/matrix/build-event';
import { type EventId, serverOf, type UserId } from '#protocol/matrix/identifiers';
import { parseJson } from '#protocol/matrix/parse-json';
import { verifyKey } from '#protocol/matrix/signing-keys';
import type { Store } from '#store/contract';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { countEngine, type Traffic } from './counted-engine.ts';
import { openRooms } from './open-rooms.ts';
import { line, ratio } from './report.ts';
import { alice, bob, build, keyOf, type SampleRoom, sampleRoom } from './sample-events.ts';
import { weighRooms } from './weigh-rooms.ts';

const unmergedEvents = 10_000;
const partEvents = 1_000;
/** Every second event is state; so many keys take turns. */
const keyCount = 50;

const publicKeys = new Map(
  [alice, bob].map((user) => [serverOf(user), verifyKey(keyOf(user).publicKey)] as const),
);

export async function reportForks(): Promise<void> {
  const { engine, traffic } = countEngine(openMemoryEngine());
  await using store = makeStore(engine);
  const database = await openRoomsDatabase(store, () => false);
  const rooms = openRooms(database);
  const room = sampleRoom();
  const begun = [room.create, room.joins.get(alice)!, room.powerLevels, room.joinRules, room.joins.get(bob)!];
  for (const event of begun) await receive(rooms, event);
  const lane = new Conversation(rooms, room);
  for (let index = 0; index < 2 * keyCount; index++) await lane.goOn();

  const measure = (act: () => Promise<unknown>) => measured(store, rooms, traffic, act);
  const straight = await measure(() => lane.goOn('message'));
  const straightState = await measure(() => lane.goOn('state'));
  const before = lane.tip;
  for (let index = 0; index < 20; index++) await lane.goOn();
  const message = await measure(() => lane.send(alice, [before], 'message'));
  const state = await measure(() => lane.send(alice, [before], 'state'));
  line('a message keeps', describe(straight));
  line('a message on a fork, 20 events back', describe(message));
  line('a state event keeps', describe(straightState));
  line('a state event on a fork, 20 events back', describe(state));

  const parts: Cost[] = [];
  for (let sent = 0; sent < unmergedEvents; sent += partEvents) {
    parts.push(
      await measure(async () => {
        for (let index = 0; index < partEvents; index++) await lane.goOn();
      }),
    );
  }
  const [first, last] = [parts[0]!, parts.at(-1)!];
  const each = (sum: number) => (sum / partEvents).toFixed(1);
  const extremities = await database.read(async (reader) => (await reader.head(room.roomId))?.extremities);
  line(`${unmergedEvents} events, ${extremities?.length} extremities: bytes per event`, each(first.bytes));
  line(
    `  the last ${partEvents}`,
    `${each(last.bytes)} = ${ratio(last.bytes, first.bytes)} of the first ${partEvents}`,
  );
  line('  rows read per event', `${each(first.rowsRead)}, the last ${partEvents} ${each(last.rowsRead)}`);
}

interface Cost {
  readonly rows: number;
  readonly bytes: number;
  readonly rowsRead: number;
}

const describe = ({ rows, bytes, rowsRead }: Cost): string =>
  `${rows} rows, ${bytes} bytes; ${rowsRead} rows read`;

/** What there is more of afterwards, without the log of changes, and the rows that were read. */
async function measured(
  store: Store,
  { database }: Rooms,
  traffic: Traffic,
  act: () => Promise<unknown>,
): Promise<Cost> {
  const held = async () => {
    const tables = [...(await weighRooms(store, database))].filter(([name]) => name !== 'log');
    return tables.reduce(
      (sum, [, { rows, bytes }]) => ({ rows: sum.rows + rows, bytes: sum.bytes + bytes }),
      { rows: 0, bytes: 0 },
    );
  };
  const before = await held();
  const readBefore = traffic.rowsRead;
  await act();
  const rowsRead = traffic.rowsRead - readBefore;
  const after = await held();
  return { rows: after.rows - before.rows, bytes: after.bytes - before.bytes, rowsRead };
}

/** Events that follow one another, of Bob's unless somebody else is named. */
class Conversation {
  readonly #rooms: Rooms;
  readonly #room: SampleRoom;
  tip: EventId;
  #count = 0;

  constructor(rooms: Rooms, room: SampleRoom) {
    this.#rooms = rooms;
    this.#room = room;
    this.tip = room.joins.get(bob)!.eventId;
  }

  async goOn(kind: 'message' | 'state' = this.#count % 2 === 0 ? 'message' : 'state'): Promise<void> {
    this.tip = await this.send(bob, [this.tip], kind);
  }

  async send(sender: UserId, prev: readonly EventId[], kind: 'message' | 'state'): Promise<EventId> {
    const number = this.#count++;
    const { roomId, joins, powerLevels } = this.#room;
    const key = `${(number >> 1) % keyCount}`;
    const event = build({
      type: kind === 'message' ? 'm.room.message' : 'org.example.note',
      sender,
      room_id: roomId,
      ...(kind === 'message' ? {} : { state_key: key }),
      content: { msgtype: 'm.text', body: `number ${number} of a conversation` },
      origin_server_ts: 1_790_000_000_000 + number,
      depth: 10 + number,
      prev_events: prev,
      auth_events: [joins.get(sender)!.eventId, powerLevels.eventId],
    });
    await receive(this.#rooms, event);
    return event.eventId;
  }
}

async function receive(rooms: Rooms, { bytes }: BuiltEvent): Promise<void> {
  const receipt = await receivePdu(rooms, {
    pdu: parseJson(bytes).value,
    findKeys: () => (server) => publicKeys.get(server),
    mayBeginRoom: true,
  });
  if (receipt.outcome !== 'accepted') throw new Error(`the sample is ${JSON.stringify(receipt)}`);
}
