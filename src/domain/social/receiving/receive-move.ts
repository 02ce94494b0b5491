// Move (FEP-7628): an actor says that it is another one from now on. Whether it is so, the other one must say as well: a
// task asks it, and then those here who follow the one follow the other (move-followers.ts).
import type { Receive } from '#domain/social/receiving/received';
import { newTask } from '#domain/social/tasks/tasks';
import { originOf } from '#protocol/activitypub/uris';
import { moveIntervalMsMin } from '#support/limits';

export const receiveMove: Receive = async (writer, { social, activity, now }) => {
  const { actor: from, target: to } = activity;
  // Accounts of ours do not say that they have been others.
  if (to === undefined || originOf(to) === social.origin) return 'none';
  const known = await writer.remoteActor(from);
  if (known?.movedAt !== undefined && now - known.movedAt < moveIntervalMsMin) return 'none';
  const { items } = await writer.localFollowers(from, { limit: 1 });
  if (items.length === 0) return 'none';
  await writer.tasks.add(newTask(social, 'moveFollowers', { from, to, isVerified: false }));
  return 'stored';
};
