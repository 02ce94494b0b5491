// An activity by its URI, as it was made here or as it came in.
import type { ActivityRecord } from '#databases/social/records/activities';
import type { Social } from '#domain/social/social';
import { type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { normaliseUri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export interface RetrievedActivity extends ActivityRecord {
  /** Nothing in those of others is safe to show. */
  readonly document: JsonObject;
}

/** @throws ProtocolError invalidParam; notFound, also for those that are not kept whole */
export async function retrieveActivity({ database }: Social, text: string): Promise<RetrievedActivity> {
  const uri = normaliseUri(text);
  if (uri === undefined) {
    throw new ProtocolError('invalidParam', `"${text.slice(0, 256)}" is not the URI of an activity.`);
  }
  return database.read(async (reader) => {
    const [record, json] = await Promise.all([reader.activity(uri), reader.activityJson(uri)]);
    if (!record || json === undefined) {
      throw new ProtocolError('notFound', `The activity ${uri} is not kept here.`);
    }
    return { ...record, document: readJsonDocument(Buffer.from(json)) };
  });
}
