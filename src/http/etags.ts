// Entity tags (RFC 9110 sections 8.8.3 and 13.1.2): what a caller has already need not be sent again.
import { createHash } from 'node:crypto';

/** A strong tag for a body of one media type. */
export function etagOf(contentType: string, body: string): string {
  const hash = createHash('sha256').update(contentType).update('\0').update(body).digest('base64url');
  return `"${hash.slice(0, 27)}"`;
}

/** Whether `If-None-Match` names the tag; tags are compared weakly there. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((listed) => listed.trim().replace(/^W\//, '') === etag);
}
