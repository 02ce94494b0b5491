// The administration's part about posts, and about likes and boosts of posts anywhere, answered by domain/social.
import { nameOf } from '#app/administering/name-of';
import type { AdministrationImplementation } from '#app/administration';
import type { postMethods } from '#app/administration/posts';
import type { reactionMethods } from '#app/administration/reactions';
import type { Identity } from '#domain/identity/identity';
import { boost, unboost } from '#domain/social/boost';
import { deletePost } from '#domain/social/delete-post';
import { editPost } from '#domain/social/edit-post';
import { like, unlike } from '#domain/social/like';
import { publishPost } from '#domain/social/publish-post';
import type { Social } from '#domain/social/social';

type PostMethods = keyof typeof postMethods | keyof typeof reactionMethods;

export function administerPosts(
  social: Social,
  identity: Identity,
): Pick<AdministrationImplementation, PostMethods> {
  return {
    post: async ({ account, ...draft }) => ({
      note: await publishPost(social, await nameOf(identity, account), draft),
    }),
    editPost: async ({ account, post, ...edit }) => ({
      note: await editPost(social, await nameOf(identity, account), post, edit),
    }),
    async deletePost({ account, post }) {
      await deletePost(social, await nameOf(identity, account), post);
      return {};
    },
    boost: async ({ account, post, visibility }) =>
      boost(social, await nameOf(identity, account), post, { visibility }),
    unboost: async ({ account, post }) => ({
      object: await unboost(social, await nameOf(identity, account), post),
    }),
    like: async ({ account, post }) => like(social, await nameOf(identity, account), post),
    unlike: async ({ account, post }) => ({
      object: await unlike(social, await nameOf(identity, account), post),
    }),
  };
}
