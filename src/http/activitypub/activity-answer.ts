// Activity Streams as an answer (ActivityPub section 3.2): the media type that was asked for, and a word to caches that
// the same URL answers browsers with a page.
import { type Reply, reply } from '#http/reply';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityJson, activityLdJson } from '#protocol/activitypub/media-types';

export function answerActivity(accept: string | undefined, document: JsonObject, status = 200): Reply {
  const wantsLd = accept?.includes('application/ld+json') && !accept.includes(activityJson);
  return reply(status, document, {
    'content-type': wantsLd ? activityLdJson : activityJson,
    Vary: 'Accept',
  });
}
