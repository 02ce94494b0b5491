// What our actors say of themselves, as others read it: the document, and the Update by which followers learn of a change
// (ActivityPub sections 4.1 and 6.3).
import type { AccountRecord } from '#databases/social/records/accounts';
import type { PropertyRecord } from '#databases/social/records/properties';
import type { SocialReader } from '#databases/social/social-reader';
import type { SocialWriter } from '#databases/social/social-writer';
import { sendActivity } from '#domain/social/own-activities';
import type { Social } from '#domain/social/social';
import { buildActorDocument, buildActorUpdate } from '#protocol/activitypub/actor-document';
import { actorUri, iconUri } from '#protocol/activitypub/actor-uris';
import type { JsonObject } from '#protocol/activitypub/json-document';
import type { Uri } from '#protocol/activitypub/uris';
import { propertiesMax } from '#support/limits';

/** The media type of icons that are made here, for those who have none of their own. */
export const madeIconMediaType = 'image/png';

/** What is shown beside a name: properties in the order in which they came to be. */
export type ShownProperty = Pick<PropertyRecord, 'name' | 'value'>;

export async function propertiesOf(reader: SocialReader, name: string): Promise<readonly PropertyRecord[]> {
  return (await reader.profiles.properties(name, { limit: propertiesMax, oldestFirst: true })).items;
}

/** The actor of an account as a document. */
export function actorDocumentOf(
  social: Social,
  account: AccountRecord,
  properties: readonly ShownProperty[],
): JsonObject {
  const { rsaPublicKey, ed25519PublicKey } = social.ownKeys.of(account);
  const { origin } = social;
  const { name, type, displayName, summary, createdAt } = account;
  return buildActorDocument({
    origin,
    name,
    ...(type === undefined ? {} : { type }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(summary === undefined ? {} : { summaryHtml: summary }),
    icon: iconOf(account, actorUri(origin, name)),
    rsaPublicKey,
    ed25519PublicKey,
    manuallyApprovesFollowers: account.manuallyApprovesFollowers,
    discoverable: account.discoverable,
    published: createdAt,
    fields: fieldsOf(account, properties),
  });
}

/** An actor's `url` leads to the page here, so that a page elsewhere is the first of the fields. */
export function fieldsOf(
  { url }: Pick<AccountRecord, 'url'>,
  properties: readonly ShownProperty[],
): ShownProperty[] {
  const own = properties.map(({ name, value }) => ({ name, value }));
  return url === undefined ? own : [{ name: 'Website', value: url }, ...own];
}

/** An icon elsewhere, one of the account's own, or the one that is made for it here. */
export function iconOf(
  { iconUrl, iconMediaType, iconChangedAt }: AccountRecord,
  actor: Uri,
): { readonly url: Uri; readonly mediaType?: string } {
  if (iconUrl !== undefined) return { url: iconUrl };
  return { url: iconUri(actor, iconChangedAt), mediaType: iconMediaType ?? madeIconMediaType };
}

/** Tells followers what an account says of itself now, in the transaction that changes it. `id` is the Update's. */
export async function sendActorUpdate(
  writer: SocialWriter,
  social: Social,
  changed: {
    readonly id: Uri;
    readonly account: AccountRecord;
    readonly properties: readonly ShownProperty[];
    /** Milliseconds since the Unix epoch. */
    readonly now: number;
  },
): Promise<void> {
  const { id, account, properties, now } = changed;
  const activity = buildActorUpdate(id, actorDocumentOf(social, account, properties));
  await sendActivity(writer, { account: account.name, activity, toFollowers: true, now });
}
