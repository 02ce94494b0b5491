// The dialler's way to post: over the same guarded connections as everything else, with one timer and one signal for each
// exchange, which are let go of as soon as it is over.
import type { Agent, Dispatcher } from 'undici';
import { checkScheme, type NetworkPolicy } from '#network/address-policy';
import type { Post } from '#network/posting';
import { RemoteError, toRemoteError } from '#network/remote-error';

interface Ways extends NetworkPolicy {
  readonly agent: () => Promise<Agent>;
  readonly userAgent: string;
  readonly durationMsMax: number;
}

export function openPost({ agent, userAgent, durationMsMax, ...policy }: Ways): Post {
  // Nothing is unpacked: of an answer only its beginning is shown, to people.
  const ours = { 'user-agent': userAgent, 'accept-encoding': 'identity' };
  return async ({ url, headers, body, answerBytesMax, signal }) => {
    checkScheme(url, policy);
    const exchange = async (ending: AbortSignal) => {
      const answer = await (await agent()).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        headers: { ...ours, ...headers },
        body,
        signal: ending,
      });
      return {
        status: answer.statusCode,
        retryAfter: single(answer.headers['retry-after']) ?? null,
        body: await readUpTo(answer, answerBytesMax),
      };
    };
    try {
      return await within(durationMsMax, signal, exchange);
    } catch (error) {
      throw toRemoteError(error, `The request to ${url.host}`);
    }
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

async function readUpTo({ headers, body }: Dispatcher.ResponseData, bytesMax: number): Promise<Buffer> {
  const declared = single(headers['content-length']);
  // A body that fails later also rejects a promise that nobody may be waiting for.
  body.on('error', () => undefined);
  const nothing = Buffer.alloc(0);
  if (declared === '0') {
    body.resume();
    return nothing;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      // What is left would have to be read before the connection is of use again: it is closed instead.
      if (length > bytesMax) return nothing;
      chunks.push(chunk);
    }
  } catch {
    return nothing;
  }
  return Buffer.concat(chunks, length);
}

/** Waits for an exchange as long as its caller does, and at most so long, whatever it is doing. */
async function within<T>(
  durationMsMax: number,
  caller: AbortSignal | undefined,
  exchange: (ending: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    reject(reason);
    ending.abort(reason);
  };
  const timer = setTimeout(
    () => end(new RemoteError('timeout', 'The exchange took too long')),
    durationMsMax,
  );
  const stop = () => end(caller?.reason);
  caller?.addEventListener('abort', stop, { once: true });
  if (caller?.aborted) stop();
  try {
    // The client heeds the signal only once it has a connection: a host that lets us knock must not keep us waiting.
    return await Promise.race([ended, exchange(ending.signal)]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', stop);
  }
}
