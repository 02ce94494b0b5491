// A POST in plain values, and what is kept of its answer: for what is sent by the thousand, where a `Request`, its streams
// and its signals cost more than the exchange itself.
import { readBody } from '#network/read-body';
import { RemoteError } from '#network/remote-error';
import type { Transport } from '#network/transport';

export interface Posting {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Never changed, and never copied on the way to the socket. */
  readonly body: Uint8Array;
  /** How much of an answer's body is read, in bytes. */
  readonly answerBytesMax: number;
  readonly signal?: AbortSignal | undefined;
}

export interface PostAnswer {
  readonly status: number;
  /** As it was sent. */
  readonly retryAfter: string | null;
  /** Empty where it was too large, or did not come whole: the status is the answer. */
  readonly body: Buffer;
}

/** Rejects with `RemoteError` where no answer comes in time; any status is an answer, redirects included. */
export type Post = (posting: Posting) => Promise<PostAnswer>;

/** The same by way of a transport, for servers that are joined without sockets. */
export function postThrough(transport: Transport): Post {
  return async ({ url, headers, body, answerBytesMax, signal }) => {
    const response = await transport(
      new Request(url, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
        ...(signal ? { signal } : {}),
      }),
    );
    const read = await readBody(response, answerBytesMax).catch((error: unknown) => {
      if (error instanceof RemoteError && error.failure !== 'timeout') return Buffer.alloc(0);
      throw error;
    });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: read };
  };
}
