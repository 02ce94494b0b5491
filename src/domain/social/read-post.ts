// One post under its permanent link: to the world only where it is public; where it was, a tombstone. With it go the
// numbers of those who like and boost it.
import type { PostRecord } from '#databases/social/records/posts';
import type { SocialReader } from '#databases/social/social-reader';
import { requireAccount } from '#domain/social/local-actors';
import { headOf, type ProfileHead } from '#domain/social/read-profile';
import { isOpen } from '#domain/social/receiving/own-posts';
import { type ShownPost, shownPost } from '#domain/social/shown-post';
import type { Social } from '#domain/social/social';
import { actorUri, postUri, reactionsUri } from '#protocol/activitypub/actor-uris';
import { type JsonObject, readJsonDocument } from '#protocol/activitypub/json-document';
import { asDocument, buildTombstone } from '#protocol/activitypub/note';
import { ProtocolError } from '#support/errors';

export type PublicPost =
  | { readonly state: 'published'; readonly document: JsonObject }
  | { readonly state: 'deleted'; readonly document: JsonObject };

export interface PostPage {
  readonly author: ProfileHead;
  readonly post: ShownPost;
  /** Whoever has its address may read it, and nobody is led to it. */
  readonly isUnlisted: boolean;
}

export type Reactions = 'likes' | 'shares';

/** Throws notFound, for what is not public as for what does not exist; gone for the posts of an account that is. */
export async function readPost(
  { database, origin }: Social,
  account: string,
  id: string,
): Promise<PublicPost> {
  const { post, json } = await database.read(async (reader) => ({
    post: await requirePublicPost(reader, account, id),
    json: await reader.postJson(account, id),
  }));
  const uri = postUri(actorUri(origin, account), id);
  if (post.state === 'deleted' || json === undefined) {
    return { state: 'deleted', document: buildTombstone(uri, post.updatedAt ?? post.publishedAt) };
  }
  const collections = { likes: reactionsUri(uri, 'likes'), shares: reactionsUri(uri, 'shares') };
  return {
    state: 'published',
    document: asDocument({ ...readJsonDocument(Buffer.from(json)), ...collections }),
  };
}

/** How many like or boost a post. Throws as `readPost`, and gone for a post that is deleted. */
export async function countReactions(
  { database, origin }: Social,
  account: string,
  id: string,
  reactions: Reactions,
): Promise<number> {
  const uri = postUri(actorUri(origin, account), id);
  return database.read(async (reader) => {
    const post = await requirePublicPost(reader, account, id);
    if (post.state === 'deleted') throw new ProtocolError('gone', 'This post has been deleted.');
    return reactions === 'likes' ? reader.reactions.likesTotal(uri) : reader.reactions.boostsTotal(uri);
  });
}

async function requirePublicPost(reader: SocialReader, account: string, id: string): Promise<PostRecord> {
  await requireAccount(reader, account);
  const post = await reader.post(account, id);
  if (!post || !isOpen(post)) throw new ProtocolError('notFound', 'There is no such post.');
  return post;
}

/** A public post as its page shows it. Throws as `readPost`, and gone for a post that is deleted. */
export async function readPostPage(social: Social, account: string, id: string): Promise<PostPage> {
  return social.database.read(async (reader) => {
    const author = await requireAccount(reader, account);
    const record = await requirePublicPost(reader, account, id);
    const json = await reader.postJson(account, id);
    if (record.state === 'deleted' || json === undefined) {
      throw new ProtocolError('gone', 'This post has been deleted.');
    }
    const post = await shownPost(reader, readJsonDocument(Buffer.from(json)));
    if (!post) throw new ProtocolError('notFound', 'There is no such post.');
    return { author: headOf(social, author), post, isUnlisted: record.visibility === 'unlisted' };
  });
}
