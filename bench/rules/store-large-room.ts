// Puts a large room whose history has parted into a rooms database, past the domain: what is measured afterwards is how
// its states are resolved, not how it came in.
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import { prevEventIds } from '#protocol/matrix/event';
import type { JsonObject } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import type { LargeRoom, MadeEvent } from './large-room.ts';
import { alice } from './sample-events.ts';

const eventsPerTransaction = 250;

export async function storeLargeRoom(
  database: RoomsDatabase,
  { roomId, trunk, sides }: LargeRoom,
  version: RoomVersion,
): Promise<void> {
  const record = { version: version.id, creator: alice, createdAtMs: 0 };
  for (let start = 0; start < trunk.length; start += eventsPerTransaction) {
    await database.write(async (writer) => {
      const draft = start === 0 ? writer.newRoom(roomId, record) : await writer.draft(roomId);
      if (draft === undefined) throw new Error('the room is not there');
      for (const event of trunk.slice(start, start + eventsPerTransaction)) {
        await draft.appendReceived({ ...event, bytes: bytesOf(event), standing: 'accepted' });
      }
      await draft.finish();
    });
  }
  for (const event of sides.flat()) await appendAlone(database, roomId, event);
}

/** An event that may lie on a fork has a transaction of its own. */
async function appendAlone(
  database: RoomsDatabase,
  roomId: LargeRoom['roomId'],
  event: MadeEvent,
): Promise<void> {
  await database.write(async (writer) => {
    const draft = await writer.draft(roomId, true);
    if (draft === undefined) throw new Error('the room is not there');
    const before = await writer.stateBeforeNext(roomId, prevEventIds(event.pdu));
    await draft.appendReceived({ ...event, bytes: bytesOf(event), before, standing: 'accepted' });
    await draft.finish();
  });
}

const bytesOf = ({ pdu }: MadeEvent): Buffer => Buffer.from(canonicalJson(pdu as unknown as JsonObject));
