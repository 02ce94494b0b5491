// The actors of our own accounts: made with the account, shown to the world, gone with it (ActivityPub section 4).
import type { AccountRecord } from '#databases/social/records/accounts';
import type { SocialReader } from '#databases/social/social-reader';
import { actorDocumentOf, propertiesOf } from '#domain/social/actor-state';
import { generateActorKeys } from '#domain/social/own-keys';
import type { Social } from '#domain/social/social';
import type { SigningKey } from '#network/signing-key';
import { actorUri, mainKeyUri, parseLocalUri } from '#protocol/activitypub/actor-uris';
import type { JsonObject } from '#protocol/activitypub/json-document';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

/**
 * Makes the actor of an account, keys and all; where there is one already nothing changes. A name that was an alias is one
 * no longer.
 */
export async function ensureActor(social: Social, name: string): Promise<void> {
  const { database, clock } = social;
  if (await database.read((reader) => reader.account(name))) return;
  const keys = await generateActorKeys();
  const account: AccountRecord = {
    name,
    createdAt: clock.now(),
    ...keys,
    manuallyApprovesFollowers: false,
    discoverable: true,
  };
  await database.write(
    async (writer) => {
      if (await writer.profiles.alias(name)) await writer.profiles.removeAlias(name);
      await writer.addAccount(account);
    },
    { idempotent: true },
  );
}

/** The name of the account that goes by `name`, its own or an alias; `name` itself where there is none. */
export async function canonicalName(reader: SocialReader, name: string): Promise<string> {
  if (await reader.account(name)) return name;
  return (await reader.profiles.alias(name))?.account ?? name;
}

/** The account of this name. Throws notFound, or gone where it was. */
export async function requireAccount(
  reader: Pick<SocialReader, 'account'>,
  name: string,
): Promise<AccountRecord> {
  const account = await reader.account(name);
  if (!account) throw new ProtocolError('notFound', `There is no account ${name.slice(0, 64)} here.`);
  if (account.deletedAt !== undefined) {
    throw new ProtocolError('gone', `The account ${name.slice(0, 64)} is no more.`);
  }
  return account;
}

/** The actor as others read it. Throws notFound or gone. */
export async function getActorDocument(social: Social, name: string): Promise<JsonObject> {
  const { account, properties } = await social.database.read(async (reader) => ({
    account: await requireAccount(reader, name),
    properties: await propertiesOf(reader, name),
  }));
  return actorDocumentOf(social, account, properties);
}

/** The key that signs for an account. */
export function signingKeyOf(social: Social, account: AccountRecord): SigningKey {
  const id = mainKeyUri(actorUri(social.origin, account.name));
  return { id, privateKey: social.ownKeys.of(account).rsaPrivateKey };
}

/** The account whose actor a URI names; undefined where it is none of ours. */
export function localNameOf(social: Pick<Social, 'origin'>, uri: Uri): string | undefined {
  const local = parseLocalUri(social.origin, uri);
  return local?.kind === 'actor' ? local.name : undefined;
}
