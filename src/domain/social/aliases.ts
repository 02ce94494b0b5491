// Other names of our accounts: whoever asks for one is led to the account. A name is an account's or an alias, never both;
// where an account comes to be by the name of an alias, the alias ends (`ensureActor`).
import type { AliasRecord } from '#databases/social/records/aliases';
import type { SocialWriter } from '#databases/social/social-writer';
import { readAccountPage } from '#domain/social/account-page';
import { requireAccount } from '#domain/social/local-actors';
import type { Page } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { ProtocolError } from '#support/errors';
import { aliasesMax } from '#support/limits';

const nameCharactersMax = 64;

/**
 * Adds another name of an account; answers whether it is new. Upper-case letters count as lower-case ones.
 * @throws ProtocolError notFound, gone; invalidUsername; conflict where the name is taken; forbidden where there
 *   would be too many
 */
export async function addAlias(social: Social, account: string, alias: string): Promise<boolean> {
  const names = [requireAliasName(alias)];
  const now = social.clock.now();
  return social.database.write(async (writer) => {
    await requireAccount(writer, account);
    return (await putAliases(writer, account, names, now)) > 0;
  });
}

/**
 * Adds other names, checked by `requireAliasName`, in the transaction of `writer`; answers how many of them are new.
 * @throws ProtocolError conflict where one is taken; forbidden where there would be too many
 */
export async function putAliases(
  writer: SocialWriter,
  account: string,
  names: readonly string[],
  now: number,
): Promise<number> {
  if (names.length === 0) return 0;
  const { items } = await writer.profiles.aliases(account, { limit: aliasesMax });
  if (new Set([...items.map(({ name }) => name), ...names]).size > aliasesMax) {
    throw new ProtocolError('forbidden', `An account has at most ${aliasesMax} other names.`);
  }
  let added = 0;
  for (const name of new Set(names)) {
    if (await writer.profiles.addAlias({ name, account, createdAt: now })) added++;
  }
  return added;
}

/** @throws ProtocolError notFound, also where it is another account's */
export async function removeAlias(social: Social, account: string, alias: string): Promise<void> {
  const name = alias.toLowerCase();
  await social.database.write(async (writer) => {
    await requireAccount(writer, account);
    const known = await writer.profiles.alias(name);
    if (known?.account !== account) {
      throw new ProtocolError('notFound', `${name.slice(0, 64)} is no other name of ${account}.`);
    }
    await writer.profiles.removeAlias(name);
  });
}

/** Newest first. @throws ProtocolError notFound, gone; invalidParam for the cursor */
export function listAliases(
  social: Social,
  account: string,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<AliasRecord>> {
  return readAccountPage(social, account, page, (reader, request) =>
    reader.profiles.aliases(account, request),
  );
}

/** The account that goes by an alias, given in lower case; undefined where it is none. */
export async function findAlias(
  { database }: Pick<Social, 'database'>,
  name: string,
): Promise<string | undefined> {
  return database.read(async (reader) => {
    const alias = await reader.profiles.alias(name);
    // Where both came to be at once, a name is the account's.
    return alias && !(await reader.account(name)) ? alias.account : undefined;
  });
}

/** True where a name, in lower case, is an alias: no new account can have it. */
export async function isAlias({ database }: Pick<Social, 'database'>, name: string): Promise<boolean> {
  return (await database.read((reader) => reader.profiles.alias(name))) !== undefined;
}

/** In lower case. Names are those that accounts may have, of a length that other servers show. Throws invalidUsername. */
export function requireAliasName(text: string): string {
  const name = text.toLowerCase();
  if (name.length <= nameCharactersMax && /^[a-z0-9._=-]+$/.test(name)) return name;
  throw new ProtocolError(
    'invalidUsername',
    `"${text.slice(0, 64)}" is no name: it has a-z, 0-9 and . _ = - only, and at most ${nameCharactersMax} characters.`,
  );
}
