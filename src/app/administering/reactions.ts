// The administration's part about likes and boosts, answered by domain/social.
import type { AdministrationImplementation } from '#app/administration';
import type { reactionMethods } from '#app/administration/reactions';
import { findAccount } from '#domain/identity/accounts';
import type { Identity } from '#domain/identity/identity';
import { boost, unboost } from '#domain/social/boost';
import { like, unlike } from '#domain/social/like';
import type { Social } from '#domain/social/social';

export function administerReactions(
  social: Social,
  identity: Identity,
): Pick<AdministrationImplementation, keyof typeof reactionMethods> {
  const nameOf = async (account: string) => (await findAccount(identity, account)).localpart;
  return {
    boost: async ({ account, post, visibility }) =>
      boost(social, await nameOf(account), post, { visibility }),
    unboost: async ({ account, post }) => ({ object: await unboost(social, await nameOf(account), post) }),
    like: async ({ account, post }) => like(social, await nameOf(account), post),
    unlike: async ({ account, post }) => ({ object: await unlike(social, await nameOf(account), post) }),
  };
}
