// What other servers of the fediverse may ask of us, and people with a browser under the same URLs.
import type { Social } from '#domain/social/social';
import { getActivity } from '#http/activitypub/get-activity';
import { getActor } from '#http/activitypub/get-actor';
import { getOutbox } from '#http/activitypub/get-outbox';
import { getPost } from '#http/activitypub/get-post';
import { getFollowers, getFollowing } from '#http/activitypub/get-relations';
import { postInbox, postSharedInbox } from '#http/activitypub/post-inbox';
import type { Operation } from '#http/operation';

export const activitypubOperations = (social: Social): Operation[] => [
  getActor(social),
  postInbox(social),
  postSharedInbox(social),
  getOutbox(social),
  getFollowers(social),
  getFollowing(social),
  getPost(social),
  getActivity(social),
];
