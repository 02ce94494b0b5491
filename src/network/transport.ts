// A transport carries a request to another server and brings its answer. The dialler is one; in one process, several
// servers joined by host name are another, without sockets, names or certificates.
import { RemoteError } from '#network/remote-error';

/** Rejects with `RemoteError` where no answer comes; any status is an answer. Redirects are not followed here. */
export type Transport = (request: Request) => Promise<Response>;

/** The same way to others, as far as `signal` lets it go: answers of which the body is still to come included. */
export function endingWith(transport: Transport, signal: AbortSignal): Transport {
  return (request) => transport(new Request(request, { signal: AbortSignal.any([request.signal, signal]) }));
}

/** Joins servers by host (with port, where there is one): whoever asks for a host gets the answer of its transport. */
export function joinTransports(servers: ReadonlyMap<string, Transport>): Transport {
  return async (request) => {
    const { host } = new URL(request.url);
    const server = servers.get(host);
    if (!server) throw new RemoteError('unreachable', `No server answers at ${host}`);
    request.signal.throwIfAborted();
    return server(request);
  };
}
