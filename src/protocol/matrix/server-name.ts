// Server names: the host, and perhaps the port, that a homeserver is known by. Appendices, "Server Name".
import ipaddr from 'ipaddr.js';
import { ProtocolError } from '#support/errors';

/** `hostname[:port]`, case-sensitive. */
export type ServerName = string & { readonly __serverName: unique symbol };

const grammar = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9A-Za-z.-]{1,255}))(?::[0-9]{1,5})?$/;
const dottedQuad = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/;

/**
 * True for a DNS name of at most 255 characters, an IPv4 literal with numbers up to 255, or an IPv6 literal in brackets,
 * each with or without a port of up to five digits.
 */
export function isServerName(text: string): text is ServerName {
  const match = grammar.exec(text);
  if (match === null) return false;
  const [, ipv6, host] = match;
  if (ipv6 !== undefined) return isIpv6(ipv6);
  return !dottedQuad.test(host!) || isIpv4(host!);
}

/** Throws `invalidParam` unless `text` is a server name. */
export function parseServerName(text: string): ServerName {
  if (isServerName(text)) return text;
  throw new ProtocolError('invalidParam', `"${text.slice(0, 64).toWellFormed()}" is not a server name.`);
}

function isIpv4(text: string): boolean {
  return dottedQuad.test(text) && text.split('.').every((part) => Number(part) <= 255);
}

/** RFC 3513, section 2.2. The last four bytes may be written as an IPv4 address, which the library takes in octal too. */
function isIpv6(text: string): boolean {
  if (!text.includes('.')) return ipaddr.IPv6.isValid(text);
  const tail = text.lastIndexOf(':') + 1;
  return isIpv4(text.slice(tail)) && ipaddr.IPv6.isValid(`${text.slice(0, tail)}0.0.0.0`);
}
