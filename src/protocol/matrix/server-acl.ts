// Which servers a room lets in: its access control list, compiled once and asked for each request. Client-Server API,
// "Server Access Control Lists (ACLs) for rooms"; Server-Server API, "Server Access Control Lists (ACLs)".
import ipaddr from 'ipaddr.js';
import type { Pdu } from '#protocol/matrix/event';
import { compileGlob, foldCase, type GlobMatcher } from '#protocol/matrix/glob';
import { type JsonObject, own } from '#protocol/matrix/json';

/** True when the list lets the server take part. */
export type ServerAcl = (server: string) => boolean;

/**
 * The list that an `m.room.server_acl` event sets out; without one every server is let in. What is malformed counts as
 * absent: lists are then empty, and IP addresses allowed.
 */
export function serverAcl(event: Pick<Pdu, 'content'> | undefined): ServerAcl {
  // 1. If there is no m.room.server_acl event in the room state, allow.
  if (event === undefined) return () => true;
  const allowsIpLiterals = own(event.content, 'allow_ip_literals') !== false;
  const isDenied = compileList(event.content, 'deny');
  const isAllowed = compileList(event.content, 'allow');
  return (server) => {
    const host = foldCase(withoutPort(server));
    // 2. If the server name is an IP address literal, and allow_ip_literals is present and false, deny.
    if (!allowsIpLiterals && isIpLiteral(host)) return false;
    // 3. If the server name matches an entry in the deny list, deny.
    if (isDenied(host)) return false;
    // 4. If the server name matches an entry in the allow list, allow. 5. Otherwise, deny.
    return isAllowed(host);
  };
}

/** "The suspect server's port number must not be considered." */
function withoutPort(server: string): string {
  return server.replace(/:[0-9]*$/, '');
}

function isIpLiteral(host: string): boolean {
  return host.startsWith('[') || ipaddr.IPv4.isValidFourPartDecimal(host);
}

/** Names without wildcards, which long lists mostly hold, cost one look-up together. */
function compileList(content: JsonObject, key: string): GlobMatcher {
  const listed = own(content, key);
  const patterns: string[] = Array.isArray(listed) ? listed.filter((each) => typeof each === 'string') : [];
  const isGlob = (pattern: string) => /[*?]/.test(pattern);
  const names = new Set(patterns.filter((pattern) => !isGlob(pattern)).map(foldCase));
  const globs = [...new Set(patterns.filter(isGlob))].map((pattern) => compileGlob(pattern, 'whole'));
  return (host) => names.has(host) || globs.some((matches) => matches(host));
}
