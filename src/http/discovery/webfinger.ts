// WebFinger (RFC 7033): from an address to the actor. Any page may ask (section 5); CORS headers are on every answer.
import { z } from 'zod';
import { discoverAccount } from '#domain/social/discover-account';
import type { Social } from '#domain/social/social';
import { operation } from '#http/operation';
import { queryList } from '#http/query';
import { reply } from '#http/reply';
import { jrdContentType } from '#protocol/activitypub/webfinger';

export const webfinger = (social: Social) =>
  operation({
    id: 'apWebFinger',
    spec: 'https://www.rfc-editor.org/rfc/rfc7033#section-4',
    method: 'GET',
    path: '/.well-known/webfinger',
    access: 'public',
    rate: 'discovery',
    query: z.object({ resource: z.string(), rel: queryList.optional() }),
    answer: async ({ query: { resource, rel } }) =>
      reply(200, await discoverAccount(social, resource, rel ?? []), { 'content-type': jrdContentType }),
  });
