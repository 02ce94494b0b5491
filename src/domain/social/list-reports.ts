// What others have reported to those who run the server: who, about whom or what, and in which words (Activity Streams
// Vocabulary, "Flag").
import type { ActivityRecord } from '#databases/social/records/activities';
import type { SocialReader } from '#databases/social/social-reader';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { readActivity } from '#protocol/activitypub/read-activity';
import type { Uri } from '#protocol/activitypub/uris';

export interface Report {
  /** The activity. */
  readonly uri: Uri;
  /** Who reports; many servers do so in the name of the whole server. */
  readonly actor: Uri;
  /** People and posts, some of them perhaps elsewhere. */
  readonly objects: readonly Uri[];
  /** Why, in the words of whoever reports: text that nothing is known of. */
  readonly content?: string;
  /** When it came in, in milliseconds since the Unix epoch. */
  readonly storedAt: number;
}

/** Newest first. @throws ProtocolError invalidParam for the cursor */
export async function listReports(
  { database }: Social,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<Report>> {
  const request = pageRequest(limit, after);
  return database.read(async (reader) => {
    const page = await reader.reports(request);
    return mapPage(page, await Promise.all(page.items.map((record) => readReport(reader, record))));
  });
}

async function readReport(
  reader: SocialReader,
  { uri, actor, object, storedAt }: ActivityRecord,
): Promise<Report> {
  const json = await reader.activityJson(uri);
  if (json === undefined) return { uri, actor, objects: [object], storedAt };
  const { flagged = [object], content } = readActivity(readJsonDocument(Buffer.from(json)));
  return { uri, actor, objects: flagged, ...(content === undefined ? {} : { content }), storedAt };
}
