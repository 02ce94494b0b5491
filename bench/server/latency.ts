// From send to arrival in another's long-polling sync, at a fixed rate, with a hundred clients waiting.
import type { Child } from './child.ts';
import {
  createRoom,
  joinRoom,
  messageBody,
  type Person,
  percentile,
  registerPeople,
  sendPath,
} from './people.ts';
import { RawClient } from './raw-client.ts';

const waitingClients = 100;
const perSecond = 200;
const durationMs = 10_000;

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly arrived: number;
  readonly sent: number;
}

export async function measureLatency(hearth: Child): Promise<Latency> {
  const [sender] = (await registerPeople(hearth.port, 'sender', 1)) as [Person];
  const readers = await registerPeople(hearth.port, 'reader', waitingClients);
  const setup = await RawClient.open(hearth.port);
  const rooms: string[] = [];
  for (const reader of readers) {
    const room = await createRoom(setup, sender);
    await joinRoom(setup, reader, room);
    rooms.push(room);
  }
  setup.close();

  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  const end = { reached: false };
  const polling = readers.map((reader) => poll(hearth.port, reader, sentAt, delays, end));
  await new Promise((resolve) => setTimeout(resolve, 1_000));

  const idle = await Promise.all(Array.from({ length: 16 }, () => RawClient.open(hearth.port)));
  const begun = performance.now();
  let sent = 0;
  const inFlight: Promise<void>[] = [];
  while (performance.now() - begun < durationMs) {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    for (; sent < due; sent++) {
      const client = idle.pop() ?? (await RawClient.open(hearth.port));
      inFlight.push(
        sendOne(client, sender, rooms[sent % rooms.length] as string, sentAt).then(
          () => void idle.push(client),
        ),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(inFlight);
  await new Promise((resolve) => setTimeout(resolve, 500));
  end.reached = true;
  for (const client of idle) client.close();
  await Promise.all(polling);
  return { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), arrived: delays.length, sent };
}

/** The moment of sending is noted before the request leaves; the message carries its own name. */
async function sendOne(
  client: RawClient,
  { token }: Person,
  room: string,
  sentAt: Map<string, number>,
): Promise<void> {
  const path = sendPath(room);
  sentAt.set(path, performance.now());
  await client.request('PUT', path, token, JSON.stringify({ ...JSON.parse(messageBody), name: path }));
}

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Record<string, { readonly timeline?: { readonly events: readonly TimelineEvent[] } }>;
  };
}

interface TimelineEvent {
  readonly content: { readonly name?: string };
}

async function poll(
  port: number,
  { token }: Person,
  sentAt: ReadonlyMap<string, number>,
  delays: number[],
  end: { readonly reached: boolean },
): Promise<void> {
  const client = await RawClient.open(port);
  let { next_batch: since } = await client.json<SyncAnswer>(
    'GET',
    '/_matrix/client/v3/sync?timeout=0',
    token,
  );
  while (!end.reached) {
    const answer = await client.json<SyncAnswer>(
      'GET',
      `/_matrix/client/v3/sync?since=${since}&timeout=3000`,
      token,
    );
    const now = performance.now();
    since = answer.next_batch;
    for (const room of Object.values(answer.rooms?.join ?? {})) {
      for (const { content } of room.timeline?.events ?? []) {
        const begun = content.name === undefined ? undefined : sentAt.get(content.name);
        if (begun !== undefined) delays.push(now - begun);
      }
    }
  }
  client.close();
}
