// A post under its permanent link: the Note for servers, a page for people; a tombstone with 410 where it was deleted
// (ActivityPub sections 3.2 and 6.4).
import { readPost } from '#domain/social/read-post';
import type { Social } from '#domain/social/social';
import { answerActivity } from '#http/activitypub/activity-answer';
import { operation } from '#http/operation';
import { answerPostPage } from '#http/web/post-page';
import { prefersActivityStreams } from '#protocol/activitypub/media-types';

export const getPost = (social: Social) =>
  operation({
    id: 'apGetPost',
    spec: 'https://www.w3.org/TR/activitypub/#retrieving-objects',
    method: 'GET',
    path: '/users/{name}/posts/{id}',
    aliases: ['/@{name}/{id}'],
    access: 'public',
    rate: 'discovery',
    async answer(call) {
      const { name, id } = call.params;
      if (!prefersActivityStreams(call.header('accept'))) return answerPostPage(social, name, id);
      const { state, document } = await readPost(social, name, id);
      return answerActivity(call, document, state === 'deleted' ? 410 : 200);
    },
  });
