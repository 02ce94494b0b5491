// Whom a post names: people in its text that can be found, people who were named beside it, and the author of what it
// answers. All are looked up before the post is stored.
import type { AccountRecord } from '#databases/social/records/accounts';
import type { RemoteActorRecord } from '#databases/social/records/remote-actors';
import { findActor, parseTarget } from '#domain/social/find-actor';
import type { FoundNote } from '#domain/social/find-note';
import { localNameOf, requireAccount } from '#domain/social/local-actors';
import type { CheckedContent } from '#domain/social/post-draft';
import type { RemoteActorRecords } from '#domain/social/remote-actor-records';
import type { Social } from '#domain/social/social';
import { actorUri, profileUri } from '#protocol/activitypub/actor-uris';
import { authorityOf, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { firstOfEach } from '#support/first-of-each';

/** Somebody whom a post names, at whose inbox it is delivered. */
export interface Mentioned {
  /** As it stands in the text, in lower case: `@bob@remote.example`. */
  readonly name: string;
  readonly actor: Uri;
  /** The page for people. */
  readonly url: Uri;
  /** Absent for our own people. */
  readonly remote?: RemoteActorRecord;
  /** What was fetched of it and is to be stored. */
  readonly fetched?: RemoteActorRecords;
}

/**
 * Everybody whom a post names. Names in the text that lead nowhere stay text; the others must be found.
 * @throws ProtocolError notFound, gone, invalidParam, RemoteError for who is named beside the text
 */
export async function findMentioned(
  social: Social,
  account: AccountRecord,
  { mentionsInText, furtherMentions }: Pick<CheckedContent, 'mentionsInText' | 'furtherMentions'>,
  repliedTo?: FoundNote,
): Promise<{ readonly inText: readonly Mentioned[]; readonly all: readonly Mentioned[] }> {
  const [found, further] = await Promise.all([
    Promise.all(mentionsInText.map((name) => findOrLeave(social, account, name))),
    Promise.all(furtherMentions.map((name) => findOne(social, account, name))),
  ]);
  const inText = found.filter((mention) => mention !== undefined);
  const author = repliedTo ? authorOf(social, repliedTo) : [];
  const self = actorUri(social.origin, account.name);
  // Each once, whatever names lead there; whoever answers her own post does not name herself.
  const others = [...author, ...further].filter(({ actor }) => actor !== self);
  return { inText, all: firstOfEach([...inText, ...others], ({ actor }) => actor) };
}

function authorOf(social: Social, { author, owner, remote }: FoundNote): Mentioned[] {
  if (owner !== undefined) return [localMention(social, owner)];
  return remote ? [{ name: nameOf(remote), actor: author, url: remote.url, remote }] : [];
}

/** Undefined where there is nobody of that name, or nobody who answers. */
async function findOrLeave(
  social: Social,
  account: AccountRecord,
  name: string,
): Promise<Mentioned | undefined> {
  try {
    return { ...(await findOne(social, account, name)), name };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

async function findOne(social: Social, account: AccountRecord, name: string): Promise<Mentioned> {
  const found = await findActor(social, account, parseTarget(social, name));
  if (found.kind === 'local') {
    await social.database.read((reader) => requireAccount(reader, found.name));
    return localMention(social, found.name);
  }
  const { actor } = found;
  return { name: nameOf(actor), actor: actor.uri, url: actor.url, remote: actor, fetched: found };
}

/** Somebody whom an earlier state of a post named. */
export async function mentionedBefore(
  social: Social,
  { actor, name = '' }: { readonly actor: Uri; readonly name?: string },
): Promise<Mentioned> {
  const local = localNameOf(social, actor);
  if (local !== undefined) return localMention(social, local);
  const remote = await social.database.read((reader) => reader.remoteActor(actor));
  return { name, actor, url: remote?.url ?? actor, ...(remote ? { remote } : {}) };
}

function localMention({ origin, host }: Social, name: string): Mentioned {
  return { name: `@${name}@${host}`, actor: actorUri(origin, name), url: profileUri(origin, name) };
}

function nameOf({ preferredUsername, uri }: RemoteActorRecord): string {
  return `@${preferredUsername}@${authorityOf(uri)}`;
}
