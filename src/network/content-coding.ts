// The body of an answer as a stream of what was meant: gzip undone while it streams, so that a small answer that unpacks
// to a huge one is stopped by whoever reads only so much (RFC 9110 section 8.4).
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RemoteError, toRemoteError } from '#network/remote-error';

/**
 * Takes the coding and the length out of `headers`, since neither describes what is returned any more. A coding that we
 * did not ask for, or several of them, is a RemoteError.
 */
export function decodedBody(body: Readable, headers: Headers, what: string): ReadableStream {
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (coding !== 'identity' && coding !== 'gzip' && coding !== 'x-gzip') {
    body.destroy();
    throw new RemoteError('invalid', `${what} was answered in the coding ${coding.slice(0, 64)}`);
  }
  headers.delete('content-encoding');
  if (coding === 'identity') return toStream(body, what);
  headers.delete('content-length');
  // The pipeline's error is the stream's own error: its reader gets it.
  return toStream(
    pipeline(body, createGunzip(), () => undefined),
    what,
  );
}

function toStream(readable: Readable, what: string): ReadableStream {
  const chunks = readable[Symbol.asyncIterator]();
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else if (value.length > 0) controller.enqueue(new Uint8Array(value));
      } catch (error) {
        controller.error(toRemoteError(error, what));
      }
    },
    cancel() {
      readable.destroy();
    },
  });
}
