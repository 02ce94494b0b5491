// WebFinger (RFC 7033): from an address such as `alice@example.org` to the actor and back. Both sides of it: what we
// answer about our own people, and how another server's answer is read.
import {
  type AccountAddress,
  formatAccountAddress,
  parseAccountAddress,
} from '#protocol/activitypub/account-address';
import { isObject, type JsonObject } from '#protocol/activitypub/json-document';
import { asArray } from '#protocol/activitypub/json-ld';
import { activityJson, isActivityStreams } from '#protocol/activitypub/media-types';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export const jrdContentType = 'application/jrd+json';

/** What a query's `resource` asks about. */
export type WebFingerResource =
  | { readonly kind: 'account'; readonly address: AccountAddress }
  | { readonly kind: 'uri'; readonly uri: Uri };

/** Reads `resource`: an acct: URI (also a bare address), or the URI of an actor or a page. Throws invalidParam. */
export function parseResource(resource: string): WebFingerResource {
  const uri = normaliseUri(resource);
  if (uri !== undefined) return { kind: 'uri', uri };
  const address = parseAccountAddress(resource);
  if (!address) throw new ProtocolError('invalidParam', 'resource must be an acct: URI or an http(s) URI');
  return { kind: 'account', address };
}

/** The answer about one of our people. `rels` are the query's `rel` parameters: they filter links (section 4.3). */
export function buildJrd(
  account: { readonly address: AccountAddress; readonly actor: Uri; readonly profile: Uri },
  rels: readonly string[] = [],
): JsonObject {
  const links = [
    { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: account.profile },
    { rel: 'self', type: activityJson, href: account.actor },
  ];
  return {
    subject: `acct:${formatAccountAddress(account.address)}`,
    aliases: [account.profile, account.actor],
    links: rels.length === 0 ? links : links.filter(({ rel }) => rels.includes(rel)),
  };
}

export interface ForeignJrd {
  /** Undefined where the subject is no acct: URI. */
  readonly subject: AccountAddress | undefined;
  /** The actor that the answer leads to. */
  readonly actor: Uri;
}

/** Reads another server's answer. One that leads to no actor is badJson. */
export function readJrd(document: JsonObject): ForeignJrd {
  const subject = document.subject;
  for (const link of asArray(document.links)) {
    if (!isObject(link) || link.rel !== 'self' || typeof link.type !== 'string') continue;
    const actor = normaliseUri(link.href);
    if (actor !== undefined && isActivityStreams(link.type)) {
      return { subject: typeof subject === 'string' ? parseAccountAddress(subject) : undefined, actor };
    }
  }
  throw new ProtocolError('badJson', 'The WebFinger answer has no link to an ActivityPub actor');
}
