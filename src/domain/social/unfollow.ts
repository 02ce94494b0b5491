// Following somebody no longer: the relation ends at once, and the Undo is queued in the same transaction, with the same
// Follow in it that was sent.
import type { AccountRecord } from '#databases/social/records/accounts';
import type { FollowingRecord } from '#databases/social/records/following';
import type { SocialReader } from '#databases/social/social-reader';
import type { SocialWriter } from '#databases/social/social-writer';
import { findActor, parseTarget, type Target } from '#domain/social/find-actor';
import { type KnownRelations, knownActor } from '#domain/social/known-actors';
import { localNameOf, requireAccount } from '#domain/social/local-actors';
import { newActivityUri, sendActivity } from '#domain/social/own-activities';
import type { Social } from '#domain/social/social';
import { RemoteError } from '#network/remote-error';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { buildUndoFollow } from '#protocol/activitypub/follow';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

/**
 * Ends a relation or withdraws the request for one; answers with whom it was with.
 * @throws ProtocolError notFound where `target` is not followed; invalidParam
 */
export async function unfollow(social: Social, name: string, target: string): Promise<Uri> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  const parsed = parseTarget(social, target);
  const followed = await social.database.read((reader) =>
    knownActor(social, reader, parsed, followingsOf(reader, name)),
  );
  const actor = followed ?? (await resolve(social, account, parsed, target));
  const id = newActivityUri(social, name);
  await social.database.write(async (writer) => {
    const relation = await writer.following(name, actor);
    if (!relation) throw notFollowed(name, target);
    await endFollowing(writer, social, relation, { id, now: social.clock.now() });
  });
  return actor;
}
/** Ends a relation in the caller's transaction, and tells whom it was with. `id` is the Undo's. */
export async function endFollowing(
  writer: SocialWriter,
  social: Social,
  { account, actor, state, follow }: FollowingRecord,
  { id, now }: { readonly id: Uri; readonly now: number },
): Promise<void> {
  await writer.removeFollowing(account, actor);
  const self = actorUri(social.origin, account);
  const local = localNameOf(social, actor);
  if (local !== undefined) {
    await writer.removeFollower(local, self);
    return;
  }
  const remote = await writer.remoteActor(actor);
  // A request that was turned down left nothing to undo.
  if (!remote || state === 'rejected') return;
  const activity = buildUndoFollow(id, { id: follow, actor: self, object: actor });
  await sendActivity(writer, { account, activity, inboxes: [remote.inbox], now });
}

/** A page may lead to an actor that is followed by another URI; what leads nowhere is not followed. */
async function resolve(social: Social, account: AccountRecord, target: Target, asked: string): Promise<Uri> {
  try {
    const found = await findActor(social, account, target);
    return found.kind === 'local' ? actorUri(social.origin, found.name) : found.actor.uri;
  } catch (error) {
    if (error instanceof RemoteError) throw notFollowed(account.name, asked);
    throw error;
  }
}

function notFollowed(name: string, asked: string): ProtocolError {
  return new ProtocolError('notFound', `${name} does not follow ${asked.slice(0, 256)}.`);
}

function followingsOf(reader: SocialReader, name: string): KnownRelations {
  return {
    one: (actor) => reader.following(name, actor),
    pages: (['accepted', 'pending', 'rejected'] as const).map(
      (state) => (page) => reader.followings(name, state, page),
    ),
  };
}
