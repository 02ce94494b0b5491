// What an account has posted, of any visibility, newest first: for the person herself and those who run the server.
import type { Visibility } from '#databases/social/records/posts';
import { requireAccount } from '#domain/social/local-actors';
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { Social } from '#domain/social/social';
import { actorUri, postUri } from '#protocol/activitypub/actor-uris';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { readNote } from '#protocol/activitypub/read-note';
import type { Uri } from '#protocol/activitypub/uris';

export interface ListedPost {
  readonly uri: Uri;
  readonly id: string;
  readonly visibility: Visibility;
  readonly inReplyTo?: Uri;
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt: number;
  readonly updatedAt?: number;
  readonly contentWarning?: string;
  /** HTML that is safe to show. */
  readonly html: string;
  readonly text: string;
  readonly likes: number;
  readonly boosts: number;
}

/** @throws ProtocolError notFound, gone; invalidParam for the cursor */
export async function listPosts(
  { database, origin }: Social,
  account: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<ListedPost>> {
  const request = pageRequest(limit, after);
  const { htmlToText } = await import('#protocol/activitypub/sanitise-html');
  return database.read(async (reader) => {
    await requireAccount(reader, account);
    const page = await reader.posts(account, request);
    const posts = await Promise.all(
      page.items.map(async (post): Promise<ListedPost[]> => {
        const { id, visibility, inReplyTo, publishedAt, updatedAt } = post;
        const uri = postUri(actorUri(origin, account), id);
        const [json, likes, boosts] = await Promise.all([
          reader.postJson(account, id),
          reader.reactions.likesTotal(uri),
          reader.reactions.boostsTotal(uri),
        ]);
        if (json === undefined) return [];
        const { content, summary } = readNote(readJsonDocument(Buffer.from(json)));
        return [
          {
            uri,
            id,
            visibility,
            ...(inReplyTo === undefined ? {} : { inReplyTo }),
            publishedAt,
            ...(updatedAt === undefined ? {} : { updatedAt }),
            ...(summary === undefined ? {} : { contentWarning: summary }),
            html: content,
            text: htmlToText(content),
            likes,
            boosts,
          },
        ];
      }),
    );
    return mapPage(page, posts.flat());
  });
}
