// Block (ActivityPub sections 6.9 and 7.9), as some servers send it: what was between the two ends both ways, and
// nothing is delivered to the one who blocks from then on.
import { localNameOf } from '#domain/social/local-actors';
import type { Receive } from '#domain/social/receiving/received';

export const receiveBlock: Receive = async (writer, { social, activity, signedAt, now }) => {
  const { actor, object } = activity;
  const name = localNameOf(social, object.id);
  const account = name === undefined ? undefined : await writer.account(name);
  if (!account || account.deletedAt !== undefined) return 'none';
  const isNew = await writer.blocks.add({
    account: account.name,
    side: 'theirs',
    target: actor,
    isHost: false,
    activity: activity.id,
    createdAt: now,
  });
  if (!isNew) return 'none';
  const follower = await writer.removeFollower(account.name, actor);
  // A Follow that was signed before does not come back; one that is sent after the Block has been undone does.
  for (const follow of follower?.follows ?? []) await writer.renewActivity(follow, signedAt);
  await writer.removeFollowing(account.name, actor);
  return 'stored';
};
