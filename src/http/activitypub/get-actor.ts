// An actor: Activity Streams for servers, the profile page for people (ActivityPub sections 3.2 and 4.1). Whoever asks for
// another name of an account is sent to its own.
import { findAlias } from '#domain/social/aliases';
import { getActorDocument } from '#domain/social/local-actors';
import type { Social } from '#domain/social/social';
import { answerActivity } from '#http/activitypub/activity-answer';
import { operation } from '#http/operation';
import { reply } from '#http/reply';
import { pageQuery } from '#http/web/page-query';
import { answerProfilePage } from '#http/web/profile-page';
import { actorUri, profileUri } from '#protocol/activitypub/actor-uris';
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
      const account = await findAlias(social, name.toLowerCase());
      if (account !== undefined) {
        const uriOf = call.rawTarget.startsWith('/@') ? profileUri : actorUri;
        return reply(302, undefined, { Location: uriOf(social.origin, account), Vary: 'Accept' });
      }
      if (!prefersActivityStreams(call.header('accept'))) {
        return answerProfilePage(social, name, call.query.page);
      }
      return answerActivity(call, await getActorDocument(social, name));
    },
  });
