// What a sync costs when nothing has happened, with few and with many joined rooms.
import type { Child } from './child.ts';
import { createRoom, median, type Person, registerPeople } from './people.ts';
import { RawClient } from './raw-client.ts';

const syncs = 3_000;

/** Microseconds of the server's processor time per idle sync, with each number of joined rooms. */
export async function measureIdleSync(hearth: Child, roomCounts: readonly number[]): Promise<number[]> {
  const client = await RawClient.open(hearth.port);
  const people = await registerPeople(hearth.port, 'idler', roomCounts.length);
  const tokens: string[] = [];
  for (const [index, person] of people.entries()) {
    for (let room = 0; room < (roomCounts[index] as number); room++) await createRoom(client, person);
    tokens.push(await sync(client, person, undefined));
  }
  const costs = people.map((): number[] => []);
  for (let round = 0; round <= 3; round++) {
    for (const [index, person] of people.entries()) {
      const before = hearth.cpuMs();
      for (let count = 0; count < syncs; count++) await sync(client, person, tokens[index]);
      if (round > 0) costs[index]?.push(((hearth.cpuMs() - before) * 1_000) / syncs);
    }
  }
  client.close();
  return costs.map(median);
}

async function sync(client: RawClient, { token }: Person, since: string | undefined): Promise<string> {
  const path = `/_matrix/client/v3/sync?timeout=0${since === undefined ? '' : `&since=${since}`}`;
  return (await client.json<{ next_batch: string }>('GET', path, token)).next_batch;
}
