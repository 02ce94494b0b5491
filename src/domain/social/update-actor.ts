// Changing what an actor says of itself: stored, and told to followers in the same transaction (ActivityPub section 6.3).
// The truth about a display name is the account's profile, which Matrix shares; it arrives here by `setDisplayName`.
import { isDeepStrictEqual } from 'node:util';
import type { AccountRecord } from '#databases/social/records/accounts';
import type { SocialWriter } from '#databases/social/social-writer';
import { propertiesOf, type ShownProperty, sendActorUpdate } from '#domain/social/actor-state';
import { putAliases, requireAliasName } from '#domain/social/aliases';
import { imageTypeOf } from '#domain/social/image-type';
import { requireAccount } from '#domain/social/local-actors';
import { newActivityUri } from '#domain/social/own-activities';
import { putProperty, requireProperty } from '#domain/social/properties';
import type { Social } from '#domain/social/social';
import { plainTextToHtml } from '#protocol/activitypub/plain-text-to-html';
import { normaliseUri, type Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';
import { displayNameCharactersMax, iconBytesMax, summaryCharactersMax } from '#support/limits';

/** An icon that lies elsewhere, or one of the account's own. */
export type NewIcon =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'image'; readonly bytes: Uint8Array };

/** What is undefined stays as it is; null takes it away. */
export interface ActorChanges {
  readonly type?: 'Person' | 'Service' | undefined;
  readonly displayName?: string | null | undefined;
  /** Plain text. */
  readonly summary?: string | null | undefined;
  /** A page of the account's own, elsewhere. */
  readonly url?: string | null | undefined;
  readonly icon?: NewIcon | null | undefined;
  readonly manuallyApprovesFollowers?: boolean | undefined;
  readonly discoverable?: boolean | undefined;
  /** Other names that are added. */
  readonly aliases?: readonly string[] | undefined;
  /** Properties that are set; the others stay. */
  readonly properties?: readonly ShownProperty[] | undefined;
}

/**
 * Changes an actor, wholly or not at all. What is so already is not told again; what others do not see is not told.
 * @throws ProtocolError notFound, gone, invalidParam; tooLarge for an icon; invalidUsername, conflict for another name;
 *   forbidden where there would be too many names or properties
 */
export async function updateActor(social: Social, name: string, changes: ActorChanges): Promise<void> {
  const checked = check(changes);
  const { icon } = checked;
  const id = newActivityUri(social, name);
  const now = social.clock.now();
  await social.database.write(
    async (writer) => {
      const before = await requireAccount(writer, name);
      await putAliases(writer, name, checked.aliases, now);
      const account = withFields(before, checked);
      const isNewIcon = icon !== undefined && !(await hasIcon(writer, before, icon));
      const isChanged = isNewIcon || !isDeepStrictEqual(before, account);
      if (!isChanged && checked.properties.length === 0) return;
      const known = await propertiesOf(writer, name);
      let properties = known;
      for (const property of checked.properties) {
        properties = await putProperty(writer, properties, { account: name, ...property }, now);
      }
      if (!isChanged && properties === known) return;
      const after = isNewIcon ? withIcon(account, icon, now) : account;
      if (isNewIcon) await writer.profiles.putIcon(after, icon?.kind === 'image' ? icon.base64 : undefined);
      else if (isChanged) await writer.updateAccount(after);
      await sendActorUpdate(writer, social, { id, account: after, properties, now });
    },
    { idempotent: true },
  );
}

/** Takes over a display name; undefined takes it away. An account that is gone, or that never was, stays as it is. */
export async function setDisplayName(
  social: Social,
  name: string,
  displayName: string | undefined,
): Promise<void> {
  const account = await social.database.read((reader) => reader.account(name));
  if (!account || account.deletedAt !== undefined) return;
  await updateActor(social, name, { displayName: displayName ?? null });
}

type CheckedIcon =
  | { readonly kind: 'url'; readonly url: Uri }
  | { readonly kind: 'image'; readonly base64: string; readonly mediaType: string };

interface Checked {
  /** Null takes it away. */
  readonly icon: CheckedIcon | null | undefined;
  readonly texts: {
    readonly displayName: string | null | undefined;
    /** HTML that is safe to show. */
    readonly summary: string | null | undefined;
    readonly url: Uri | null | undefined;
  };
  readonly fields: Partial<AccountRecord>;
  readonly aliases: readonly string[];
  readonly properties: readonly ShownProperty[];
}

function check(changes: ActorChanges): Checked {
  const { type, displayName, summary, url, icon, manuallyApprovesFollowers, discoverable } = changes;
  const { aliases = [], properties = [] } = changes;
  checkLength(displayName, displayNameCharactersMax, 'A display name');
  checkLength(summary, summaryCharactersMax, 'What an account says of itself');
  return {
    icon: icon && checkIcon(icon),
    // A text without anything in it is none.
    texts: {
      displayName: displayName?.trim() === '' ? null : displayName,
      summary: typeof summary === 'string' ? plainTextToHtml(summary) || null : summary,
      url: url ? requireAddress(url) : url === undefined ? undefined : null,
    },
    fields: {
      ...(type === undefined ? {} : { type }),
      ...(manuallyApprovesFollowers === undefined ? {} : { manuallyApprovesFollowers }),
      ...(discoverable === undefined ? {} : { discoverable }),
    },
    aliases: aliases.map(requireAliasName),
    properties: properties.map(requireProperty),
  };
}

function withFields(before: AccountRecord, { texts, fields }: Checked): AccountRecord {
  const { displayName: _name, summary: _summary, url: _url, ...others } = before;
  const displayName = texts.displayName === undefined ? before.displayName : texts.displayName;
  const summary = texts.summary === undefined ? before.summary : texts.summary;
  const url = texts.url === undefined ? before.url : texts.url;
  return {
    ...others,
    ...fields,
    ...(displayName ? { displayName } : {}),
    ...(summary ? { summary } : {}),
    ...(url ? { url } : {}),
  };
}

function checkIcon(icon: NewIcon): CheckedIcon {
  if (icon.kind === 'url') return { kind: 'url', url: requireAddress(icon.url) };
  if (icon.bytes.length > iconBytesMax) {
    throw new ProtocolError('tooLarge', `An icon has at most ${iconBytesMax} bytes.`);
  }
  const mediaType = imageTypeOf(icon.bytes);
  if (mediaType === undefined) {
    throw new ProtocolError('invalidParam', 'An icon is a PNG, JPEG, GIF or WebP picture.');
  }
  return { kind: 'image', mediaType, base64: Buffer.from(icon.bytes).toString('base64') };
}

async function hasIcon(
  writer: SocialWriter,
  account: AccountRecord,
  icon: CheckedIcon | null,
): Promise<boolean> {
  if (icon === null) return account.iconUrl === undefined && account.iconMediaType === undefined;
  if (icon.kind === 'url') return account.iconUrl === icon.url;
  return (
    account.iconMediaType === icon.mediaType && (await writer.profiles.icon(account.name)) === icon.base64
  );
}

function withIcon(account: AccountRecord, icon: CheckedIcon | null, now: number): AccountRecord {
  const { iconUrl: _url, iconMediaType: _type, ...others } = account;
  const changed = { ...others, iconChangedAt: now };
  if (icon === null) return changed;
  return icon.kind === 'url'
    ? { ...changed, iconUrl: icon.url }
    : { ...changed, iconMediaType: icon.mediaType };
}

function checkLength(text: string | null | undefined, charactersMax: number, what: string): void {
  if (text && text.length > charactersMax) {
    throw new ProtocolError('invalidParam', `${what} has at most ${charactersMax} characters.`);
  }
}

function requireAddress(text: string): Uri {
  const uri = normaliseUri(text);
  if (uri !== undefined) return uri;
  throw new ProtocolError('invalidParam', `"${text.slice(0, 256)}" is no http or https address.`);
}
