// Announce (ActivityPub section 7.11): a boost. What it embeds is never read: a post of ours is known, and a note of
// others is fetched by its id, by a task, and only where somebody here follows the one who boosts.
import type { SocialWriter } from '#databases/social/social-writer';
import { isOpen, isOpenNote, ownPostOf } from '#domain/social/receiving/own-posts';
import type { Effect, Receive, Received } from '#domain/social/receiving/received';
import { spreadBoost } from '#domain/social/receiving/spread-boost';
import { newTask } from '#domain/social/tasks/tasks';
import { actorUri } from '#protocol/activitypub/actor-uris';
import { visibilityOf } from '#protocol/activitypub/addressing';
import { originOf } from '#protocol/activitypub/uris';
import { ProtocolError } from '#support/errors';

export const receiveAnnounce: Receive = async (writer, received) => {
  const { social, activity } = received;
  return originOf(activity.object.id) === social.origin
    ? boostOfOurs(writer, received)
    : boostOfOthers(writer, received);
};

async function boostOfOurs(writer: SocialWriter, received: Received): Promise<Effect> {
  const { social, activity, now } = received;
  const { actor, object } = activity;
  const post = await ownPostOf(writer, social, object.id);
  if (!post || (await writer.blocks.against(post.account, actor))) return 'none';
  if (!isOpen(post)) throw isPrivate();
  const boost = { object: object.id, actor, activity: activity.id, owner: post.account, createdAt: now };
  const spread = await isForReaders(writer, received);
  if (!(await writer.reactions.addBoost(boost))) return 'none';
  if (spread) await spreadBoost(writer, social, boost, actorUri(social.origin, post.account), now);
  return 'stored';
}

async function boostOfOthers(writer: SocialWriter, received: Received): Promise<Effect> {
  const { social, activity, now } = received;
  const { actor, object } = activity;
  if (!(await isForReaders(writer, received))) return 'none';
  const known = await writer.note(object.id);
  if (known?.state === 'deleted') return 'none';
  if (known && !(await isOpenNote(writer, object.id))) throw isPrivate();
  const boost = { object: object.id, actor, activity: activity.id, createdAt: now };
  if (!(await writer.reactions.addBoost(boost))) return 'none';
  if (known) await spreadBoost(writer, social, boost, known.author, now);
  else await writer.tasks.add(newTask(social, 'fetchBoosted', { object: object.id, actor }));
  return 'stored';
}

/** Whether it is for anybody here: its actor is followed, and it is not meant for a few alone. */
async function isForReaders(writer: SocialWriter, { activity, author }: Received): Promise<boolean> {
  const { to, cc, bto, bcc, audience } = activity;
  const isNarrow = [to, cc, bto, bcc, audience].some((named) => named.length > 0);
  if (isNarrow && visibilityOf(activity, author.followers) === 'direct') return false;
  return (await writer.localFollowers(author.uri, { limit: 1 })).items.length > 0;
}

function isPrivate(): ProtocolError {
  return new ProtocolError('forbidden', 'The post is not public, and not for others to pass on.');
}
