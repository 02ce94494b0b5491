// The activities of public posts under their own URIs (ActivityPub section 3.1: ids can be dereferenced).
import { readActivityOf } from '#domain/social/read-outbox';
import type { Social } from '#domain/social/social';
import { answerActivity } from '#http/activitypub/activity-answer';
import { operation } from '#http/operation';

export const getActivity = (social: Social) =>
  operation({
    id: 'apGetActivity',
    spec: 'https://www.w3.org/TR/activitypub/#retrieving-objects',
    method: 'GET',
    path: '/users/{name}/activities/{id}',
    access: 'public',
    rate: 'discovery',
    async answer(call) {
      const { name, id } = call.params;
      return answerActivity(call, await readActivityOf(social, name, id));
    },
  });
