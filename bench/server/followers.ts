// Followers of an account, written into the records of a server that is stopped: accepted, as their signed requests would
// have left them.
import { loadConfig } from '#app/config/config';
import { openBackEnd } from '#app/social-records';
import { openStores } from '#app/stores';
import { openSocialDatabase } from '#databases/social/social-database';
import type { Uri } from '#protocol/activitypub/uris';
import { systemClock } from '#support/clock';
import { silentLogger } from '#support/logging';
import { systemRandom } from '#support/random';

export interface NewFollower {
  readonly account: string;
  readonly actor: string;
  readonly inbox: string;
  readonly sharedInbox?: string;
}

const followersPerTransaction = 100;

/** @param uri where the server's social records are */
export async function addFollowers(
  dataDirectory: string,
  uri: string,
  followers: readonly NewFollower[],
): Promise<void> {
  const flags = { data: dataDirectory, 'social.records': uri };
  const { databases } = loadConfig({ flags, environment: {} });
  await using stores = await openStores(databases, { clock: systemClock, random: systemRandom });
  const parts = { clock: systemClock, random: systemRandom, logger: silentLogger };
  await using records = await openBackEnd(uri, { openStore: async () => stores.social, ...parts });
  const social = openSocialDatabase(records.engine);
  for (let from = 0; from < followers.length; from += followersPerTransaction) {
    await social.write(async (writer) => {
      for (const { account, actor, inbox, sharedInbox } of followers.slice(
        from,
        from + followersPerTransaction,
      )) {
        await writer.putFollower({
          account,
          actor: actor as Uri,
          state: 'accepted',
          follows: [`${actor}/follows/1` as Uri],
          inbox: inbox as Uri,
          ...(sharedInbox === undefined ? {} : { sharedInbox: sharedInbox as Uri }),
          since: systemClock.now(),
        });
      }
    });
  }
}
