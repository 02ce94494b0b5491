// The administration's part about the fediverse, answered by domain/social for accounts that domain/identity knows.
import { nextOf } from '#app/administering/page';
import type { AdministrationImplementation } from '#app/administration';
import type { postMethods } from '#app/administration/posts';
import type { relationMethods } from '#app/administration/relations';
import { findAccount } from '#domain/identity/accounts';
import type { Identity } from '#domain/identity/identity';
import { approveFollower, rejectFollower, removeFollower } from '#domain/social/answer-follower';
import { block, listBlocks, unblock } from '#domain/social/block';
import { deletePost } from '#domain/social/delete-post';
import { editPost } from '#domain/social/edit-post';
import { follow } from '#domain/social/follow';
import { listDeliveries } from '#domain/social/list-deliveries';
import { listInbox } from '#domain/social/list-inbox';
import { listRelations } from '#domain/social/list-relations';
import { publishPost } from '#domain/social/publish-post';
import type { Social } from '#domain/social/social';
import { unfollow } from '#domain/social/unfollow';

type SocialMethods = keyof typeof relationMethods | keyof typeof postMethods;

export function administerSocial(
  social: Social,
  identity: Identity,
): Pick<AdministrationImplementation, SocialMethods> {
  /** An account may be named by its local part or its user id, in any case. */
  const nameOf = async (account: string) => (await findAccount(identity, account)).localpart;
  return {
    follow: async ({ account, target }) => follow(social, await nameOf(account), target),
    unfollow: async ({ account, target }) => ({
      actor: await unfollow(social, await nameOf(account), target),
    }),
    approveFollower: async ({ account, target }) => ({
      actor: await approveFollower(social, await nameOf(account), target),
    }),
    rejectFollower: async ({ account, target }) => ({
      actor: await rejectFollower(social, await nameOf(account), target),
    }),
    removeFollower: async ({ account, target }) => ({
      actor: await removeFollower(social, await nameOf(account), target),
    }),
    block: async ({ account, target }) => block(social, await nameOf(account), target),
    unblock: async ({ account, target }) => unblock(social, await nameOf(account), target),
    async blocks({ account, ...page }) {
      const found = await listBlocks(social, await nameOf(account), page);
      const blocks = found.items.map(({ target, isHost, createdAt }) => ({ target, isHost, createdAt }));
      return { blocks, ...nextOf(found) };
    },
    post: async ({ account, ...draft }) => ({
      note: await publishPost(social, await nameOf(account), draft),
    }),
    editPost: async ({ account, post, ...edit }) => ({
      note: await editPost(social, await nameOf(account), post, edit),
    }),
    async deletePost({ account, post }) {
      await deletePost(social, await nameOf(account), post);
      return {};
    },
    async inbox({ account, ...page }) {
      const found = await listInbox(social, await nameOf(account), page);
      return { notes: [...found.items], ...nextOf(found) };
    },
    async followers({ account, ...page }) {
      const found = await listRelations(social, await nameOf(account), 'followers', page);
      return { total: found.total, followers: [...found.items], ...nextOf(found) };
    },
    async deliveries({ account, ...page }) {
      const found = await listDeliveries(social, await nameOf(account), page);
      return { deliveries: [...found.items], ...nextOf(found) };
    },
  };
}
