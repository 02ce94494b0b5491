// Activity Streams as an answer (ActivityPub section 3.2): the media type that was asked for, and a word to caches that
// the same URL answers browsers with a page. Who has the document already is told that it is the same.
import { etagOf, matchesEtag } from '#http/etags';
import type { Call } from '#http/operation';
import { type Reply, reply, replyText } from '#http/reply';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityJson, activityLdJson } from '#protocol/activitypub/media-types';

export function answerActivity(call: Pick<Call, 'header'>, document: JsonObject, status = 200): Reply {
  const accept = call.header('accept');
  const wantsLd = accept?.includes('application/ld+json') && !accept.includes(activityJson);
  const contentType = wantsLd ? activityLdJson : activityJson;
  const body = JSON.stringify(document);
  if (status !== 200) return replyText(status, contentType, body, { Vary: 'Accept' });
  const headers = { Vary: 'Accept', ETag: etagOf(contentType, body) };
  if (matchesEtag(call.header('if-none-match'), headers.ETag)) return reply(304, undefined, headers);
  return replyText(status, contentType, body, headers);
}
