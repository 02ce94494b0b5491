// The page of a hashtag: public posts of our people that have it, newest first. What is unlisted is not found by tags.
import { mapPage, type Page, pageRequest } from '#domain/social/pages';
import type { PostPage } from '#domain/social/read-post';
import { headOf } from '#domain/social/read-profile';
import { shownPost } from '#domain/social/shown-post';
import type { Social } from '#domain/social/social';
import { foldHashtag, isHashtagName } from '#protocol/activitypub/hashtags';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { ProtocolError } from '#support/errors';

export interface TagPage {
  /** In the one spelling for all that mean it, without the sign. */
  readonly tag: string;
  readonly posts: Page<PostPage>;
}

/** A page may hold fewer posts than asked for. Throws notFound for what is no hashtag; invalidParam for the cursor. */
export async function readTag(
  social: Social,
  hashtag: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<TagPage> {
  const tag = foldHashtag(hashtag);
  if (!isHashtagName(tag)) throw new ProtocolError('notFound', 'There is no such hashtag.');
  const request = pageRequest(limit, after);
  return social.database.read(async (reader) => {
    const page = await reader.profiles.tagged('Hashtag', tag, request);
    const posts = await Promise.all(
      page.items.map(async ({ account, post: id }): Promise<PostPage | undefined> => {
        const [author, record, json] = await Promise.all([
          reader.account(account),
          reader.post(account, id),
          reader.postJson(account, id),
        ]);
        if (!author || author.deletedAt !== undefined || json === undefined) return undefined;
        if (record?.state !== 'published' || record.visibility !== 'public') return undefined;
        const post = await shownPost(reader, readJsonDocument(Buffer.from(json)));
        return post && { author: headOf(social, author), post, isUnlisted: false };
      }),
    );
    return {
      tag,
      posts: mapPage(
        page,
        posts.filter((post) => post !== undefined),
      ),
    };
  });
}
