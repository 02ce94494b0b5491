// Posts as the objects of what others do with them: which one of ours is meant, whether the one who does it may know of it
// at all, and whether what others have written may be passed on.
import type { PostRecord } from '#databases/social/records/posts';
import type { SocialReader } from '#databases/social/social-reader';
import type { Social } from '#domain/social/social';
import { actorUri, parseLocalUri, postUri } from '#protocol/activitypub/actor-uris';
import { recipientsOf, visibilityOf } from '#protocol/activitypub/addressing';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { readNote } from '#protocol/activitypub/read-note';
import type { Uri } from '#protocol/activitypub/uris';

/**
 * The post that a URI names; undefined for what is none of ours, was deleted, or is an account's that is gone. Only the URI
 * that we gave it counts: by others (`?1`, `%61lice`) one could react to the same post again and again.
 */
export async function ownPostOf(
  reader: SocialReader,
  { origin }: Pick<Social, 'origin'>,
  uri: Uri,
): Promise<PostRecord | undefined> {
  const local = parseLocalUri(origin, uri);
  if (local?.kind !== 'post' || postUri(actorUri(origin, local.name), local.id) !== uri) return undefined;
  const [account, post] = await Promise.all([reader.account(local.name), reader.post(local.name, local.id)]);
  if (!account || account.deletedAt !== undefined) return undefined;
  return post?.state === 'published' ? post : undefined;
}

/** Anybody may pass it on. */
export function isOpen({ visibility }: Pick<PostRecord, 'visibility'>): boolean {
  return visibility === 'public' || visibility === 'unlisted';
}

/** Whether a post was meant for this actor, too. */
export async function maySee(
  reader: SocialReader,
  { origin }: Pick<Social, 'origin'>,
  post: PostRecord,
  actor: Uri,
): Promise<boolean> {
  if (isOpen(post)) return true;
  if (post.visibility === 'followers') {
    const relation = await reader.follower(post.account, actor);
    if (relation?.state === 'accepted') return true;
  }
  const json = await reader.postJson(post.account, post.id);
  if (json === undefined) return false;
  return recipientsOf(readJsonDocument(Buffer.from(json)), actorUri(origin, post.account)).includes(actor);
}

/** Whether anybody may pass on a note by others that is known here. */
export async function isOpenNote(reader: SocialReader, uri: Uri): Promise<boolean> {
  const json = await reader.noteJson(uri);
  if (json === undefined) return false;
  return isOpen({ visibility: visibilityOf(readNote(readJsonDocument(Buffer.from(json))), undefined) });
}
