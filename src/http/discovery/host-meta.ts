// Web Host Metadata (RFC 6415), which some servers ask for before WebFinger.
import { operation } from '#http/operation';
import { reply, replyText } from '#http/reply';
import { buildHostMeta, buildHostMetaJson, xrdContentType } from '#protocol/activitypub/host-meta';
import type { Origin } from '#protocol/activitypub/uris';

export const hostMeta = (origin: Origin) =>
  operation({
    id: 'apHostMeta',
    spec: 'https://www.rfc-editor.org/rfc/rfc6415#section-2',
    method: 'GET',
    path: '/.well-known/host-meta',
    access: 'public',
    rate: 'discovery',
    answer: (call) =>
      call.header('accept')?.includes('application/json')
        ? reply(200, buildHostMetaJson(origin), { Vary: 'Accept' })
        : replyText(200, xrdContentType, buildHostMeta(origin), { Vary: 'Accept' }),
  });

export const hostMetaJson = (origin: Origin) =>
  operation({
    id: 'apHostMetaJson',
    spec: 'https://www.rfc-editor.org/rfc/rfc6415#section-3',
    method: 'GET',
    path: '/.well-known/host-meta.json',
    access: 'public',
    rate: 'discovery',
    answer: () => buildHostMetaJson(origin),
  });
