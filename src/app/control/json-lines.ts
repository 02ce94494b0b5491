// JSON values as lines over a socket: how a command and a running server talk.
import type { Socket } from 'node:net';

/** A picture, a post's text or a page of keys fits several times over. */
export const lineCharactersMax = 4_194_304;

/**
 * Tells `onValue` of every line that comes in. A line that is no JSON, or is too long, ends the connection.
 * The encoding of the socket becomes UTF-8.
 */
export function readJsonLines(socket: Socket, onValue: (value: unknown) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharactersMax)
      socket.destroy(new Error('A line on the control socket is too long.'));
    for (const line of lines) {
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        socket.destroy(new Error('A line on the control socket is not JSON.'));
        return;
      }
      onValue(value);
    }
  });
}

/** Whether the other end takes a value. */
export function fitsLine(value: unknown): boolean {
  return JSON.stringify(value).length <= lineCharactersMax;
}

export function writeJsonLine(socket: Socket, value: unknown): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(value)}\n`);
}
