// An account's outbox as the world sees it: the activities of its public posts and its boosts, newest first (ActivityPub
// section 5.1). A post that was edited is shown as it is now.
import type { ActivityRecord } from '#databases/social/records/activities';
import type { SocialReader } from '#databases/social/social-reader';
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { activityUri, actorUri, parseLocalUri } from '#protocol/activitypub/actor-uris';
import { type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { ProtocolError } from '#support/errors';

/** Throws notFound, gone; invalidParam for the cursor. */
export async function readOutbox(
  social: Social,
  account: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<JsonObject> & { readonly total: number }> {
  const request = pageRequest(limit, after);
  return social.database.read(async (reader) => {
    await requireAccount(reader, account);
    const [total, page] = await Promise.all([reader.outboxTotal(account), reader.outbox(account, request)]);
    const activities = await Promise.all(
      page.items.map((activity) => currentState(reader, social, activity)),
    );
    return {
      total,
      ...mapPage(
        page,
        activities.filter((activity) => activity !== undefined),
      ),
    };
  });
}

/** How many public posts and boosts there are. Throws notFound, gone. */
export async function countOutbox({ database }: Social, account: string): Promise<number> {
  return database.read(async (reader) => {
    await requireAccount(reader, account);
    return reader.outboxTotal(account);
  });
}

/** One activity that stands in the outbox. Throws notFound for any other: whether there is one is not said. */
export async function readActivityOf(social: Social, account: string, id: string): Promise<JsonObject> {
  const uri = activityUri(actorUri(social.origin, account), id);
  const shown = await social.database.read(async (reader) => {
    await requireAccount(reader, account);
    const activity = await reader.activity(uri);
    return activity?.listed ? currentState(reader, social, activity) : undefined;
  });
  if (shown === undefined) throw new ProtocolError('notFound', 'There is no such activity.');
  return shown;
}

/** The activity with the Note that it is about as that is now; undefined where there is none. */
export async function currentState(
  reader: SocialReader,
  { origin }: Pick<Social, 'origin'>,
  { uri, type, object, account }: ActivityRecord,
): Promise<JsonObject | undefined> {
  const local = type === 'Create' ? parseLocalUri(origin, object) : undefined;
  const [json, note] = await Promise.all([
    reader.activityJson(uri),
    local?.kind === 'post' && local.name === account ? reader.postJson(local.name, local.id) : undefined,
  ]);
  if (json === undefined) return undefined;
  const activity = readJsonDocument(Buffer.from(json));
  return note === undefined ? activity : { ...activity, object: readJsonDocument(Buffer.from(note)) };
}
