// Where we go and where not. Anybody can hand us a URL, so that without these checks anybody could make us speak to the
// machines around us (server-side request forgery).
import ipaddr from 'ipaddr.js';
import { RemoteError } from '#network/remote-error';

export interface NetworkPolicy {
  /** Permits http:, loopback and private addresses, and ports of any number: for one's own network and for tests. */
  readonly allowPrivateNetwork: boolean;
}

const allowedUnderPrivate = new Set(['unicast', 'loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);
/** The only IPv6 space that is given out for the public network. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Refuses (RemoteError, forbidden) a URL that no other server's document may send us to: only https on its usual port,
 * or, on a private network, http and any port too.
 */
export function checkUrl(url: URL, policy: NetworkPolicy): void {
  checkScheme(url, policy);
  if (url.port !== '' && !policy.allowPrivateNetwork)
    throw refusal(`Port ${url.port} of ${url.hostname} is not allowed`);
  if (url.username !== '' || url.password !== '') throw refusal('A URL must not carry user information');
}

/** The part of `checkUrl` that holds for every request. */
export function checkScheme(url: URL, policy: NetworkPolicy): void {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && policy.allowPrivateNetwork)) return;
  throw refusal(`${url.protocol} to ${url.hostname} is not allowed`);
}

/** Refuses (RemoteError, forbidden) an address that is not on the public network. */
export function checkAddress(address: string, policy: NetworkPolicy): void {
  if (!isAllowed(address, policy)) throw refusal(`The address ${address} is not on the public network`);
}

export function isAllowed(address: string, policy: NetworkPolicy): boolean {
  if (!ipaddr.isValid(address)) return false;
  let parsed: ipaddr.IPv4 | ipaddr.IPv6 = ipaddr.parse(address);
  if (policy.allowPrivateNetwork) {
    if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()) parsed = parsed.toIPv4Address();
    return allowedUnderPrivate.has(parsed.range());
  }
  // Every range with a name of its own is special: mapped and translated addresses, tunnels, documentation, …
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
}

function refusal(message: string): RemoteError {
  return new RemoteError('forbidden', message);
}
