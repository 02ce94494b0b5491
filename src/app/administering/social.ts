// The administration's part about the fediverse, answered by domain/social for accounts that domain/identity knows.
import { nextOf } from '#app/administering/page';
import type { AdministrationImplementation } from '#app/administration';
import { findAccount } from '#domain/identity/accounts';
import type { Identity } from '#domain/identity/identity';
import { follow } from '#domain/social/follow';
import { listDeliveries } from '#domain/social/list-deliveries';
import { listInbox } from '#domain/social/list-inbox';
import { listRelations } from '#domain/social/list-relations';
import { publishPost } from '#domain/social/publish-post';
import type { Social } from '#domain/social/social';
import { unfollow } from '#domain/social/unfollow';

type SocialMethods = 'follow' | 'unfollow' | 'post' | 'inbox' | 'followers' | 'deliveries';

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
    post: async ({ account, text, visibility }) => ({
      note: await publishPost(social, await nameOf(account), { text, visibility }),
    }),
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
