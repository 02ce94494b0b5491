// An actor as it presents itself: one of ours by name, or one elsewhere, fetched anew.
import { parseTarget } from '#domain/social/find-actor';
import { canonicalName, getActorDocument, requireAccount, signingKeyOf } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import type { Getter } from '#network/follow-redirects';
import { fetchActor } from '#network/remote-actors';
import { signGetWith } from '#network/signing-key';
import { resolveAccount } from '#network/webfinger-client';
import { formatAccountAddress } from '#protocol/activitypub/account-address';
import { type ForeignActor, readActor } from '#protocol/activitypub/read-actor';
import { authorityOf, type Uri } from '#protocol/activitypub/uris';

export interface RetrievedActor {
  readonly uri: Uri;
  readonly isOurs: boolean;
  readonly type: string;
  readonly address: string;
  readonly name: string;
  /** HTML that is safe to show. */
  readonly summaryHtml: string;
  readonly url: Uri;
  readonly inbox: Uri;
  readonly sharedInbox?: Uri;
  readonly outbox?: Uri;
  readonly followers?: Uri;
  readonly following?: Uri;
  readonly icon?: Uri;
  readonly manuallyApprovesFollowers: boolean;
  readonly movedTo?: Uri;
  readonly alsoKnownAs: readonly Uri[];
  /** The ids of its keys. */
  readonly keys: readonly Uri[];
}

/**
 * @param as the account that signs the request, for servers that answer nobody else
 * @throws ProtocolError notFound, gone, invalidParam; RemoteError
 */
export async function retrieveActor(
  social: Social,
  target: string,
  as?: string | undefined,
): Promise<RetrievedActor> {
  const parsed = parseTarget(social, target);
  if (parsed.kind === 'local') return local(social, parsed.name);
  const account =
    as === undefined ? undefined : await social.database.read((reader) => requireAccount(reader, as));
  const getter: Getter = account
    ? { ...social.getter, signGet: signGetWith(signingKeyOf(social, account), social.clock) }
    : social.getter;
  if (parsed.kind === 'uri') return shown(await fetchActor(getter, parsed.uri), undefined, false);
  const { actor } = await resolveAccount(getter, parsed.address);
  return shown(actor, formatAccountAddress(parsed.address), false);
}

async function local(social: Social, name: string): Promise<RetrievedActor> {
  const found = await social.database.read((reader) => canonicalName(reader, name));
  const document = await getActorDocument(social, found);
  return shown(readActor(JSON.parse(JSON.stringify(document))), `${found}@${social.host}`, true);
}

async function shown(
  actor: ForeignActor,
  address: string | undefined,
  isOurs: boolean,
): Promise<RetrievedActor> {
  const { sanitiseHtml } = await import('#protocol/activitypub/sanitise-html');
  const { id, preferredUsername, summary, keys, ...rest } = actor;
  return {
    ...rest,
    uri: id,
    isOurs,
    address: address ?? `${preferredUsername}@${authorityOf(id)}`,
    summaryHtml: sanitiseHtml(summary),
    keys: keys.map((key) => key.id),
  };
}
