// Accept and Reject (ActivityPub sections 7.6 and 7.7): the answer to a Follow that we really sent, by the actor that it
// was sent to. Known by the Follow's id, or by its two ends where the answer embeds it.
import type { FollowingRecord } from '#databases/social/records/following';
import type { SocialWriter } from '#databases/social/social-writer';
import { localNameOf } from '#domain/social/local-actors';
import type { Receive, Received } from '#domain/social/receiving/received';
import { optionalOne } from '#protocol/activitypub/reading';
import { ProtocolError } from '#support/errors';

export const receiveAnswer: Receive = async (writer, received) => {
  const { activity } = received;
  const relation = await relationAnswered(writer, received);
  if (relation?.actor !== activity.actor) {
    throw new ProtocolError('forbidden', 'There is no Follow of that id that this actor was sent.');
  }
  const state = activity.type === 'Accept' ? 'accepted' : 'rejected';
  if (relation.state === state) return 'none';
  await writer.putFollowing({ ...relation, state });
  return 'stored';
};

async function relationAnswered(
  writer: SocialWriter,
  { social, activity: { actor, object } }: Received,
): Promise<FollowingRecord | undefined> {
  const byId = await writer.followingByFollow(object.id);
  if (byId) return byId;
  const follower = object.embedded && optionalOne(object.embedded, 'actor');
  const name = follower === undefined ? undefined : localNameOf(social, follower);
  return name === undefined ? undefined : writer.following(name, actor);
}
