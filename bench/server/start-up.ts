// How long `serve` takes from the start of its process to its first answer, with data and beside an empty directory.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHearth } from './child.ts';
import { fillRooms } from './fill-rooms.ts';
import { median } from './people.ts';

const rounds = 5;

export interface StartUp {
  /** Milliseconds, with what lies in the directory and with nothing. */
  readonly filled: number;
  readonly empty: number;
  /** Of the first start on the directory, which finds the store as its last writer left it. */
  readonly first: number;
}

/** Starts and stops servers on `dataDirectory` and on an empty one in turn. */
export async function measureStartUp(dataDirectory: string): Promise<StartUp> {
  const emptyDirectory = await mkdtemp(join(tmpdir(), 'hearth-empty-'));
  const filled: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const startMs = { filled: await startAndStop(dataDirectory), empty: await startAndStop(emptyDirectory) };
    filled.push(startMs.filled);
    empty.push(startMs.empty);
  }
  await rm(emptyDirectory, { recursive: true });
  // The first round makes keys and warms the files up.
  return { filled: median(filled.slice(1)), empty: median(empty.slice(1)), first: filled[0] as number };
}

/** The same with so many messages, which takes minutes to make. */
export async function measureStartUpWith(events: number): Promise<StartUp> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-filled-'));
  try {
    const begun = performance.now();
    await fillRooms(directory, events, (stored) => {
      const perSecond = stored / ((performance.now() - begun) / 1_000);
      process.stderr.write(`\r${stored} of ${events} events stored, ${perSecond.toFixed(0)}/s `);
    });
    process.stderr.write('\n');
    return await measureStartUp(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function startAndStop(dataDirectory: string): Promise<number> {
  await using hearth = await startHearth(dataDirectory);
  return hearth.startMs;
}
