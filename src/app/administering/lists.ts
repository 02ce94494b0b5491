// The administration's lists of what the social database holds, and its counts, answered by domain/social.
import { nameOf } from '#app/administering/name-of';
import { nextOf } from '#app/administering/page';
import type { AdministrationImplementation } from '#app/administration';
import type { listMethods } from '#app/administration/lists';
import type { Identity } from '#domain/identity/identity';
import { countDatabases } from '#domain/social/count-databases';
import { listActivities } from '#domain/social/list-activities';
import { listDeliveries, listDeliveriesOf, retrieveDelivery } from '#domain/social/list-deliveries';
import { listInbox } from '#domain/social/list-inbox';
import { listPosts } from '#domain/social/list-posts';
import { listBoosts, listLikes, type ReactionQuery } from '#domain/social/list-reactions';
import { listReports } from '#domain/social/list-reports';
import type { Social } from '#domain/social/social';

export function administerLists(
  social: Social,
  identity: Identity,
): Pick<AdministrationImplementation, keyof typeof listMethods> {
  const named = async (query: ReactionQuery): Promise<ReactionQuery> =>
    query.of === 'post' ? query : { ...query, account: await nameOf(identity, query.account) };
  return {
    async activities({ account, ...query }) {
      const of = account === undefined ? undefined : await nameOf(identity, account);
      const found = await listActivities(social, { ...query, account: of });
      return { activities: found.items.map(withoutListed), ...nextOf(found) };
    },
    async likes(query) {
      const found = await listLikes(social, await named(query));
      return { likes: found.items, ...nextOf(found) };
    },
    async boosts(query) {
      const found = await listBoosts(social, await named(query));
      return { boosts: found.items, ...nextOf(found) };
    },
    async reports(page) {
      const found = await listReports(social, page);
      return { reports: found.items, ...nextOf(found) };
    },
    async posts({ account, ...page }) {
      const found = await listPosts(social, await nameOf(identity, account), page);
      return { posts: found.items, ...nextOf(found) };
    },
    async inbox({ account, ...page }) {
      const found = await listInbox(social, await nameOf(identity, account), page);
      return { notes: found.items, ...nextOf(found) };
    },
    async deliveries({ account, ...page }) {
      const found = await listDeliveries(social, await nameOf(identity, account), page);
      return { deliveries: found.items, ...nextOf(found) };
    },
    async deliveriesOf({ activity, ...page }) {
      const found = await listDeliveriesOf(social, activity, page);
      return { deliveries: found.items, ...nextOf(found) };
    },
    retrieveDelivery: ({ activity, inbox }) => retrieveDelivery(social, activity, inbox),
    countRecords: async (range) => ({ counts: await countDatabases(social, range) }),
  };
}

function withoutListed<T extends { readonly listed: boolean }>({ listed: _listed, ...activity }: T) {
  return activity;
}
