// Addresses of people as `name@host` (RFC 7565, "The 'acct' URI Scheme"). Names and hosts are compared without regard to
// case, hosts in punycode.
import { ProtocolError } from '#support/errors';

export interface AccountAddress {
  /** Lower case. */
  readonly name: string;
  /** Host, with port where there is one; lower case, punycode. */
  readonly host: string;
}

/** Reads `acct:name@host`, `name@host` or `@name@host`; undefined where it is none. */
export function parseAccountAddress(text: string): AccountAddress | undefined {
  if (text.length > 1_024) return undefined;
  const match = /^(?:acct:)?@?([^@\s/?#]+)@([^@\s/?#\\]+)$/i.exec(text);
  if (!match) return undefined;
  const name = decode(match[1]!)?.toLowerCase();
  const url = URL.parse(`https://${match[2]}`);
  if (!name || /[\s\p{Cc}@/]/u.test(name) || !url || url.pathname !== '/' || url.username !== '')
    return undefined;
  const host = url.host.replace(/\.(?=:|$)/, '');
  return host === '' ? undefined : { name, host };
}

/** As `parseAccountAddress`; a text that is none is invalidParam. */
export function requireAccountAddress(text: string): AccountAddress {
  const address = parseAccountAddress(text);
  if (!address)
    throw new ProtocolError(
      'invalidParam',
      `${text.slice(0, 256)} is not an address such as bob@example.org`,
    );
  return address;
}

export function formatAccountAddress({ name, host }: AccountAddress): string {
  return `${name}@${host}`;
}

export function sameAddress(a: AccountAddress, b: AccountAddress): boolean {
  return a.name === b.name && a.host === b.host;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
