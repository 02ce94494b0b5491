// Fills a data directory with messages, without a server: the domain's own sends on the store that a server would open.
import { loadConfig } from '#app/config/config';
import { claimDataDirectory } from '#app/data-directory';
import { openSigningKey } from '#app/signing-key';
import { openStores } from '#app/stores';
import { openRoomsDatabase } from '#databases/rooms/rooms-database';
import { createRoom } from '#domain/rooms/create-room';
import { Lanes } from '#domain/rooms/lanes';
import type { Rooms, Sender } from '#domain/rooms/rooms';
import { sendEvent } from '#domain/rooms/send-event';
import { type RoomId, serverOf, type UserId } from '#protocol/matrix/identifiers';
import { systemClock } from '#support/clock';
import { systemRandom } from '#support/random';
import { serverName } from './child.ts';
import { messageBody } from './people.ts';

const roomCount = 64;
const sendersAtOnce = 512;

/** Sends `events` messages into rooms of a new data directory; `progress` is told how many are stored, now and then. */
export async function fillRooms(
  dataDirectory: string,
  events: number,
  progress: (stored: number) => void,
): Promise<void> {
  const config = loadConfig({ flags: { data: dataDirectory, server_name: serverName }, environment: {} });
  claimDataDirectory(config.dataDirectory, config);
  const parts = { clock: systemClock, random: systemRandom };
  await using stores = await openStores(config.databases, parts);
  const database = await openRoomsDatabase(stores.rooms, (user) => serverOf(user) === config.serverName);
  const rooms: Rooms = {
    ...parts,
    database,
    lanes: new Lanes(database),
    signingKey: openSigningKey(config.dataDirectory, config.serverName, systemRandom),
    profileOf: async () => ({}),
  };
  const sender: Sender = { userId: `@writer:${serverName}` as UserId, deviceId: 'WRITER' };
  const roomIds: RoomId[] = [];
  for (let index = 0; index < roomCount; index++) {
    roomIds.push(await createRoom(rooms, sender, { preset: 'public_chat' }));
  }
  const content = JSON.parse(messageBody);
  let begun = 0;
  let stored = 0;
  await Promise.all(
    Array.from({ length: sendersAtOnce }, async () => {
      while (begun < events) {
        const index = begun++;
        const room = roomIds[index % roomCount] as RoomId;
        await sendEvent(rooms, sender, {
          room,
          type: 'm.room.message',
          transactionId: String(index),
          content,
        });
        if (++stored % 10_000 === 0) progress(stored);
      }
    }),
  );
}
