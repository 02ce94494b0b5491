// Undo (ActivityPub sections 6.10 and 7.5) of a Follow, Like, Announce or Block. What is undone is told by its id, where
// we have kept it, or by its two ends. What else is undone had no effect here.
import type { SocialWriter } from '#databases/social/social-writer';
import { localNameOf } from '#domain/social/local-actors';
import type { Effect, Receive, Received } from '#domain/social/receiving/received';
import { withdrawBoost } from '#domain/social/receiving/withdraw-boost';
import type { Uri } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

interface Undone {
  readonly type: string;
  readonly object: Uri;
  /** Where we have kept it: an Undo of an earlier one comes too late to end a later one. */
  readonly id?: Uri;
}

export const receiveUndo: Receive = async (writer, received) => {
  const undone = await whatIsUndone(writer, received);
  switch (undone?.type) {
    case 'Follow':
      return endFollow(writer, received, undone);
    case 'Like':
      return endLike(writer, received, undone);
    case 'Announce':
      return endBoost(writer, received, undone);
    case 'Block':
      return endBlock(writer, received, undone);
    default:
      return 'none';
  }
};

async function whatIsUndone(
  writer: SocialWriter,
  { activity: { actor, object } }: Received,
): Promise<Undone | undefined> {
  const known = await writer.activity(object.id);
  if (!known) {
    const { type, ends } = object;
    return type !== undefined && ends ? { type, object: ends.object } : undefined;
  }
  if (known.actor !== actor)
    throw new ProtocolError('forbidden', 'An actor may undo only activities of its own.');
  return { type: known.type, object: known.object, id: known.uri };
}

async function endFollow(
  writer: SocialWriter,
  { social, activity, signedAt }: Received,
  { object, id }: Undone,
): Promise<Effect> {
  const { actor } = activity;
  const name = localNameOf(social, object);
  const between = name === undefined ? undefined : await writer.follower(name, actor);
  // A Follow that is known and that made no relation that holds has ended already. Some servers give every Follow of theirs
  // the same id: then another relation may be meant than the one that the id stood for first.
  const isNamed = between && (!id || between.follows.includes(id));
  const relation = isNamed || !id ? between : await writer.followerByFollow(actor, id);
  const removed = relation && (await writer.removeFollower(relation.account, actor));
  if (!removed) return 'none';
  // From when on the same Follow may be sent anew.
  for (const follow of removed.follows) await writer.renewActivity(follow, signedAt);
  return 'stored';
}

async function endLike(
  writer: SocialWriter,
  { activity: { actor } }: Received,
  { object, id }: Undone,
): Promise<Effect> {
  const like = await writer.reactions.like(object, actor);
  if (!like || (id && like.activity !== id)) return 'none';
  await writer.reactions.removeLike(object, actor);
  return 'stored';
}

async function endBoost(writer: SocialWriter, received: Received, { object, id }: Undone): Promise<Effect> {
  const { actor } = received.activity;
  const boost = await writer.reactions.boost(object, actor);
  if (!boost || (id && boost.activity !== id)) return 'none';
  await withdrawBoost(writer, received.social, boost);
  return 'stored';
}

async function endBlock(
  writer: SocialWriter,
  { social, activity: { actor } }: Received,
  { object, id }: Undone,
): Promise<Effect> {
  const account = localNameOf(social, object);
  const block = account === undefined ? undefined : await writer.blocks.get(account, 'theirs', actor);
  if (!block || (id && block.activity !== id)) return 'none';
  await writer.blocks.remove(block.account, 'theirs', actor);
  return 'stored';
}
