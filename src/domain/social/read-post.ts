// One post under its permanent link: to the world only where it is public; where it was, a tombstone.
import { requireAccount } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { actorUri, postUri } from '#protocol/activitypub/actor-uris';
import { type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { asDocument, buildTombstone } from '#protocol/activitypub/note';
import { ProtocolError } from '#support/errors';

export type PublicPost =
  | { readonly state: 'published'; readonly document: JsonObject }
  | { readonly state: 'deleted'; readonly document: JsonObject };

/** Throws notFound, for what is not public as for what does not exist; gone for the posts of an account that is. */
export async function readPost(
  { database, origin }: Social,
  account: string,
  id: string,
): Promise<PublicPost> {
  const { post, json } = await database.read(async (reader) => {
    await requireAccount(reader, account);
    return { post: await reader.post(account, id), json: await reader.postJson(account, id) };
  });
  if (!post || (post.visibility !== 'public' && post.visibility !== 'unlisted')) {
    throw new ProtocolError('notFound', 'There is no such post.');
  }
  if (post.state === 'deleted' || json === undefined) {
    const uri = postUri(actorUri(origin, account), id);
    return { state: 'deleted', document: buildTombstone(uri, post.updatedAt ?? post.publishedAt) };
  }
  return { state: 'published', document: asDocument(readJsonDocument(Buffer.from(json))) };
}
