// A command's end of the control socket.
import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import type { Administration } from '#app/administration';
import { type AdministrationCall, administrationOver } from '#app/administration-call';
import { findControlPath } from '#app/control/control-path';
import { readJsonLines, writeJsonLine } from '#app/control/json-lines';
import { type ErrorName, errorCatalogue, ProtocolError } from '#support/errors';

const response = z.object({
  id: z.number(),
  output: z.unknown().optional(),
  error: z.object({ kind: z.string(), message: z.string() }).optional(),
});

/** The administration of the server that runs on this data directory; undefined when none does. */
export async function connectToServer(
  dataDirectory: string,
): Promise<{ administration: Administration; [Symbol.asyncDispose](): Promise<void> } | undefined> {
  const socket = await connectToPath(findControlPath(dataDirectory));
  if (!socket) return undefined;
  return {
    administration: administrationOver(callsOver(socket)),
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}

/**
 * Undefined where nobody listens: no file, or one that a killed server left behind.
 * @throws ProtocolError forbidden when the socket belongs to somebody else
 */
export function connectToPath(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', failed);
      resolve(socket);
    });
    const failed = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES' || error.code === 'EPERM') {
        reject(new ProtocolError('forbidden', `The control socket ${path} belongs to another user.`));
      } else resolve(undefined);
    };
    socket.once('error', failed);
  });
}

function callsOver(socket: Socket): AdministrationCall {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  const fail = () => {
    for (const { reject } of waiting.values()) {
      reject(
        new ProtocolError(
          'unavailable',
          'The running server ended the connection before it answered: it may have done what was asked, or not. ' +
            'Look before you ask again.',
        ),
      );
    }
    waiting.clear();
  };
  socket.on('error', fail).on('close', fail);
  readJsonLines(socket, (value) => {
    const parsed = response.safeParse(value);
    if (!parsed.success) {
      socket.destroy();
      return;
    }
    const { id, output, error } = parsed.data;
    const call = waiting.get(id);
    waiting.delete(id);
    if (error)
      call?.reject(new ProtocolError(isErrorName(error.kind) ? error.kind : 'internal', error.message));
    else call?.resolve(output);
  });
  return (method, input) => {
    const id = ++lastId;
    const call = Promise.withResolvers<unknown>();
    waiting.set(id, call);
    writeJsonLine(socket, { id, method, input });
    if (socket.destroyed) fail();
    return call.promise;
  };
}

function isErrorName(name: string): name is ErrorName {
  return Object.hasOwn(errorCatalogue, name);
}
