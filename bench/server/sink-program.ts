// Other people's servers: takes whatever is posted, on a port for each host, and counts it by inbox.
// Usage: sink-program.ts PORT HOSTS. On PORT a GET tells the hosts' ports and what has come, a POST forgets what has come.
import { once } from 'node:events';
import { createServer } from 'node:http';

const [port, hosts] = process.argv.slice(2).map(Number) as [number, number];

/** Connections stay open however long nothing is asked on them. */
const keepOpen = { keepAliveTimeout: 0 };

const received = new Map<string, number>();
let body = '';
let lastAt = 0;

function listenAsHost() {
  return createServer(keepOpen, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const inbox = `http://${request.headers.host}${request.url}`;
      received.set(inbox, (received.get(inbox) ?? 0) + 1);
      body = Buffer.concat(chunks).toString('utf8');
      lastAt = Date.now();
      response.writeHead(202, { 'Content-Length': 0 });
      response.end();
    });
  }).listen(0, '127.0.0.1');
}

const ports: number[] = [];
const opened = Promise.withResolvers<void>();

// First of all, so that no host is given this port; it answers once all hosts listen.
const control = createServer(keepOpen, async (request, response) => {
  await opened.promise;
  if (request.method === 'POST') received.clear();
  const posts = received.values().reduce((sum, count) => sum + count, 0);
  const answer = JSON.stringify({ ports, inboxes: received.size, posts, lastAt, body });
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(answer),
  });
  response.end(answer);
}).listen(port, '127.0.0.1');
await once(control, 'listening');

for (let host = 0; host < hosts; host++) {
  const server = listenAsHost();
  await once(server, 'listening');
  ports.push((server.address() as { port: number }).port);
}
opened.resolve();

process.on('SIGTERM', () => process.exit(0));
