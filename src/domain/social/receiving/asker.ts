// In whose name something is fetched that somebody elsewhere has pointed at: one of those here who follow that actor.
// A server that is asked learns of nobody else.
import type { AccountRecord } from '#databases/social/records/accounts';
import type { SocialReader } from '#databases/social/social-reader';
import type { Uri } from '#protocol/activitypub/uris';
import { askersLookedAtMax } from '#support/limits';

/** Undefined where nobody follows, or nobody who wants to hear of the server that would be asked. */
export async function askerFor(
  reader: SocialReader,
  followed: Uri,
  asked: Uri,
): Promise<AccountRecord | undefined> {
  const { items } = await reader.localFollowers(followed, { limit: askersLookedAtMax });
  for (const { account: name } of items) {
    const [account, block] = await Promise.all([reader.account(name), reader.blocks.against(name, asked)]);
    if (!block && account && account.deletedAt === undefined) return account;
  }
  return undefined;
}
