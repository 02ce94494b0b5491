// All that there is to know of an actor of ours, for those who run the server.
import { fieldsOf, iconOf, propertiesOf } from '#domain/social/actor-state';
import { requireAccount } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { actorUri, profileUri } from '#protocol/activitypub/actor-uris';
import type { Uri } from '#protocol/activitypub/uris';
import { aliasesMax } from '#support/limits';

export interface ShownActor {
  readonly name: string;
  readonly uri: Uri;
  /** `alice@example.org`. */
  readonly address: string;
  /** The page for people. */
  readonly page: Uri;
  readonly type: 'Person' | 'Service';
  readonly displayName: string;
  /** HTML that is safe to show. */
  readonly summaryHtml?: string;
  readonly summary?: string;
  /** A page elsewhere. */
  readonly url?: Uri;
  readonly icon: Uri;
  /** `made`: it has none of its own. */
  readonly iconKind: 'own' | 'elsewhere' | 'made';
  readonly manuallyApprovesFollowers: boolean;
  readonly discoverable: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly followers: number;
  readonly followersPending: number;
  readonly following: number;
  readonly posts: number;
  readonly aliases: readonly string[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

/** @throws ProtocolError notFound, gone */
export async function showActor(social: Social, name: string): Promise<ShownActor> {
  const { htmlToText } = await import('#protocol/activitypub/sanitise-html');
  const { origin, host } = social;
  return social.database.read(async (reader) => {
    const account = await requireAccount(reader, name);
    const [followers, followersPending, following, posts, aliases, properties] = await Promise.all([
      reader.followersTotal(name),
      reader.followersTotal(name, 'pending'),
      reader.followingsTotal(name),
      reader.postsTotal(name),
      reader.profiles.aliases(name, { limit: aliasesMax, oldestFirst: true }),
      propertiesOf(reader, name),
    ]);
    const uri = actorUri(origin, name);
    const { summary, url, iconUrl, iconMediaType } = account;
    return {
      name,
      uri,
      address: `${name}@${host}`,
      page: profileUri(origin, name),
      type: account.type ?? 'Person',
      displayName: account.displayName ?? name,
      ...(summary === undefined ? {} : { summaryHtml: summary, summary: htmlToText(summary) }),
      ...(url === undefined ? {} : { url }),
      icon: iconOf(account, uri).url,
      iconKind: iconUrl !== undefined ? 'elsewhere' : iconMediaType === undefined ? 'made' : 'own',
      manuallyApprovesFollowers: account.manuallyApprovesFollowers,
      discoverable: account.discoverable,
      createdAt: account.createdAt,
      followers,
      followersPending,
      following,
      posts,
      aliases: aliases.items.map((alias) => alias.name),
      properties: fieldsOf({}, properties),
    };
  });
}
