// Web Host Metadata (RFC 6415): one link that says where WebFinger is, which some servers still look for first.
import type { JsonObject } from '#protocol/activitypub/json-document';
import { escapeHtml } from '#protocol/activitypub/plain-text-to-html';
import type { Origin } from '#protocol/activitypub/uris';
import { jrdContentType } from '#protocol/activitypub/webfinger';

export const xrdContentType = 'application/xrd+xml; charset=utf-8';

/** `/.well-known/host-meta`. */
export function buildHostMeta(origin: Origin): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">',
    `  <Link rel="lrdd" type="${jrdContentType}" template="${escapeHtml(template(origin))}"/>`,
    '</XRD>',
    '',
  ].join('\n');
}

/** `/.well-known/host-meta.json`. */
export function buildHostMetaJson(origin: Origin): JsonObject {
  return { links: [{ rel: 'lrdd', type: jrdContentType, template: template(origin) }] };
}

function template(origin: Origin): string {
  return `${origin}/.well-known/webfinger?resource={uri}`;
}
