// What other servers of the fediverse may ask of us, and people with a browser under the same URLs.
import type { Social } from '#domain/social/social';
import { getActivity } from '#http/activitypub/get-activity';
import { getActor } from '#http/activitypub/get-actor';
import { getIcon } from '#http/activitypub/get-icon';
import { getOutbox } from '#http/activitypub/get-outbox';
import { getPost } from '#http/activitypub/get-post';
import { getLikes, getShares } from '#http/activitypub/get-reactions';
import { getFollowers, getFollowing } from '#http/activitypub/get-relations';
import { postInbox, postSharedInbox } from '#http/activitypub/post-inbox';
import type { Operation } from '#http/operation';
import { tagPage } from '#http/web/tag-page';

export const activitypubOperations = (social: Social): Operation[] => [
  getActor(social),
  postInbox(social),
  postSharedInbox(social),
  getOutbox(social),
  getFollowers(social),
  getFollowing(social),
  getPost(social),
  getLikes(social),
  getShares(social),
  getIcon(social),
  tagPage(social),
  getActivity(social),
];
