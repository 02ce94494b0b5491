// The same resolution from the embedded store with nothing in memory, and the rows that it reads.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRoomsDatabase } from '#databases/rooms/rooms-database';
import { defaultRoomVersion as version } from '#protocol/matrix/room-versions';
import { openLevelEngine } from '#store/engines/level';
import { makeStore } from '#store/store';
import { median } from '../machine.ts';
import { eventsPerSide, type LargeRoom, largeRoom, memberCount } from './large-room.ts';
import { line } from './report.ts';
import { storeLargeRoom } from './store-large-room.ts';

const rounds = 7;

export async function reportResolvingStored(): Promise<void> {
  const room = largeRoom(version, memberCount, eventsPerSide);
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  try {
    {
      await using store = makeStore(await openLevelEngine(directory));
      await storeLargeRoom(await openRoomsDatabase(store, () => false), room, version);
    }
    const ms: number[] = [];
    let rows = 0;
    for (let round = 0; round < rounds; round++) {
      const resolved = await resolveCold(directory, room);
      ms.push(resolved.ms);
      rows = resolved.rows;
    }
    line(
      `resolve ${memberCount} members cold from the embedded store`,
      `${median(ms).toFixed(1)} ms (first ${ms[0]?.toFixed(1)} ms), ${rows} rows read`,
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The store is opened anew, so that neither it nor the database has anything in memory. */
async function resolveCold(
  directory: string,
  { roomId, sides }: LargeRoom,
): Promise<{ ms: number; rows: number }> {
  await using store = makeStore(await openLevelEngine(directory));
  const database = await openRoomsDatabase(store, () => false);
  const tips = sides.map((side) => side.at(-1)!.eventId);
  let rows = 0;
  const startMs = performance.now();
  await database.read(
    (reader) => reader.stateBeforeNext(roomId, tips),
    (count) => {
      rows += count;
    },
  );
  return { ms: performance.now() - startMs, rows };
}
