// The administration's part about what accounts say of themselves in the fediverse, answered by domain/social. Display
// names are the exception: they belong to both networks, so domain/identity is told of them, too.

import { nameOf } from '#app/administering/name-of';
import { nextOf } from '#app/administering/page';
import type { AdministrationImplementation, AdministrationInput } from '#app/administration';
import type { profileMethods } from '#app/administration/profiles';
import { findAccount } from '#domain/identity/accounts';
import type { Identity } from '#domain/identity/identity';
import { setProfileField } from '#domain/identity/profiles';
import { addAlias, listAliases, removeAlias } from '#domain/social/aliases';
import { getProperty, listProperties, removeProperty, setProperty } from '#domain/social/properties';
import { showActor } from '#domain/social/show-actor';
import type { Social } from '#domain/social/social';
import { updateActor } from '#domain/social/update-actor';
import { ProtocolError } from '#support/errors';

export type ProfileChanges = Omit<AdministrationInput<'updateAccount'>, 'name'>;

export function administerProfiles(
  social: Social,
  identity: Identity,
): Pick<AdministrationImplementation, keyof typeof profileMethods> {
  return {
    addAlias: async ({ account, alias }) => ({
      added: await addAlias(social, await nameOf(identity, account), alias),
    }),
    async removeAlias({ account, alias }) {
      await removeAlias(social, await nameOf(identity, account), alias);
      return {};
    },
    async listAliases({ account, ...page }) {
      const found = await listAliases(social, await nameOf(identity, account), page);
      return { aliases: found.items.map(({ name, createdAt }) => ({ name, createdAt })), ...nextOf(found) };
    },
    async setProperty({ account, name, value }) {
      await setProperty(social, await nameOf(identity, account), name, value);
      return {};
    },
    async getProperty({ account, name }) {
      return withoutAccount(await getProperty(social, await nameOf(identity, account), name));
    },
    async removeProperty({ account, name }) {
      await removeProperty(social, await nameOf(identity, account), name);
      return {};
    },
    async listProperties({ account, ...page }) {
      const found = await listProperties(social, await nameOf(identity, account), page);
      return { properties: found.items.map(withoutAccount), ...nextOf(found) };
    },
  };
}

/** Changes all that is named, and nothing where a part of it is refused. */
export async function changeProfile(
  social: Social,
  identity: Identity,
  account: string,
  changes: ProfileChanges,
): Promise<void> {
  const { userId, localpart } = await findAccount(identity, account);
  const { displayName, blurb, icon, approveFollowers, ...same } = changes;
  // First of all: it refuses where there is no actor to change, and followers are told of everything at once.
  await updateActor(social, localpart, {
    ...same,
    displayName,
    summary: blurb,
    icon:
      icon &&
      ('url' in icon
        ? { kind: 'url', url: icon.url }
        : { kind: 'image', bytes: Buffer.from(icon.image, 'base64') }),
    manuallyApprovesFollowers: approveFollowers,
  });
  if (displayName !== undefined) {
    await setProfileField(identity, userId, 'displayname', displayName ?? undefined);
  }
}

/** What is shown of an actor of ours; undefined where there is none, or no longer. */
export async function profileOf(social: Social, name: string) {
  try {
    const {
      summaryHtml: _html,
      uri: _uri,
      createdAt: _createdAt,
      name: _name,
      summary,
      manuallyApprovesFollowers,
      aliases,
      properties,
      ...same
    } = await showActor(social, name);
    return {
      ...same,
      ...(summary === undefined ? {} : { blurb: summary }),
      approvesFollowers: manuallyApprovesFollowers,
      aliases: [...aliases],
      properties: [...properties],
    };
  } catch (error) {
    if (error instanceof ProtocolError && (error.kind === 'gone' || error.kind === 'notFound'))
      return undefined;
    throw error;
  }
}

/** Which of the accounts have an actor, and of what kind. */
export async function actorTypes(
  social: Social,
  names: readonly string[],
): Promise<ReadonlyMap<string, 'Person' | 'Service'>> {
  const records = await social.database.read((reader) =>
    Promise.all(names.map((name) => reader.account(name))),
  );
  const present = records.filter((record) => record !== undefined && record.deletedAt === undefined);
  return new Map(present.map((record) => [record!.name, record!.type ?? 'Person']));
}

function withoutAccount<T extends { readonly account: string }>({ account: _account, ...property }: T) {
  return property;
}
