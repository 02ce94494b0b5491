// The end of an actor, with its account: from now on it is answered with 410, and those who know it are told in the same
// transaction (ActivityPub section 6.4).
import { localNameOf } from '#domain/social/local-actors';
import { newId } from '#domain/social/new-ids';
import type { Social } from '#domain/social/social';
import { buildActorDelete } from '#protocol/activitypub/actor-document';
import { activityUri, actorUri } from '#protocol/activitypub/actor-uris';
import type { Uri } from '#protocol/activitypub/uris';

const followingsPageMax = 500;

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
      // Whom the account follows knows it as well as who follows it.
      const inboxes = new Set<Uri>();
      for (let page = await writer.followings(name, 'accepted', { limit: followingsPageMax }); ; ) {
        for (const relation of page.items) {
          const remote = await writer.remoteActor(relation.actor);
          if (remote) inboxes.add(remote.sharedInbox ?? remote.inbox);
          await writer.removeFollowing(name, relation.actor);
          const local = localNameOf(social, relation.actor);
          if (local !== undefined) await writer.removeFollower(local, actor);
        }
        if (page.next === undefined) break;
        page = await writer.followings(name, 'accepted', { limit: followingsPageMax, cursor: page.next });
      }
      await writer.updateAccount({ ...account, deletedAt: now });
      await writer.addActivity(
        { uri: activity, type: 'Delete', actor, object: actor, account: name, listed: false, storedAt: now },
        JSON.stringify(buildActorDelete(activity, actor)),
      );
      await writer.deliveries.queue({ activity, account: name, inboxes, toFollowers: true, now });
    },
    { idempotent: true },
  );
}
