// Durable messages per second by 64 senders, into 64 rooms and into one, beside the limit program; rounds alternate so
// that the machine's moods fall on all alike.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import {
  createRoom,
  joinRoom,
  median,
  messageBody,
  type Person,
  registerPeople,
  sendPath,
} from './people.ts';
import { RawClient } from './raw-client.ts';

const senders = 64;
const roundMs = 4_000;
const rounds = 3;
/** What a message makes the server store beside the event's own bytes, roughly: keys, indices, the log. */
const bytesBeside = 450;

export interface Throughput {
  readonly limit: number;
  readonly manyRooms: number;
  readonly oneRoom: number;
  readonly sent: number;
}

export async function measureThroughput(hearth: Child): Promise<Throughput> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-limit-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(directory, { recursive: true }));
  await using limit = await startChild(
    'bench/server/limit-program.ts',
    ['{port}', directory, String(bytesBeside)],
    '/',
  );
  const people = await registerPeople(hearth.port, 'user', senders);
  const setup = await RawClient.open(hearth.port);
  const rooms: string[] = [];
  for (const person of people) rooms.push(await createRoom(setup, person));
  const shared = await createRoom(setup, people[0] as Person);
  for (const person of people.slice(1)) await joinRoom(setup, person, shared);
  setup.close();

  const rates: Record<'limit' | 'manyRooms' | 'oneRoom', number[]> = {
    limit: [],
    manyRooms: [],
    oneRoom: [],
  };
  let sent = 0;
  for (let round = 0; round <= rounds; round++) {
    const limitRate = await load(limit.port, people, () => '!any');
    const manyRate = await load(hearth.port, people, (index) => rooms[index] as string);
    const oneRate = await load(hearth.port, people, () => shared);
    sent += ((manyRate + oneRate) * roundMs) / 1_000;
    if (round === 0) continue; // warms everything up
    rates.limit.push(limitRate);
    rates.manyRooms.push(manyRate);
    rates.oneRoom.push(oneRate);
  }
  return {
    limit: median(rates.limit),
    manyRooms: median(rates.manyRooms),
    oneRoom: median(rates.oneRoom),
    sent,
  };
}

/** Messages per second while every sender sends the next one as soon as the last is acknowledged. */
async function load(
  port: number,
  people: readonly Person[],
  roomOf: (index: number) => string,
): Promise<number> {
  const begun = performance.now();
  let count = 0;
  await Promise.all(
    people.map(async ({ token }, index) => {
      const client = await RawClient.open(port);
      const room = roomOf(index);
      while (performance.now() - begun < roundMs) {
        const { status, body } = await client.request('PUT', sendPath(room), token, messageBody);
        if (status !== 200) throw new Error(`a send answered ${status}: ${body}`);
        count++;
      }
      client.close();
    }),
  );
  return count / ((performance.now() - begun) / 1_000);
}
