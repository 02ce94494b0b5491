// Likes and shares of a post (ActivityPub sections 5.7 and 5.8): how many there are, for all to see where the post is; not
// by whom.
import { countReactions, type Reactions } from '#domain/social/read-post';
import type { Social } from '#domain/social/social';
import { answerActivity } from '#http/activitypub/activity-answer';
import { operation } from '#http/operation';
import { actorUri, postUri, reactionsUri } from '#protocol/activitypub/actor-uris';
import { buildOrderedCollection } from '#protocol/activitypub/collections';

export const getLikes = (social: Social) => getReactions(social, 'likes', 'apGetLikes');
export const getShares = (social: Social) => getReactions(social, 'shares', 'apGetShares');

const getReactions = (social: Social, reactions: Reactions, id: string) =>
  operation({
    id,
    spec: `https://www.w3.org/TR/activitypub/#${reactions}`,
    method: 'GET',
    path: `/users/{name}/posts/{id}/${reactions}`,
    access: 'public',
    rate: 'discovery',
    async answer(call) {
      const { name, id: post } = call.params;
      const totalItems = await countReactions(social, name, post, reactions);
      const uri = reactionsUri(postUri(actorUri(social.origin, name), post), reactions);
      return answerActivity(call, buildOrderedCollection({ id: uri, totalItems, paged: false }));
    },
  });
