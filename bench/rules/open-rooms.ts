// The domain of rooms over a database, as a server of one of the samples' names has it.
import type { RoomsDatabase } from '#databases/rooms/rooms-database';
import { Lanes } from '#domain/rooms/lanes';
import type { Rooms } from '#domain/rooms/rooms';
import { systemClock } from '#support/clock';
import { systemRandom } from '#support/random';
import { alice, keyOf } from './sample-events.ts';

export function openRooms(database: RoomsDatabase): Rooms {
  return {
    database,
    lanes: new Lanes(database),
    signingKey: keyOf(alice),
    clock: systemClock,
    random: systemRandom,
    profileOf: async () => ({}),
  };
}
