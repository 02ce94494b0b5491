// The administration's parts about the fediverse, answered by domain/social for accounts that domain/identity knows.
import { administerLists } from '#app/administering/lists';
import { administerPosts } from '#app/administering/posts';
import { administerProfiles } from '#app/administering/profiles';
import { administerRelations } from '#app/administering/relations';
import { administerRetrieval } from '#app/administering/retrieval';
import type { Identity } from '#domain/identity/identity';
import type { Social } from '#domain/social/social';
import { ProtocolError } from '#support/errors';

export function administerSocial(social: Social, identity: Identity) {
  const methods = {
    ...administerProfiles(social, identity),
    ...administerRelations(social, identity),
    ...administerPosts(social, identity),
    ...administerLists(social, identity),
    ...administerRetrieval(social, identity),
  };
  const { name, promises } = social.database;
  return promises.keeps ? methods : refusing(methods, name);
}

/** Where nothing is kept, nothing is found either: better said than shown as an account without anything. */
function refusing<M extends object>(methods: M, name: string): M {
  const refuse = async () => {
    throw new ProtocolError(
      'unavailable',
      `The social records are in "${name}", which keeps nothing: this server has no part in the fediverse.`,
    );
  };
  return Object.fromEntries(Object.keys(methods).map((method) => [method, refuse])) as M;
}
