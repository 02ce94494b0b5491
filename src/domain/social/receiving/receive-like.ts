// Like (ActivityPub section 7.10), a reaction with an emoji among them (FEP-c0e0), of a post of ours. Likes of what lies
// elsewhere are not ours to count.
import { maySee, ownPostOf } from '#domain/social/receiving/own-posts';
import type { Receive } from '#domain/social/receiving/received';
import { ProtocolError } from '#support/errors';

export const receiveLike: Receive = async (writer, { social, activity, now }) => {
  const { actor, object, content } = activity;
  const post = await ownPostOf(writer, social, object.id);
  if (!post || (await writer.blocks.against(post.account, actor))) return 'none';
  if (!(await maySee(writer, social, post, actor))) {
    throw new ProtocolError('forbidden', 'The post was not sent to this actor.');
  }
  const isNew = await writer.reactions.addLike({
    object: object.id,
    actor,
    activity: activity.id,
    owner: post.account,
    ...(content === undefined ? {} : { content }),
    createdAt: now,
  });
  return isNew ? 'stored' : 'none';
};
