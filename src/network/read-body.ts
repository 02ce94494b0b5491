// Reading an answer's body up to a limit. Every caller says how much it is willing to hold.
import { RemoteError, toRemoteError } from '#network/remote-error';

/** The whole body; more than `bytesMax` is a RemoteError (tooLarge), and the rest is not read. */
export async function readBody(response: Response, bytesMax: number): Promise<Buffer> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (declared > bytesMax) {
    await discardBody(response);
    throw tooLarge(bytesMax);
  }
  if (!response.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      length += chunk.value.length;
      if (length > bytesMax) throw tooLarge(bytesMax);
      chunks.push(chunk.value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw toRemoteError(error, 'Reading the answer');
  }
  return Buffer.concat(chunks, length);
}

/** Lets go of a body that nobody will read. */
export async function discardBody(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

function tooLarge(bytesMax: number): RemoteError {
  return new RemoteError('tooLarge', `The answer has more than ${bytesMax} bytes`);
}
