import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeClientAddress } from '#http/client-address';
import { type Operation, operation } from '#http/operation';
import { noRateLimits } from '#http/rate-limits';
import { makeRouter } from '#http/router';
import { listen } from '#http/server';
import { ProtocolError } from '#support/errors';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';

let cleanups: AsyncDisposableStack;
beforeEach(() => {
  cleanups = new AsyncDisposableStack();
});
afterEach(() => cleanups.disposeAsync());

async function start(operations: Operation[]) {
  const handler = makeRouter({
    operations,
    authenticate: () => Promise.reject(new ProtocolError('unknownToken', 'Nobody.')),
    rateLimits: noRateLimits,
    clientAddress: makeClientAddress([]),
    accessTokensInQuery: false,
    logger: silentLogger,
    random: systemRandom,
  });
  const server = await listen(handler, { host: '127.0.0.1', port: 0, logger: silentLogger });
  cleanups.defer(() => server[Symbol.asyncDispose]());
  return { server, origin: `http://127.0.0.1:${server.port}` };
}

/** Sends raw bytes and resolves with everything that comes back until the connection closes. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk) => (received += chunk));
    socket.on('close', () => resolve(received)).on('error', reject);
  });
}

const echo = operation({
  id: 'echo',
  method: 'PUT',
  path: '/echo/{key}',
  access: 'public',
  rate: 'write',
  bodyBytesMax: 1_000,
  body: z.object({ text: z.string() }),
  answer: ({ params, body, clientAddress, rawTarget, request }) => ({
    key: params.key,
    text: body.text,
    clientAddress,
    rawTarget,
    url: request.url,
    agent: request.headers.get('user-agent'),
  }),
});

describe('a listening server', () => {
  it('carries requests to operations and answers back', async () => {
    const { origin } = await start([echo]);
    const response = await fetch(`${origin}/echo/a%2Fb?q=%27'`, {
      method: 'PUT',
      body: '{"text":"é"}',
      headers: { 'user-agent': 'test' },
    });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      key: 'a/b',
      text: 'é',
      clientAddress: '127.0.0.1',
      agent: 'test',
    });
  });

  it('keeps the request target as it was sent, and takes the absolute form', async () => {
    const { server } = await start([echo]);
    const body = '{"text":"a"}';
    const send = (target: string) =>
      raw(
        server.port,
        `PUT ${target} HTTP/1.1\r\nHost: h.test\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    expect(await send("/echo/it's?a='")).toContain(`"rawTarget":"/echo/it's?a='"`);
    expect(await send('http://h.test/echo/b')).toContain('"rawTarget":"/echo/b"');
    expect(await send('/echo/%zz')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each([2_000, 5_000_000])(
    'refuses a body of %d bytes so that the client can read why',
    async (sizeBytes) => {
      const { origin } = await start([echo]);
      const text = 'a'.repeat(sizeBytes);
      for (const body of [text, new Blob([text]).stream()]) {
        const response = await fetch(`${origin}/echo/a`, { method: 'PUT', body, duplex: 'half' });
        expect(response.status).toBe(413);
        expect(await response.json()).toMatchObject({ errcode: 'M_TOO_LARGE' });
      }
    },
  );

  it('refuses a body that declares an absurd size without reading it', async () => {
    const { server } = await start([echo]);
    const answer = await raw(
      server.port,
      'PUT /echo/a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n{',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/connection: close/i);
  });

  it('refuses headers that are too large and what is no HTTP', async () => {
    const { server } = await start([echo]);
    const large = `PUT /echo/a HTTP/1.1\r\nHost: h\r\nX-Large: ${'a'.repeat(40_000)}\r\n\r\n`;
    expect(await raw(server.port, large)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw(server.port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('refuses a request that names several hosts', async () => {
    const { server } = await start([echo]);
    for (const hosts of ['Host: h\r\nHost: h', 'Host: h\r\nhOST: other']) {
      const answer = await raw(server.port, `PUT /echo/a HTTP/1.1\r\n${hosts}\r\nContent-Length: 0\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(/connection: close/i);
    }
  });

  it('tells an operation when its client has gone', async () => {
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const { origin } = await start([
      operation({
        id: 'poll',
        method: 'GET',
        path: '/poll',
        access: 'public',
        rate: 'sync',
        async answer({ signal }) {
          signal.addEventListener('abort', () => ended.resolve());
          started.resolve();
          await ended.promise;
        },
      }),
    ]);
    const abortion = new AbortController();
    const response = fetch(`${origin}/poll`, { signal: abortion.signal });
    await started.promise;
    abortion.abort();
    await expect(response).rejects.toThrow();
    await ended.promise;
  });

  it('on closing ends long polls, finishes what is in flight, and takes nothing new', async () => {
    const started = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<void>();
    const { server, origin } = await start([
      operation({
        id: 'poll',
        method: 'GET',
        path: '/poll',
        access: 'public',
        rate: 'sync',
        async answer({ signal }) {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          return { ended: true };
        },
      }),
      operation({
        id: 'slow',
        method: 'GET',
        path: '/slow',
        access: 'public',
        rate: 'read',
        async answer() {
          started.resolve();
          await slow.promise;
          return { finished: true };
        },
      }),
    ]);
    const polled = fetch(`${origin}/poll`);
    const slowed = fetch(`${origin}/slow`);
    await started.promise;
    const closed = server[Symbol.asyncDispose]();
    expect(await (await polled).json()).toEqual({ ended: true });
    await expect(fetch(`${origin}/slow`)).rejects.toThrow();
    slow.resolve();
    expect(await (await slowed).json()).toEqual({ finished: true });
    await closed;
  });

  it('streams a response that an operation made itself', async () => {
    const { origin } = await start([
      operation({
        id: 'stream',
        method: 'GET',
        path: '/stream',
        access: 'public',
        rate: 'read',
        answer: () => new Response(new Blob(['a'.repeat(100_000)]).stream(), { headers: { 'x-own': 'yes' } }),
      }),
    ]);
    const response = await fetch(`${origin}/stream`);
    expect(response.headers.get('x-own')).toBe('yes');
    expect((await response.text()).length).toBe(100_000);
  });

  it('fails clearly when the port is taken', async () => {
    const { server } = await start([]);
    const again = listen(() => Promise.reject(new Error('unused')), {
      host: '127.0.0.1',
      port: server.port,
      logger: silentLogger,
    });
    await expect(again).rejects.toThrow(/EADDRINUSE/);
  });
});
