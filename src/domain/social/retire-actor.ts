// The end of an actor, with its account: from now on it is answered with 410, and those who know it are told in the same
// transaction (ActivityPub section 6.4).
import { newId } from '#domain/social/new-ids';
import type { Social } from '#domain/social/social';
import { endAccount } from '#domain/social/spreading/end-account';
import { buildActorDelete } from '#protocol/activitypub/actor-document';
import { activityUri, actorUri } from '#protocol/activitypub/actor-uris';

/** Harmless where it is gone already, or never was. */
export async function retireActor(social: Social, name: string): Promise<void> {
  const { database, clock, origin } = social;
  const actor = actorUri(origin, name);
  const activity = activityUri(actor, newId(social));
  await database.write(
    async (writer) => {
      const account = await writer.account(name);
      if (!account || account.deletedAt !== undefined) return;
      const now = clock.now();
      await writer.updateAccount({ ...account, deletedAt: now });
      await writer.addActivity(
        { uri: activity, type: 'Delete', actor, object: actor, account: name, listed: false, storedAt: now },
        JSON.stringify(buildActorDelete(activity, actor)),
      );
      await writer.deliveries.queue({ activity, account: name, inboxes: [], toFollowers: true, now });
      await endAccount(writer, social, { account: name, activity });
    },
    { idempotent: true },
  );
}
