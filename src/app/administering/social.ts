// The administration's parts about the fediverse, answered by domain/social for accounts that domain/identity knows.
import { administerLists } from '#app/administering/lists';
import { administerPosts } from '#app/administering/posts';
import { administerProfiles } from '#app/administering/profiles';
import { administerRelations } from '#app/administering/relations';
import { administerRetrieval } from '#app/administering/retrieval';
import type { Identity } from '#domain/identity/identity';
import type { Social } from '#domain/social/social';

export function administerSocial(social: Social, identity: Identity) {
  return {
    ...administerProfiles(social, identity),
    ...administerRelations(social, identity),
    ...administerPosts(social, identity),
    ...administerLists(social, identity),
    ...administerRetrieval(social, identity),
  };
}
