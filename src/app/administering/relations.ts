// The administration's part about who follows and blocks whom, answered by domain/social.
import { nameOf } from '#app/administering/name-of';
import { nextOf } from '#app/administering/page';
import type { AdministrationImplementation } from '#app/administration';
import type { relationMethods } from '#app/administration/relations';
import type { Identity } from '#domain/identity/identity';
import { approveFollower, rejectFollower, removeFollower } from '#domain/social/answer-follower';
import { block, listBlocks, unblock } from '#domain/social/block';
import { follow } from '#domain/social/follow';
import { listRelations } from '#domain/social/list-relations';
import type { Social } from '#domain/social/social';
import { unfollow } from '#domain/social/unfollow';

export function administerRelations(
  social: Social,
  identity: Identity,
): Pick<AdministrationImplementation, keyof typeof relationMethods> {
  return {
    follow: async ({ account, target }) => follow(social, await nameOf(identity, account), target),
    unfollow: async ({ account, target }) => ({
      actor: await unfollow(social, await nameOf(identity, account), target),
    }),
    approveFollower: async ({ account, target }) => ({
      actor: await approveFollower(social, await nameOf(identity, account), target),
    }),
    rejectFollower: async ({ account, target }) => ({
      actor: await rejectFollower(social, await nameOf(identity, account), target),
    }),
    removeFollower: async ({ account, target }) => ({
      actor: await removeFollower(social, await nameOf(identity, account), target),
    }),
    async followers({ account, ...page }) {
      const found = await listRelations(social, await nameOf(identity, account), 'followers', page);
      return { total: found.total, followers: found.items, ...nextOf(found) };
    },
    async following({ account, ...page }) {
      const found = await listRelations(social, await nameOf(identity, account), 'following', page);
      return { total: found.total, following: found.items, ...nextOf(found) };
    },
    block: async ({ account, target }) => block(social, await nameOf(identity, account), target),
    unblock: async ({ account, target }) => unblock(social, await nameOf(identity, account), target),
    async blocks({ account, ...page }) {
      const found = await listBlocks(social, await nameOf(identity, account), page);
      const blocks = found.items.map(({ target, isHost, createdAt }) => ({ target, isHost, createdAt }));
      return { blocks, ...nextOf(found) };
    },
  };
}
