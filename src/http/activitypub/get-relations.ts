// Followers and following (ActivityPub sections 5.3 and 5.4): totals and pages of actors' URIs, for all to see.
import { countRelations, listRelations, type Relation } from '#domain/social/list-relations';
import type { Social } from '#domain/social/social';
import { answerCollection } from '#http/activitypub/collection-answer';
import { operation } from '#http/operation';
import { pageQuery } from '#http/web/page-query';
import { relationsPageMax } from '#support/limits';

export const getFollowers = (social: Social) => getRelations(social, 'followers', 'apGetFollowers');
export const getFollowing = (social: Social) => getRelations(social, 'following', 'apGetFollowing');

const getRelations = (social: Social, relation: Relation, id: string) =>
  operation({
    id,
    spec: `https://www.w3.org/TR/activitypub/#${relation}`,
    method: 'GET',
    path: `/users/{name}/${relation}`,
    access: 'public',
    rate: 'discovery',
    query: pageQuery,
    answer(call) {
      const { name } = call.params;
      return answerCollection(
        social,
        { name, collection: relation, cursor: call.query.page, call },
        {
          count: () => countRelations(social, name, relation),
          read: (after) => listRelations(social, name, relation, { limit: relationsPageMax, after }),
        },
      );
    },
  });
