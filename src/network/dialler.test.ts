import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDialler, type ResolvedAddress } from '#network/dialler';
import { readBody } from '#network/read-body';
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

async function failureOf(exchange: Promise<unknown>): Promise<string> {
  const error = await exchange.then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RemoteError)) throw error;
  return error.failure;
}

describe('on a private network', () => {
  it('sends what it is given, to the letter, and brings back the answer', async () => {
    await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
    const seen: unknown[] = [];
    answer = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { host, date, digest, 'user-agent': agent } = request.headers;
        seen.push([request.method, request.url, host, date, digest, agent, Buffer.concat(chunks).toString()]);
        response.writeHead(202, { 'x-test': ['a', 'b'], 'content-type': 'text/plain' }).end('accepted');
      });
    };
    const response = await dialler.transport(
      new Request(`${base}/inbox?a=%27b`, {
        method: 'POST',
        headers: { host: 'signed.example', date: 'today', digest: 'd' },
        body: '{"ä":1}',
      }),
    );
    expect(seen).toEqual([['POST', '/inbox?a=%27b', 'signed.example', 'today', 'd', userAgent, '{"ä":1}']]);
    expect(response.status).toBe(202);
    expect(response.headers.get('x-test')).toBe('a, b');
    expect((await readBody(response, 100)).toString()).toBe('accepted');
  });

  it('gives redirects and answers without a body as they are, and keeps connections', async () => {
    await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
    answer = (request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
      else response.writeHead(204).end();
    };
    const before = connections;
    const moved = await dialler.transport(new Request(`${base}/moved`));
    expect([moved.status, moved.headers.get('location')]).toEqual([302, '/elsewhere']);
    await readBody(moved, 10);
    for (let count = 0; count < 20; count += 1) {
      expect((await dialler.transport(new Request(`${base}/empty`))).status).toBe(204);
    }
    expect(connections - before).toBeLessThanOrEqual(2);
  });

  it('unpacks gzip, and stops a small answer that unpacks to a huge one', async () => {
    await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    answer = (request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(request.url === '/bomb' ? bomb : gzipSync('unpacked'));
    };
    const small = await dialler.transport(new Request(base));
    expect((await readBody(small, 100)).toString()).toBe('unpacked');
    expect(small.headers.get('content-encoding')).toBeNull();
    expect(await failureOf(readBody(await dialler.transport(new Request(`${base}/bomb`)), 1_000_000))).toBe(
      'tooLarge',
    );
  });

  it.each(['gzip, gzip', 'br', 'deflate', 'nonsense'])('refuses the coding %s', async (coding) => {
    await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': coding }).end('x');
    expect(await failureOf(dialler.transport(new Request(base)))).toBe('invalid');
  });

  it('fails cleanly on gzip that is none, and on an answer that breaks off', async () => {
    await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
    answer = (request, response) => {
      if (request.url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
      else response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy());
    };
    const read = (path: string) =>
      dialler.transport(new Request(base + path)).then((got) => readBody(got, 1000));
    expect(await failureOf(read('/gzip'))).toBe('invalid');
    expect(await failureOf(read('/half'))).toBe('unreachable');
  });

  it('stops at a huge body, declared or not', async () => {
    await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
    let sent = 0;
    answer = (request, response) => {
      if (request.url === '/declared') response.setHeader('content-length', '100000000');
      const more = () => {
        while (!response.destroyed && sent < 100_000_000) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536))) break;
        }
      };
      response.on('drain', more);
      more();
    };
    for (const path of ['/declared', '/endless']) {
      sent = 0;
      const exchange = dialler
        .transport(new Request(base + path))
        .then((response) => readBody(response, 100_000));
      expect(await failureOf(exchange), path).toBe('tooLarge');
      expect(sent, path).toBeLessThan(50_000_000);
    }
  });

  it('gives up on a server that is too slow, before and within the body', async () => {
    await using dialler = openDialler({ allowPrivateNetwork: true, userAgent, durationMsMax: 150 });
    answer = (request, response) => {
      if (request.url === '/silent') return;
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    };
    for (const path of ['/silent', '/drip']) {
      const exchange = dialler
        .transport(new Request(base + path))
        .then((response) => readBody(response, 100_000));
      expect(await failureOf(exchange), path).toBe('timeout');
    }
  });

  it('stops when its caller does', async () => {
    await using dialler = openDialler({ allowPrivateNetwork: true, userAgent });
    answer = () => undefined;
    const abort = new AbortController();
    const exchange = dialler.transport(new Request(base, { signal: abort.signal }));
    abort.abort();
    expect(await failureOf(exchange)).toBe('unreachable');
  });
});

describe('on the public network', () => {
  it('waits for a connection no longer than the caller does', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    await using dialler = openDialler({ allowPrivateNetwork: false, userAgent, resolve });
    const request = new Request('https://silent.example/', { signal: AbortSignal.timeout(50) });
    expect(await failureOf(dialler.transport(request))).toBe('timeout');
  });

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/',
    'http://1.1.1.1/',
  ])('does not dial %s', async (url) => {
    await using dialler = openDialler({ allowPrivateNetwork: false, userAgent });
    expect(await failureOf(dialler.transport(new Request(url)))).toBe('forbidden');
  });

  it('does not dial a name that leads to a private address, alone or among others', async () => {
    const { port } = server.address() as AddressInfo;
    const dialled = connections;
    for (const addresses of [['127.0.0.1'], ['10.0.0.1', '::1'], ['::ffff:127.0.0.1']]) {
      await using dialler = openDialler({
        allowPrivateNetwork: false,
        userAgent,
        resolve: async (): Promise<ResolvedAddress[]> =>
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      });
      const exchange = dialler.transport(new Request(`https://rebound.example:${port}/`));
      expect(await failureOf(exchange)).toBe('forbidden');
    }
    expect(connections).toBe(dialled);
  });

  it('asks the name server once for a connection, so that a second answer changes nothing', async () => {
    const { port } = server.address() as AddressInfo;
    answer = (_request, response) => response.end('x');
    let asked = 0;
    await using dialler = openDialler({
      allowPrivateNetwork: true,
      userAgent,
      resolve: async () => {
        asked += 1;
        return [{ address: asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
      },
    });
    const response = await dialler.transport(new Request(`http://rebound.example:${port}/`));
    expect((await readBody(response, 10)).toString()).toBe('x');
    expect(asked).toBe(1);
  });
});
