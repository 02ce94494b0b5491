// The picture of an account. It was uploaded by somebody, so that a browser is told to do nothing with it but show it; its
// address changes with the picture, so that it can be kept for long.
import { z } from 'zod';
import { readIcon } from '#domain/social/read-icon';
import type { Social } from '#domain/social/social';
import { matchesEtag } from '#http/etags';
import { operation } from '#http/operation';
import { reply, replyText } from '#http/reply';

const forLong = 'public, max-age=31536000, immutable';
const forAnHour = 'public, max-age=3600';

export const getIcon = (social: Social) =>
  operation({
    id: 'apGetIcon',
    spec: 'https://www.w3.org/TR/activitystreams-vocabulary/#dfn-icon',
    method: 'GET',
    path: '/users/{name}/icon',
    access: 'public',
    rate: 'discovery',
    query: z.object({ at: z.string().max(32).optional() }),
    async answer(call) {
      const { bytes, mediaType, version } = await readIcon(social, call.params.name);
      const etag = `"${version}"`;
      const headers = {
        ETag: etag,
        'Cache-Control': call.query.at === version ? forLong : forAnHour,
        'X-Content-Type-Options': 'nosniff',
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'Cross-Origin-Resource-Policy': 'cross-origin',
      };
      if (matchesEtag(call.header('if-none-match'), etag)) return reply(304, undefined, headers);
      return replyText(200, mediaType, bytes, headers);
    },
  });
