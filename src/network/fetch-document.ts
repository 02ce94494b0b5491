// Fetching an Activity Streams document so that it can be trusted: it must say by its type that it is one (an upload that
// looks like one must not count), and be named by the very URL at which it was found (FEP-fe34).
import { type Getter, getFollowingRedirects } from '#network/follow-redirects';
import { discardBody, readBody } from '#network/read-body';
import { RemoteError } from '#network/remote-error';
import { type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { checkContexts, idOf } from '#protocol/activitypub/json-ld';
import { activityAccept, isActivityStreams } from '#protocol/activitypub/media-types';
import { normaliseUri, type Uri, withoutFragment } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { activityBytesMax } from '#support/limits';

export interface FetchedDocument {
  /** The document's id: where it was found. */
  readonly id: Uri;
  readonly document: JsonObject;
}

/**
 * Fetches the document that a URI names. A document that calls itself otherwise (a page that answers for a post, an old
 * address) is fetched once more from that name, and must then be found there. Throws RemoteError: `status` with the
 * server's own status, `invalid` for what is no such document.
 */
export async function fetchDocument(
  getter: Getter,
  uri: Uri,
  signal?: AbortSignal,
): Promise<FetchedDocument> {
  const first = await fetchOnce(getter, withoutFragment(uri), signal);
  if (isAt(first)) return first;
  const second = await fetchOnce(getter, withoutFragment(first.id), signal);
  if (isAt(second)) return second;
  throw new RemoteError('invalid', `The document at ${second.url} calls itself ${second.id}`);
}

interface Attempt extends FetchedDocument {
  readonly url: string;
}

function isAt({ id, url }: Attempt): boolean {
  return withoutFragment(id) === normaliseUri(url);
}

async function fetchOnce(getter: Getter, uri: Uri, signal: AbortSignal | undefined): Promise<Attempt> {
  const { response, url } = await getFollowingRedirects(getter, uri, activityAccept, signal);
  if (response.status !== 200) {
    await discardBody(response);
    throw new RemoteError('status', `${url.host} answered ${response.status}`, response.status);
  }
  if (!isActivityStreams(response.headers.get('content-type'))) {
    await discardBody(response);
    throw new RemoteError('invalid', `What lies at ${url.href} is not sent as an ActivityPub document`);
  }
  const bytes = await readBody(response, activityBytesMax);
  try {
    const document = readJsonDocument(bytes);
    checkContexts(document);
    const id = normaliseUri(idOf(document));
    if (id === undefined) throw new ProtocolError('badJson', 'it has no id');
    return { id, document, url: url.href };
  } catch (error) {
    throw asInvalid(error, `The document at ${url.href} cannot be read`);
  }
}

/** A refusal of what another server sent is that server's failure, not our caller's. */
export function asInvalid(error: unknown, what: string): Error {
  if (error instanceof RemoteError || !(error instanceof ProtocolError)) return error as Error;
  return new RemoteError('invalid', `${what}: ${error.message}`);
}
