// Who of our people does not want to hear of an actor. Where nobody at all blocks it, which is nearly always so, that is
// known after a few reads for all of them together, however many they are.
import { hostsAbove } from '#databases/social/block-reader';
import type { EnginePromises } from '#databases/social/record-engine';
import type { SocialReader } from '#databases/social/social-reader';
import type { Uri } from '#protocol/activitypub/uris';

/** Answers for one account at a time. */
export type Silenced = (account: string) => Promise<boolean>;

/** A record is read for a fraction of what a listing costs: so many accounts are asked one by one at once. */
const askedOneByOneMax = 3;

/** Whether one of these accounts blocks any of these actors, or the host of one. */
export async function silencedBy(
  reader: SocialReader,
  { listings }: EnginePromises,
  actors: readonly Uri[],
  accounts: ReadonlySet<string>,
): Promise<Silenced> {
  // A listing that lags may not show a block yet: then each account is asked, too.
  const areMany = listings === 'current' && accounts.size > askedOneByOneMax;
  if (areMany && !(await isBlockedByAnyone(reader, actors))) return async () => false;
  return async (account) => {
    const found = await Promise.all(actors.map((actor) => reader.blocks.against(account, actor)));
    return found.some((block) => block !== undefined);
  };
}

async function isBlockedByAnyone(reader: SocialReader, actors: readonly Uri[]): Promise<boolean> {
  const targets = new Set(actors.flatMap((actor) => [actor, ...hostsAbove(new URL(actor).hostname)]));
  const found = await Promise.all(
    [...targets].map((target) => reader.blocks.ofTarget(target, 'ours', { limit: 1 })),
  );
  return found.some(({ items }) => items.length > 0);
}
