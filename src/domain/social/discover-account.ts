// Who is meant by a WebFinger query (RFC 7033): one of our people, by an address at either of our names, by the URI of
// the actor or by the page for people. An alias is answered with the account that it leads to.
import { isOwnHost, localNameOfPage } from '#domain/social/find-actor';
import { canonicalName, requireAccount } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { actorUri, profileUri } from '#protocol/activitypub/actor-uris';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { buildJrd, parseResource } from '#protocol/activitypub/webfinger';
import { ProtocolError } from '#support/errors';

/** Throws invalidParam; notFound, also for what is not ours to know; gone. */
export async function discoverAccount(
  social: Social,
  resource: string,
  rels: readonly string[],
): Promise<JsonObject> {
  const asked = parseResource(resource);
  const named = asked.kind === 'uri' ? localNameOfPage(social, asked.uri) : localPart(social, asked.address);
  if (named === undefined) throw new ProtocolError('notFound', 'This server knows nothing about that.');
  const name = await social.database.read(async (reader) => {
    const canonical = await canonicalName(reader, named);
    await requireAccount(reader, canonical);
    return canonical;
  });
  const { host, origin } = social;
  return buildJrd(
    { address: { name, host }, actor: actorUri(origin, name), profile: profileUri(origin, name) },
    rels,
  );
}

function localPart(social: Social, { name, host }: { name: string; host: string }): string | undefined {
  return isOwnHost(social, host) ? name : undefined;
}
