// A person's page: who she is, what she says of herself, how many follow her and whom she follows, and her public posts and
// boosts.
import type { AccountRecord } from '#databases/social/records/accounts';
import type { SocialReader } from '#databases/social/social-reader';
import { fieldsOf, propertiesOf, type ShownProperty } from '#domain/social/actor-state';
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import { currentState } from '#domain/social/read-outbox';
import { type ShownPost, shownPost } from '#domain/social/shown-post';
import type { Social } from '#domain/social/social';
import { actorUri, iconUri } from '#protocol/activitypub/actor-uris';
import { parseDateTime } from '#protocol/activitypub/dates';
import { isObject, type JsonObject } from '#protocol/activitypub/json-document';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';

export interface ProfileHead {
  readonly name: string;
  readonly displayName: string;
  /** `alice@example.org`. */
  readonly address: string;
  /** Her picture as it lies here: pages show nothing that lies elsewhere. */
  readonly icon: Uri;
  readonly isBot: boolean;
  /** Whether strangers may be led to her. */
  readonly isDiscoverable: boolean;
  /** HTML that is safe to show. */
  readonly summaryHtml?: string;
}

export type ProfileEntry =
  | { readonly kind: 'post'; readonly post: ShownPost }
  | {
      readonly kind: 'boost';
      /** The post. */
      readonly object: Uri;
      /** Milliseconds since the Unix epoch. */
      readonly at: number;
    };

export interface Profile extends ProfileHead {
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Text, not HTML. */
  readonly fields: readonly ShownProperty[];
  readonly followers: number;
  readonly following: number;
  /** Boosts among them. */
  readonly postsTotal: number;
  readonly posts: Page<ProfileEntry>;
}

/** Throws notFound, gone; invalidParam for the cursor. */
export async function readProfile(
  social: Social,
  name: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Profile> {
  const request = pageRequest(limit, after);
  return social.database.read(async (reader) => {
    const account = await requireAccount(reader, name);
    const [properties, followers, following, postsTotal, page] = await Promise.all([
      propertiesOf(reader, name),
      reader.followersTotal(name),
      reader.followingsTotal(name),
      reader.outboxTotal(name),
      reader.outbox(name, request),
    ]);
    const entries = await Promise.all(
      page.items.map(async (record) => {
        const activity = await currentState(reader, social, record);
        return activity && entryOf(reader, activity);
      }),
    );
    return {
      ...headOf(social, account),
      createdAt: account.createdAt,
      fields: fieldsOf(account, properties),
      followers,
      following,
      postsTotal,
      posts: mapPage(
        page,
        entries.filter((entry) => entry !== undefined),
      ),
    };
  });
}

async function entryOf(reader: SocialReader, activity: JsonObject): Promise<ProfileEntry | undefined> {
  const { object } = activity;
  if (isObject(object)) {
    const post = await shownPost(reader, object);
    return post && { kind: 'post', post };
  }
  const boosted = normaliseUri(object);
  const at = parseDateTime(activity.published);
  return boosted === undefined || at === undefined ? undefined : { kind: 'boost', object: boosted, at };
}

export function headOf({ host, origin }: Social, account: AccountRecord): ProfileHead {
  const { name, displayName, summary, type, iconMediaType, iconChangedAt } = account;
  return {
    name,
    displayName: displayName ?? name,
    address: `${name}@${host}`,
    icon: iconUri(actorUri(origin, name), iconMediaType === undefined ? undefined : iconChangedAt),
    isBot: type === 'Service',
    isDiscoverable: account.discoverable,
    ...(summary === undefined ? {} : { summaryHtml: summary }),
  };
}
