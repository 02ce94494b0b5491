// The control socket of a running server: a Unix socket for the owner of the data directory only, over which commands
// call the administration of the process that holds the data.
import { createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import type { AdministrationCall } from '#app/administration-call';
import { connectToPath } from '#app/control/control-client';
import { findControlPath, makeControlPath, removeStaleControlPath } from '#app/control/control-path';
import { fitsLine, readJsonLines, writeJsonLine } from '#app/control/json-lines';
import { ProtocolError } from '#support/errors';
import type { Logger } from '#support/logging';

const request = z.object({ id: z.number(), method: z.string(), input: z.unknown().optional() });

export interface ControlServer extends AsyncDisposable {
  readonly path: string;
}

/**
 * Listens for commands. A socket file that a killed server left behind is replaced.
 * @throws ProtocolError conflict when another server answers there
 */
export async function listenForCommands(
  dataDirectory: string,
  call: AdministrationCall,
  logger: Logger,
): Promise<ControlServer> {
  const earlier = findControlPath(dataDirectory);
  const other = await connectToPath(earlier);
  if (other) {
    other.destroy();
    throw new ProtocolError(
      'conflict',
      `Another Hearth process already serves the data in ${dataDirectory}.`,
    );
  }
  removeStaleControlPath(earlier, dataDirectory);
  const { path, remove } = makeControlPath(dataDirectory);
  const sockets = new Set<Socket>();
  const answering = new Set<Promise<void>>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', (error) => logger.debug({ error }, 'a connection to the control socket failed'));
    readJsonLines(socket, (value) => {
      const answered = answer(socket, call, value, logger).finally(() => answering.delete(answered));
      answering.add(answered);
    });
  });
  await bind(server, path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.allSettled(answering);
      for (const socket of sockets) socket.end();
      remove();
      await closed;
    },
  };
}

/** The socket file is made with the rights of its owner alone: the mask is set for the synchronous bind only. */
function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}

async function answer(
  socket: Socket,
  call: AdministrationCall,
  value: unknown,
  logger: Logger,
): Promise<void> {
  const parsed = request.safeParse(value);
  if (!parsed.success) {
    socket.destroy();
    return;
  }
  const { id, method, input } = parsed.data;
  try {
    const output = await call(method, input);
    if (!fitsLine({ id, output })) {
      throw new ProtocolError('tooLarge', 'The answer is too large for one piece: ask for fewer at a time.');
    }
    writeJsonLine(socket, { id, output });
  } catch (error) {
    if (!(error instanceof ProtocolError)) logger.error({ error, method }, 'an administration call failed');
    const kind = error instanceof ProtocolError ? error.kind : 'internal';
    // The owner of the data directory asks: they may read what went wrong inside.
    writeJsonLine(socket, {
      id,
      error: { kind, message: error instanceof Error ? error.message : String(error) },
    });
  }
}
