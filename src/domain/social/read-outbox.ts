// An account's outbox as the world sees it: the activities of its public posts, newest first (ActivityPub section 5.1).
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { activityUri, actorUri } from '#protocol/activitypub/actor-uris';
import { type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { ProtocolError } from '#support/errors';

/** Throws notFound, gone; invalidParam for the cursor. */
export async function readOutbox(
  { database }: Social,
  account: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<JsonObject> & { readonly total: number }> {
  const request = pageRequest(limit, after);
  return database.read(async (reader) => {
    await requireAccount(reader, account);
    const [total, page] = await Promise.all([reader.outboxTotal(account), reader.outbox(account, request)]);
    const texts = await Promise.all(page.items.map(({ uri }) => reader.activityJson(uri)));
    const activities = texts
      .filter((text) => text !== undefined)
      .map((text) => readJsonDocument(Buffer.from(text)));
    return { total, ...mapPage(page, activities) };
  });
}

/** How many public posts there are. Throws notFound, gone. */
export async function countOutbox({ database }: Social, account: string): Promise<number> {
  return database.read(async (reader) => {
    await requireAccount(reader, account);
    return reader.outboxTotal(account);
  });
}

/** One activity that stands in the outbox. Throws notFound for any other: whether there is one is not said. */
export async function readActivityOf(
  { database, origin }: Social,
  account: string,
  id: string,
): Promise<JsonObject> {
  const uri = activityUri(actorUri(origin, account), id);
  const json = await database.read(async (reader) => {
    await requireAccount(reader, account);
    const activity = await reader.activity(uri);
    return activity?.listed ? reader.activityJson(uri) : undefined;
  });
  if (json === undefined) throw new ProtocolError('notFound', 'There is no such activity.');
  return readJsonDocument(Buffer.from(json));
}
