// A GET that follows redirects: few of them, never in a circle, each hop judged as the first one was and signed anew, so
// that no signature made for one server is shown to another (RFC 9110 section 15.4).
import { checkUrl, type NetworkPolicy } from '#network/address-policy';
import { discardBody } from '#network/read-body';
import { RemoteError } from '#network/remote-error';
import type { Transport } from '#network/transport';
import { redirectsMax } from '#support/limits';

/** Makes the headers that sign a GET of this URL: host, date and signature. */
export type SignGet = (url: URL) => Promise<Record<string, string>>;

export interface Getter extends NetworkPolicy {
  readonly transport: Transport;
  readonly signGet?: SignGet;
}

export interface Found {
  readonly response: Response;
  /** Where it was found in the end. */
  readonly url: URL;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Any final status but a redirect is an answer. Throws RemoteError. */
export async function getFollowingRedirects(
  getter: Getter,
  start: string,
  accept: string,
  signal?: AbortSignal,
): Promise<Found> {
  const seen = new Set<string>();
  let url = new URL(start);
  for (;;) {
    url.hash = '';
    checkUrl(url, getter);
    if (seen.has(url.href)) throw new RemoteError('forbidden', `${url.host} redirects in a circle`);
    if (seen.size > redirectsMax) throw new RemoteError('forbidden', `${url.host} redirects too often`);
    seen.add(url.href);
    const signed = getter.signGet ? await getter.signGet(url) : {};
    const response = await getter.transport(
      new Request(url.href, { headers: { ...signed, accept }, ...(signal ? { signal } : {}) }),
    );
    if (!redirectStatuses.has(response.status)) return { response, url };
    await discardBody(response);
    const next = URL.parse(response.headers.get('location') ?? '', url.href);
    if (!next || !response.headers.has('location')) {
      throw new RemoteError('invalid', `${url.host} redirects to nowhere`, response.status);
    }
    url = next;
  }
}
