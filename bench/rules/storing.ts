// What an event costs the store: rows and bytes written, and what is kept of them, for messages, for state and for
// members, sent one by one so that no transaction is shared.
import { openRoomsDatabase, type RoomsDatabase } from '#databases/rooms/rooms-database';
import { createRoom } from '#domain/rooms/create-room';
import { joinRoom } from '#domain/rooms/membership';
import type { Sender } from '#domain/rooms/rooms';
import { sendEvent } from '#domain/rooms/send-event';
import { setState } from '#domain/rooms/set-state';
import type { UserId } from '#protocol/matrix/identifiers';
import type { Store } from '#store/contract';
import { openMemoryEngine } from '#store/engines/memory';
import { makeStore } from '#store/store';
import { countEngine, type Traffic } from './counted-engine.ts';
import { openRooms } from './open-rooms.ts';
import { line } from './report.ts';
import { alice, keyOf } from './sample-events.ts';
import { type Weight, weighRooms } from './weigh-rooms.ts';

const eventCount = 200;
const server = keyOf(alice).server;
const someone = (name: string): Sender => ({ userId: `@${name}:${server}` as UserId, deviceId: 'BENCH' });

export async function reportStoring(): Promise<void> {
  const { engine, traffic } = countEngine(openMemoryEngine());
  await using store = makeStore(engine);
  const database = await openRoomsDatabase(store, (user) => user.endsWith(`:${server}`));
  const rooms = openRooms(database);
  const creator = someone('alice');
  const room = await createRoom(rooms, creator, { preset: 'public_chat' });
  const body = (index: number) => `message ${index} of a conversation about nothing in particular`;
  const kinds: Readonly<Record<string, (index: number) => Promise<unknown>>> = {
    message: (index) =>
      sendEvent(rooms, creator, {
        room,
        type: 'm.room.message',
        transactionId: `${index}`,
        content: { msgtype: 'm.text', body: body(index) },
      }),
    'state event': (index) =>
      setState(rooms, creator, {
        room,
        type: 'org.example.note',
        stateKey: `${index}`,
        content: { note: body(index) },
      }),
    'join of a local user': (index) => joinRoom(rooms, someone(`user${index}`), room),
  };
  let plain: ReadonlyMap<string, Weight> | undefined;
  for (const [kind, make] of Object.entries(kinds)) {
    await make(eventCount);
    const { written, kept } = await costOf(store, database, traffic, make);
    line(
      `a ${kind} writes`,
      `${each(written.rowsWritten)} rows, ${each(written.bytesWritten, 0)} bytes; ${each(written.rowsRead)} rows read`,
    );
    line('  and keeps', describe(kept));
    plain ??= kept;
    const beyond = new Map([...kept].filter(([name]) => plain !== undefined && !hasRows(plain, name)));
    if (plain !== kept) line("  beyond a message's", describe(beyond));
  }
}

const each = (sum: number, digits = 1): string => (sum / eventCount).toFixed(digits);

/** True where each event left a row in the table. */
const hasRows = (kept: ReadonlyMap<string, Weight>, table: string): boolean =>
  (kept.get(table)?.rows ?? 0) >= eventCount / 2;

function describe(kept: ReadonlyMap<string, Weight>): string {
  const tables = [...kept].filter(([name]) => hasRows(kept, name));
  const rows = tables.reduce((sum, [, weight]) => sum + weight.rows, 0);
  const list = tables.map(([name, weight]) => `${name} ${each(weight.bytes, 0)}`).join(', ');
  return `${each(rows)} rows (bytes: ${list})`;
}

/** What `eventCount` events of a kind write, and what there is more of afterwards. */
async function costOf(
  store: Store,
  database: RoomsDatabase,
  traffic: Traffic,
  make: (index: number) => Promise<unknown>,
): Promise<{ written: Traffic; kept: Map<string, Weight> }> {
  const before = await weighRooms(store, database);
  const start = { ...traffic };
  for (let index = 0; index < eventCount; index++) await make(index);
  const written: Traffic = {
    rowsRead: traffic.rowsRead - start.rowsRead,
    rowsWritten: traffic.rowsWritten - start.rowsWritten,
    bytesWritten: traffic.bytesWritten - start.bytesWritten,
    rowsCleared: traffic.rowsCleared - start.rowsCleared,
  };
  const after = await weighRooms(store, database);
  const kept = new Map<string, Weight>();
  for (const [name, { rows, bytes }] of after) {
    const earlier = before.get(name) ?? { rows: 0, bytes: 0 };
    kept.set(name, { rows: rows - earlier.rows, bytes: bytes - earlier.bytes });
  }
  return { written, kept };
}
