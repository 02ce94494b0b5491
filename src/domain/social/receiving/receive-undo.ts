// Undo (ActivityPub sections 6.10 and 7.5) of a Follow: it ends the relation, whichever of the relation's Follow
// activities it names. What else is undone had no effect here.

import type { SocialWriter } from '#databases/social/social-writer';
import { localNameOf } from '#domain/social/local-actors';
import type { Receive, Received } from '#domain/social/receiving/received';
import { optionalOne } from '#protocol/activitypub/reading';
import { ProtocolError } from '#support/errors';

export const receiveUndo: Receive = async (writer, received) => {
  const { activity, signedAt } = received;
  const account = await accountUnfollowed(writer, received);
  if (account === undefined) return 'none';
  const removed = await writer.removeFollower(account, activity.actor);
  if (!removed) return 'none';
  // From when on the same Follow may be sent anew.
  for (const follow of removed.follows) await writer.renewActivity(follow, signedAt);
  return 'stored';
};

/** The account that is no longer followed; undefined where the Undo names no Follow that still holds. */
async function accountUnfollowed(
  writer: SocialWriter,
  { social, activity: { actor, object } }: Received,
): Promise<string | undefined> {
  const relation = await writer.followerByFollow(actor, object.id);
  if (relation) return relation.account;
  const undone = await writer.activity(object.id);
  if (undone && undone.actor !== actor) {
    throw new ProtocolError('forbidden', 'An actor may undo only activities of its own.');
  }
  // A Follow that we have seen and that made no relation that holds has ended already; one that we have never seen is
  // told by its two ends.
  if (object.type !== 'Follow' || !object.embedded || undone) return undefined;
  const followed = optionalOne(object.embedded, 'object');
  return followed === undefined ? undefined : localNameOf(social, followed);
}
