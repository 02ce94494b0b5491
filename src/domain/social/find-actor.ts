// Whom a person means by `name@host` or by the address of an actor: one of our own, or an actor elsewhere, found by
// WebFinger and fetched.
import type { AccountRecord } from '#databases/social/records/accounts';
import { canonicalName, localNameOf, signingKeyOf } from '#domain/social/local-actors';
import { type RemoteActorRecords, toRecords } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import type { Getter } from '#network/follow-redirects';
import { fetchActor } from '#network/remote-actors';
import { signGetWith } from '#network/signing-key';
import { resolveAccount } from '#network/webfinger-client';
import { type AccountAddress, parseAccountAddress } from '#protocol/activitypub/account-address';
import { parseLocalUri } from '#protocol/activitypub/actor-uris';
import type { ForeignActor } from '#protocol/activitypub/read-actor';
import { normaliseUri, originOf, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export type Target =
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'address'; readonly address: AccountAddress }
  | { readonly kind: 'uri'; readonly uri: Uri };

export type FoundActor =
  | { readonly kind: 'local'; readonly name: string }
  | ({ readonly kind: 'remote' } & RemoteActorRecords);

/** Reads what a person typed. Throws invalidParam; notFound for an address of ours that is no account's. */
export function parseTarget(social: Social, text: string): Target {
  const uri = normaliseUri(text);
  if (uri !== undefined) {
    if (originOf(uri) !== social.origin) return { kind: 'uri', uri };
    const name = localNameOfPage(social, uri);
    if (name !== undefined) return { kind: 'local', name };
    throw new ProtocolError('notFound', `${uri} is nobody's address here.`);
  }
  const address = parseAccountAddress(text);
  if (!address) {
    throw new ProtocolError(
      'invalidParam',
      `"${text.slice(0, 256)}" is neither an address such as bob@example.org nor the URL of an actor.`,
    );
  }
  return isOwnHost(social, address.host)
    ? { kind: 'local', name: address.name }
    : { kind: 'address', address };
}

/** The hosts in addresses of our people: ours, and the one in their Matrix ids. */
export function isOwnHost({ host, serverName }: Social, asked: string): boolean {
  return asked === host || asked === serverName.toLowerCase();
}

/** Also the page for people leads to an actor: `/@alice`. */
export function localNameOfPage(social: Social, uri: Uri): string | undefined {
  if (originOf(uri) !== social.origin) return undefined;
  const page = /^\/@([^/]+)$/.exec(new URL(uri).pathname);
  // The names of our people have no characters that would be written otherwise there.
  return page ? page[1]?.toLowerCase() : localNameOf(social, uri);
}

/** Fetches a target that is not ours, signing as `account`; an alias leads to whose it is. Throws RemoteError. */
export async function findActor(social: Social, account: AccountRecord, target: Target): Promise<FoundActor> {
  if (target.kind === 'local') {
    const name = await social.database.read((reader) => canonicalName(reader, target.name));
    return { kind: 'local', name };
  }
  const getter: Getter = {
    ...social.getter,
    signGet: signGetWith(signingKeyOf(social, account), social.clock),
  };
  const foreign = await fetchTarget(getter, target);
  const local = parseLocalUri(social.origin, foreign.id);
  if (local?.kind === 'actor') return { kind: 'local', name: local.name };
  return { kind: 'remote', ...toRecords(foreign, social.clock.now()) };
}

async function fetchTarget(
  getter: Getter,
  target: Exclude<Target, { kind: 'local' }>,
): Promise<ForeignActor> {
  if (target.kind === 'uri') return fetchActor(getter, target.uri);
  return (await resolveAccount(getter, target.address)).actor;
}
