// The limit: a program that does only what a durable send cannot avoid. It parses the request, hashes and signs the
// event, stores as many bytes as the server does in one shared synced batch, and answers.
// Usage: limit-program.ts PORT DIRECTORY BYTES_BESIDE_THE_EVENT
import { createServer } from 'node:http';
import { ClassicLevel } from 'classic-level';
import { buildEvent } from '#protocol/matrix/build-event';
import type { EventId, RoomId, ServerName, UserId } from '#protocol/matrix/identifiers';
import { defaultRoomVersion } from '#protocol/matrix/room-versions';
import { signingKeyFromSeed } from '#protocol/matrix/signing-keys';

const [port, directory, besides] = process.argv.slice(2);
const key = signingKeyFromSeed(Buffer.alloc(32, 1), 'ed25519:1', 'bench.test' as ServerName);
const level = new ClassicLevel<Buffer, Buffer>(directory as string, {
  keyEncoding: 'buffer',
  valueEncoding: 'buffer',
});
await level.open();
const padding = Buffer.alloc(Number(besides), 120);
const previous = `$${'A'.repeat(43)}` as EventId;
const room = `!${'A'.repeat(43)}` as RoomId;

interface Waiting {
  readonly key: Buffer;
  readonly value: Buffer;
  done(): void;
}
let waiting: Waiting[] = [];
let flushing = false;
let count = 0;

async function flush(): Promise<void> {
  flushing = true;
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    await level.batch(
      batch.map(({ key: name, value }) => ({ type: 'put' as const, key: name, value })),
      { sync: true },
    );
    for (const { done } of batch) done();
  }
  flushing = false;
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'GET') {
      response.end();
      return;
    }
    const { eventId, bytes } = buildEvent(
      {
        type: 'm.room.message',
        sender: '@user0:bench.test' as UserId,
        room_id: room,
        content: JSON.parse(Buffer.concat(chunks).toString('utf8')),
        origin_server_ts: Date.now(),
        depth: ++count,
        prev_events: [previous],
        auth_events: [previous, previous],
      },
      defaultRoomVersion,
      key,
    );
    const name = Buffer.alloc(8);
    name.writeUIntBE(count, 2, 6);
    const answer = JSON.stringify({ event_id: eventId });
    const done = (): void => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
      response.end(answer);
    };
    waiting.push({ key: name, value: Buffer.concat([bytes, padding]), done });
    if (!flushing) void flush();
  });
}).listen(Number(port), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
