// Which client a request comes from: the socket's address, or what a trusted proxy says in X-Forwarded-For; and the
// subject that rate limits count for it.
import { BlockList, isIP } from 'node:net';

/** Says the client's address: normalised text, or the empty string where there is none. */
export type ClientAddress = (socketAddress: string | undefined, forwardedFor: string | undefined) => string;

/**
 * @param trustedProxies addresses or networks (`10.0.0.0/8`, `::1`) whose X-Forwarded-For is believed. It is read from
 *   the right: the first entry that is not itself a trusted proxy is the client; what stands left of it anyone may
 *   have written.
 */
export function makeClientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return (socketAddress) => normaliseAddress(socketAddress ?? '');
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (socketAddress, forwardedFor) => {
    let client = normaliseAddress(socketAddress ?? '');
    if (forwardedFor === undefined || client === '' || !isTrusted(client)) return client;
    const entries = forwardedFor.split(',');
    for (let index = entries.length - 1; index >= 0; index--) {
      const entry = normaliseAddress((entries[index] ?? '').trim());
      if (entry === '') break;
      client = entry;
      if (!isTrusted(entry)) break;
    }
    return client;
  };
}

/** An IPv4-mapped IPv6 address as IPv4; brackets and ports taken off; the empty string for what is no address. */
function normaliseAddress(text: string): string {
  let address = text;
  if (isIP(address) === 0) {
    address = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([0-9.]+):\d+$/.exec(text)?.[1] ?? '';
    if (isIP(address) === 0) return '';
  }
  const zone = address.indexOf('%');
  if (zone >= 0) address = address.slice(0, zone);
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address.toLowerCase();
}

/** Whom a rate limit counts: an IPv4 address, or the /64 network of an IPv6 one, since a home has a whole one. */
export function addressSubject(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros: string[] =
    tail === undefined ? [] : Array(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
