// Listens on a TCP port and carries requests to the handler. On node:http itself: web-standard Request and Response
// objects are made only for the operations that ask for them, since they cost more than a small answer.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from '#http/answer';
import { NodeIncoming } from '#http/node-incoming';
import type { Handler } from '#http/router';
import {
  headersReceiveMsMax,
  idleConnectionMsMax,
  requestHeaderBytesMax,
  requestReceiveMsMax,
  shutdownGraceMs,
} from '#support/limits';
import type { Logger } from '#support/logging';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly logger: Logger;
}

/** A listening server. Disposing of it stops listening, ends long polls, lets answers in flight finish, and resolves. */
export interface HttpServer extends AsyncDisposable {
  /** The address that was bound. */
  readonly host: string;
  readonly port: number;
}

/** @throws Error from the system when the address cannot be bound (EADDRINUSE, EACCES, …) */
export async function listen(handler: Handler, { host, port, logger }: ListenOptions): Promise<HttpServer> {
  const pending = new Set<NodeIncoming>();
  let closing = false;

  const server = createServer(
    {
      maxHeaderSize: requestHeaderBytesMax,
      headersTimeout: headersReceiveMsMax,
      requestTimeout: requestReceiveMsMax,
      keepAliveTimeout: idleConnectionMsMax,
    },
    (message, response) => void serveOne(message, response),
  );

  async function serveOne(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming = new NodeIncoming(message, response);
    pending.add(incoming);
    try {
      const answer = hasOneHost(message) ? await handler(incoming) : severalHosts;
      if (closing) response.shouldKeepAlive = false;
      await write(answer, message, response);
    } catch (error) {
      logger.warn({ error, method: message.method }, 'an answer could not be written');
      response.destroy();
    } finally {
      pending.delete(incoming);
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => logger.error({ error }, 'the listening socket failed'));
  const bound = server.address() as AddressInfo;

  return {
    host: bound.address,
    port: bound.port,
    async [Symbol.asyncDispose]() {
      if (closing) return;
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      for (const incoming of pending) incoming.abort();
      const force = setTimeout(() => server.closeAllConnections(), shutdownGraceMs);
      await closed;
      clearTimeout(force);
    },
  };
}

/** RFC 9112 section 3.2: a request that names several hosts is refused; node would take the first. */
function hasOneHost({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts <= 1;
}

const severalHosts: Answer = { status: 400, headers: ['Connection', 'close'], body: undefined };

async function write({ status, headers, body }: Answer, message: IncomingMessage, response: ServerResponse) {
  if (response.destroyed) return;
  response.writeHead(status, headers as string[]);
  if (body instanceof ReadableStream) {
    if (message.method === 'HEAD') response.end();
    else await pipeline(Readable.fromWeb(body), response);
  } else {
    response.end(body);
  }
}
