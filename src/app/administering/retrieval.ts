// The administration's look at single actors and posts, here or elsewhere, answered by domain/social.
import { nameOf } from '#app/administering/name-of';
import type { AdministrationImplementation } from '#app/administration';
import type { retrievalMethods } from '#app/administration/retrieval';
import type { Identity } from '#domain/identity/identity';
import { retrieveActivity } from '#domain/social/retrieve-activity';
import { retrieveActor } from '#domain/social/retrieve-actor';
import { retrieveNote } from '#domain/social/retrieve-note';
import type { Social } from '#domain/social/social';

export function administerRetrieval(
  social: Social,
  identity: Identity,
): Pick<AdministrationImplementation, keyof typeof retrievalMethods> {
  const asker = async (account: string | undefined) =>
    account === undefined ? undefined : nameOf(identity, account);
  return {
    retrieveActor: async ({ target, account }) => retrieveActor(social, target, await asker(account)),
    retrieveActivity: ({ activity }) => retrieveActivity(social, activity),
    retrieveNote: async ({ note, account }) => retrieveNote(social, note, await asker(account)),
  };
}
