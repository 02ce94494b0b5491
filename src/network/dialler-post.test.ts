import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDialler } from '#network/dialler';
import { RemoteError } from '#network/remote-error';

const userAgent = 'Hearth-test/1';
let server: Server;
let base: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let connections = 0;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const posting = (path: string, signal?: AbortSignal) => ({
  url: new URL(path, base),
  headers: { host: 'signed.example', digest: 'd' },
  body: Buffer.from('{"ä":1}'),
  answerBytesMax: 1_000,
  signal,
});

async function failureOf(exchange: Promise<unknown>): Promise<string> {
  const error = await exchange.then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RemoteError)) throw error;
  return error.failure;
}

it('posts what it is given, to the letter, and brings back status, pause and words', async () => {
  await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
  const seen: unknown[] = [];
  answer = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { host, digest, 'user-agent': agent, 'accept-encoding': coding } = request.headers;
      const sent = Buffer.concat(chunks).toString();
      seen.push([request.method, request.url, host, digest, agent, coding, sent]);
      response.writeHead(429, { 'retry-after': '7' }).end('slowly');
    });
  };
  expect(await dialler.post(posting('/inbox?a=%27b'))).toEqual({
    status: 429,
    retryAfter: '7',
    body: Buffer.from('slowly'),
  });
  expect(seen).toEqual([['POST', '/inbox?a=%27b', 'signed.example', 'd', userAgent, 'identity', '{"ä":1}']]);
});

it('keeps connections, whether answers have a body or not, and follows no redirect', async () => {
  await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
  answer = (request, response) => {
    request.resume();
    if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (request.url === '/empty') response.writeHead(202, { 'content-length': 0 }).end();
    else if (request.url === '/none') response.writeHead(204).end();
    else response.writeHead(200).end('thanks');
  };
  const before = connections;
  for (let round = 0; round < 5; round++) {
    for (const [path, status] of [
      ['/moved', 302],
      ['/empty', 202],
      ['/none', 204],
      ['/words', 200],
    ] as const) {
      expect(await dialler.post(posting(path))).toMatchObject({ status, retryAfter: null });
    }
  }
  expect(connections - before).toBeLessThanOrEqual(2);
});

it('takes the status for the answer where the body is huge, endless or breaks off', async () => {
  await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
  let sent = 0;
  answer = (request, response) => {
    request.resume();
    if (request.url === '/half') {
      response.writeHead(500, { 'content-length': '100' }).write('half', () => response.destroy());
      return;
    }
    if (request.url === '/declared') response.setHeader('content-length', '100000000');
    response.statusCode = 500;
    const more = () => {
      while (!response.destroyed && sent < 100_000_000) {
        sent += 65_536;
        if (!response.write(Buffer.alloc(65_536))) break;
      }
    };
    response.on('drain', more);
    more();
  };
  for (const path of ['/half', '/declared', '/endless']) {
    sent = 0;
    expect(await dialler.post(posting(path)), path).toEqual({
      status: 500,
      retryAfter: null,
      body: Buffer.alloc(0),
    });
    expect(sent, path).toBeLessThan(50_000_000);
  }
});

it('unpacks nothing', async () => {
  await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
  const packed = gzipSync(Buffer.alloc(1_000_000));
  answer = (request, response) => {
    request.resume();
    response.writeHead(202, { 'content-encoding': 'gzip' }).end(packed);
  };
  const { status, body } = await dialler.post({ ...posting('/'), answerBytesMax: 10_000 });
  expect([status, body.equals(packed)]).toEqual([202, true]);
});

it('gives up on a server that is too slow, before and within the body', async () => {
  await using dialler = openDialler({ allowPrivateNetwork: true, userAgent, durationMsMax: 150 });
  answer = (request, response) => {
    request.resume();
    if (request.url === '/silent') return;
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  };
  for (const path of ['/silent', '/drip'])
    expect(await failureOf(dialler.post(posting(path))), path).toBe('timeout');
});

it('stops when its caller does, and asks nothing of one who has stopped', async () => {
  await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
  let asked = 0;
  const arrived = Promise.withResolvers<void>();
  answer = () => {
    asked += 1;
    arrived.resolve();
  };
  const abort = new AbortController();
  const exchange = dialler.post(posting('/', abort.signal));
  await arrived.promise;
  abort.abort();
  expect(await failureOf(exchange)).toBe('unreachable');
  expect(await failureOf(dialler.post(posting('/', abort.signal)))).toBe('unreachable');
  expect(asked).toBe(1);
});

it('waits for a connection no longer than the caller does', async () => {
  const resolve = () => new Promise<never>(() => undefined);
  await using dialler = openDialler({ allowPrivateNetwork: false, userAgent, resolve });
  const signal = AbortSignal.timeout(50);
  const exchange = dialler.post({ ...posting('/', signal), url: new URL('https://silent.example/') });
  expect(await failureOf(exchange)).toBe('timeout');
});

it.each(['https://127.0.0.1/', 'https://[::1]/', 'https://localhost/', 'http://1.1.1.1/'])(
  'does not post to %s from the public network',
  async (url) => {
    await using dialler = openDialler({ allowPrivateNetwork: false, userAgent });
    expect(await failureOf(dialler.post({ ...posting('/'), url: new URL(url) }))).toBe('forbidden');
  },
);
