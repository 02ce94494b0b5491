// The transport to the world: undici with a connector of our own that looks at the address it really dials. A name is
// resolved once, judged, and the judged address is what is connected to, so that a second answer of the name server
// cannot lead elsewhere. Redirects come back as answers; whoever follows one comes through here again.
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import { checkAddress, checkScheme, isAllowed, type NetworkPolicy } from '#network/address-policy';
import { decodedBody } from '#network/content-coding';
import { openPost } from '#network/dialler-post';
import type { Post } from '#network/posting';
import { RemoteError, toRemoteError } from '#network/remote-error';
import type { Transport } from '#network/transport';
import { exchangeDurationMsMax } from '#support/limits';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface DiallerOptions extends NetworkPolicy {
  readonly userAgent: string;
  /** From dialling to the last byte of the answer; `exchangeDurationMsMax` unless told. */
  readonly durationMsMax?: number;
  /** All addresses of a host name; the system's resolver unless told. */
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
}

export interface Dialler extends AsyncDisposable {
  readonly transport: Transport;
  readonly post: Post;
}

const headerBytesMax = 16_384;
const connectionsPerOriginMax = 8;
const [keepAliveMsMin, keepAliveMsMax] = [5_000, 15_000];
const statusesWithoutBody = new Set([101, 204, 205, 304]);

export function openDialler(options: DiallerOptions): Dialler {
  const durationMsMax = options.durationMsMax ?? exchangeDurationMsMax;
  let opened: Promise<Agent> | undefined;
  let origins = 0;
  // The library is loaded with the first request: it takes over 20 MB, and a server that speaks to nobody needs none.
  async function open(): Promise<Agent> {
    const undici = await import('undici');
    return new undici.Agent({
      connect: guardedConnector(undici.buildConnector, options, durationMsMax),
      connections: connectionsPerOriginMax,
      maxHeaderSize: headerBytesMax,
      headersTimeout: durationMsMax,
      bodyTimeout: durationMsMax,
      // Connections to very many hosts that fell idle together are not all closed in the same moment.
      factory: (origin, given) => {
        const keepAliveTimeout = keepAliveMsOf(origins++);
        return new undici.Pool(origin, { ...given, keepAliveTimeout, keepAliveMaxTimeout: keepAliveTimeout });
      },
    });
  }
  const agent = () => (opened ??= open());

  async function transport(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const what = `The request to ${url.host}`;
    checkScheme(url, options);
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(durationMsMax)]);
    try {
      const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
      const headers: Record<string, string> = { 'user-agent': options.userAgent, 'accept-encoding': 'gzip' };
      for (const [name, value] of request.headers) headers[name] = value;
      const client = await agent();
      const answer = await untilAborted(
        client.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers,
          body,
          signal,
        }),
        signal,
      );
      // A body that fails later also rejects a promise that nobody may be waiting for.
      answer.body.on('error', () => undefined);
      const received = toHeaders(answer.headers);
      const empty = request.method === 'HEAD' || statusesWithoutBody.has(answer.statusCode);
      if (empty) await answer.body.dump();
      return new Response(empty ? null : decodedBody(answer.body, received, what), {
        status: answer.statusCode,
        headers: received,
      });
    } catch (error) {
      throw toRemoteError(error, what);
    }
  }

  return {
    transport,
    post: openPost({ ...options, agent, durationMsMax }),
    async [Symbol.asyncDispose]() {
      await (await opened)?.destroy();
    },
  };
}

/** How long connections to the n-th origin are kept, so that any run of them is spread over the whole time. */
function keepAliveMsOf(index: number): number {
  const goldenPart = (index * 0.618034) % 1;
  return Math.round(keepAliveMsMin + (keepAliveMsMax - keepAliveMsMin) * goldenPart);
}

/** The client heeds the signal only once it has a connection: a host that lets us knock must not keep us waiting. */
async function untilAborted<T>(exchange: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([exchange, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function guardedConnector(
  build: typeof buildConnector,
  options: DiallerOptions,
  timeoutMs: number,
): buildConnector.connector {
  const connect = build({ timeout: timeoutMs, allowH2: false, lookup: guardedLookup(options) });
  return (target, callback) => {
    try {
      // The socket never looks up a literal address: it is judged here.
      const literal = target.hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0) checkAddress(literal, options);
    } catch (error) {
      callback(toRemoteError(error, 'Dialling'), null);
      return;
    }
    connect(target, (error, socket) => {
      if (error) {
        callback(error, null);
        return;
      }
      if (!isAllowed(socket?.remoteAddress ?? '', options)) {
        socket?.destroy();
        callback(new RemoteError('forbidden', `${target.hostname} is not on the public network`), null);
        return;
      }
      callback(null, socket!);
    });
  };
}

/** Hands the socket only addresses that it may dial; a name without any is refused. */
function guardedLookup(options: DiallerOptions): LookupFunction {
  const resolve =
    options.resolve ?? ((hostname: string) => systemLookup(hostname, { all: true, verbatim: false }));
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (found) => {
        const allowed = found.filter(({ address }) => isAllowed(address, options));
        const [first] = allowed;
        if (!first) callback(new RemoteError('forbidden', `${hostname} is not on the public network`), '');
        else if (all)
          callback(
            null,
            allowed.map(({ address, family }) => ({ address, family })),
          );
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, ''),
    );
  };
}

function toHeaders(received: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const single of Array.isArray(value) ? value : [value ?? '']) headers.append(name, single);
  }
  return headers;
}
