// What an account says of itself in pairs of a name and a value: shown on its page and in its document, so that followers
// are told of every change.
import type { PropertyRecord } from '#databases/social/records/properties';
import type { SocialWriter } from '#databases/social/social-writer';
import { readAccountPage } from '#domain/social/account-page';
import { propertiesOf, type ShownProperty, sendActorUpdate } from '#domain/social/actor-state';
import { requireAccount } from '#domain/social/local-actors';
import { newActivityUri } from '#domain/social/own-activities';
import type { Page } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { ProtocolError } from '#support/errors';
import { propertiesMax, propertyNameCharactersMax, propertyValueCharactersMax } from '#support/limits';

/**
 * Sets a property; the same value again changes nothing.
 * @throws ProtocolError notFound, gone; invalidParam; forbidden where there would be too many
 */
export async function setProperty(
  social: Social,
  account: string,
  name: string,
  value: string,
): Promise<void> {
  const property = requireProperty({ name, value });
  await change(social, account, async (writer, known, now) => {
    const all = await putProperty(writer, known, { account, ...property }, now);
    return all === known ? undefined : all;
  });
}

/** @throws ProtocolError invalidParam */
export function requireProperty({ name, value }: ShownProperty): ShownProperty {
  requireText(name, propertyNameCharactersMax, 'The name of a property');
  requireText(value, propertyValueCharactersMax, 'The value of a property');
  return { name, value };
}

/**
 * Sets a property, checked by `requireProperty`, in the transaction of `writer`; answers with all of them as they are then:
 * `known` itself where nothing has changed.
 * @throws ProtocolError forbidden where there would be too many
 */
export async function putProperty(
  writer: SocialWriter,
  known: readonly PropertyRecord[],
  { account, name, value }: ShownProperty & { readonly account: string },
  now: number,
): Promise<readonly PropertyRecord[]> {
  const before = known.find((property) => property.name === name);
  if (before?.value === value) return known;
  if (!before && known.length >= propertiesMax) {
    throw new ProtocolError('forbidden', `An account has at most ${propertiesMax} properties.`);
  }
  const property = before ? { ...before, value, updatedAt: now } : { account, name, value, createdAt: now };
  await writer.profiles.putProperty(property);
  return before ? known.map((other) => (other === before ? property : other)) : [...known, property];
}

/** @throws ProtocolError notFound, gone */
export async function getProperty(
  { database }: Social,
  account: string,
  name: string,
): Promise<PropertyRecord> {
  const property = await database.read(async (reader) => {
    await requireAccount(reader, account);
    return reader.profiles.property(account, name);
  });
  if (!property) throw noSuchProperty(account, name);
  return property;
}

/** @throws ProtocolError notFound, gone */
export async function removeProperty(social: Social, account: string, name: string): Promise<void> {
  await social.database.read(async (reader) => {
    await requireAccount(reader, account);
    if (!(await reader.profiles.property(account, name))) throw noSuchProperty(account, name);
  });
  await change(social, account, async (writer, known) => {
    const removed = await writer.profiles.removeProperty(account, name);
    return removed && known.filter((other) => other.name !== name);
  });
}

/** Newest first. @throws ProtocolError notFound, gone; invalidParam for the cursor */
export function listProperties(
  social: Social,
  account: string,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<PropertyRecord>> {
  return readAccountPage(social, account, page, (reader, request) =>
    reader.profiles.properties(account, request),
  );
}

/** Changes an account's properties and tells of it. `apply` answers with all of them as they are then, or undefined. */
async function change(
  social: Social,
  name: string,
  apply: (
    writer: SocialWriter,
    known: readonly PropertyRecord[],
    now: number,
  ) => Promise<readonly PropertyRecord[] | undefined>,
): Promise<void> {
  const id = newActivityUri(social, name);
  const now = social.clock.now();
  await social.database.write(
    async (writer) => {
      const account = await requireAccount(writer, name);
      const properties = await apply(writer, await propertiesOf(writer, name), now);
      if (properties) await sendActorUpdate(writer, social, { id, account, properties, now });
    },
    { idempotent: true },
  );
}

function requireText(text: string, charactersMax: number, what: string): void {
  if (text.trim() === '' || text.length > charactersMax) {
    throw new ProtocolError(
      'invalidParam',
      `${what} has at least one character and at most ${charactersMax}.`,
    );
  }
}

function noSuchProperty(account: string, name: string): ProtocolError {
  return new ProtocolError('notFound', `${account} has no property called ${name.slice(0, 128)}.`);
}
