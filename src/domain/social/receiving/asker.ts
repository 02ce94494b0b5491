// In whose name something is fetched that somebody elsewhere has pointed at: one of those here who follow that actor.
// Servers that answer signed requests only learn of nobody else.
import type { SocialReader } from '#databases/social/social-reader';
import { requireAccount, signingKeyOf } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import type { Getter } from '#network/follow-redirects';
import { signGetWith } from '#network/signing-key';
import type { Uri } from '#protocol/activitypub/uris';
import { askersLookedAtMax } from '#support/limits';

/** Undefined where nobody follows, or nobody who wants to hear of the server that would be asked. */
export async function askerFor(reader: SocialReader, followed: Uri, asked: Uri): Promise<string | undefined> {
  const { items } = await reader.localFollowers(followed, { limit: askersLookedAtMax });
  for (const { account } of items) {
    const blocks = await Promise.all([followed, asked].map((uri) => reader.blocks.against(account, uri)));
    if (blocks.every((block) => block === undefined)) return account;
  }
  return undefined;
}

/** Throws notFound or gone. */
export async function getterOf(social: Social, name: string): Promise<Getter> {
  const account = await social.database.read((reader) => requireAccount(reader, name));
  return { ...social.getter, signGet: signGetWith(signingKeyOf(social, account), social.clock) };
}
