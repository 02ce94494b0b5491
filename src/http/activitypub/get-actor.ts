// An actor: Activity Streams for servers, the profile page for people (ActivityPub sections 3.2 and 4.1).
import { getActorDocument } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { answerActivity } from '#http/activitypub/activity-answer';
import { operation } from '#http/operation';
import { pageQuery } from '#http/web/page-query';
import { answerProfilePage } from '#http/web/profile-page';
import { prefersActivityStreams } from '#protocol/activitypub/media-types';

export const getActor = (social: Social) =>
  operation({
    id: 'apGetActor',
    spec: 'https://www.w3.org/TR/activitypub/#actor-objects',
    method: 'GET',
    path: '/users/{name}',
    aliases: ['/@{name}'],
    access: 'public',
    rate: 'discovery',
    query: pageQuery,
    async answer(call) {
      const { name } = call.params;
      const accept = call.header('accept');
      if (!prefersActivityStreams(accept)) return answerProfilePage(social, name, call.query.page);
      return answerActivity(accept, await getActorDocument(social, name));
    },
  });
