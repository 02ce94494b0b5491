// Server names: the host, and perhaps the port, that a homeserver is known by. Appendices, "Server Name".
import ipaddr from 'ipaddr.js';
import { ProtocolError } from '#support/errors';

/** `hostname[:port]`, case-sensitive. */
export type ServerName = string & { readonly __serverName: unique symbol };

const grammar = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9A-Za-z.-]{1,255}))(?::[0-9]{1,5})?$/;
const dottedQuad = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/;

export function isServerName(text: string): text is ServerName {
  const match = grammar.exec(text);
  if (match === null) return false;
  const [, ipv6, host] = match;
  if (ipv6 !== undefined) return ipaddr.IPv6.isValid(ipv6);
  return !dottedQuad.test(host!) || host!.split('.').every((part) => Number(part) <= 255);
}

/** Throws `invalidParam` unless `text` is a server name. */
export function parseServerName(text: string): ServerName {
  if (isServerName(text)) return text;
  throw new ProtocolError('invalidParam', `"${text.slice(0, 64)}" is not a server name.`);
}
