// Our whole HTTP side as one function from Request to Response: how servers are joined in one process without sockets,
// and how tests call them.
import { bodyTooLarge } from '#http/body';
import type { Incoming } from '#http/incoming';
import type { Handler } from '#http/router';

/** Turns a handler into a transport. Every request seems to come from `socketAddress`. */
export function transportOf(
  handler: Handler,
  socketAddress = '127.0.0.1',
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { status, headers, body } = await handler(incomingOf(request, socketAddress));
    const fields = new Headers();
    for (let index = 0; index < headers.length; index += 2)
      fields.append(headers[index] ?? '', headers[index + 1] ?? '');
    const bodiless = request.method === 'HEAD' || status === 204 || status === 304 || body === undefined;
    return new Response(bodiless ? null : typeof body === 'string' ? body : asBodyInit(body), {
      status,
      headers: fields,
    });
  };
}

/** `Uint8Array<ArrayBufferLike>` is no BodyInit for the type checker, since it could be shared memory; a copy is not. */
function asBodyInit(body: Uint8Array | ReadableStream<Uint8Array>): Uint8Array<ArrayBuffer> | ReadableStream {
  return body instanceof Uint8Array ? new Uint8Array(body) : body;
}

function incomingOf(request: Request, socketAddress: string): Incoming {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    rawTarget: pathname + search,
    socketAddress,
    header: (name) => request.headers.get(name) ?? undefined,
    async readBytes(bytesMax) {
      const chunks: Uint8Array[] = [];
      let sizeBytes = 0;
      if (!request.body) return Buffer.alloc(0);
      for await (const chunk of request.body) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > bytesMax) throw bodyTooLarge(bytesMax);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, sizeBytes);
    },
    request,
    get signal() {
      return request.signal;
    },
    get gone() {
      return request.signal.aborted;
    },
  };
}
