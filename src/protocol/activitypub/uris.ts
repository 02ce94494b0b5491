// Identifiers of the fediverse are http(s) URIs written by others in many ways. They are brought into one form before
// anything compares, stores or fetches them (WHATWG URL Standard; FEP-fe34 for what an origin is).
import { ProtocolError } from '#support/errors';
import { uriCharactersMax } from '#support/limits';

/** A normalised http(s) URI: lower-case punycode host without trailing dot, no default port, no user information. */
export type Uri = string & { readonly __uri: unique symbol };

/** Scheme, host and port: `https://example.org` or `http://localhost:8008`. */
export type Origin = string & { readonly __origin: unique symbol };

/** Brings `text` into the one form, or answers undefined where it is no http(s) URI that we accept. */
export function normaliseUri(text: unknown): Uri | undefined {
  return parse(text)?.href as Uri | undefined;
}

/** As `normaliseUri`, but a text that is none is refused. `what` names it in the error (badJson). */
export function requireUri(text: unknown, what: string): Uri {
  const uri = normaliseUri(text);
  if (uri === undefined) throw new ProtocolError('badJson', `${what} must be an absolute http or https URI`);
  return uri;
}

export function originOf(uri: Uri): Origin {
  return new URL(uri).origin as Origin;
}

/** Reads an origin that was configured; anything beyond scheme, host and port is an error. */
export function parseOrigin(text: string): Origin {
  const url = parse(text);
  if (url?.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new ProtocolError('invalidParam', `${text} is not an origin such as https://example.org`);
  }
  return url.origin as Origin;
}

/** Host with port, as in a Host header. */
export function authorityOf(uri: Uri | Origin): string {
  return new URL(uri).host;
}

export function sameOrigin(a: Uri, b: Uri): boolean {
  return originOf(a) === originOf(b);
}

/** What is fetched when the URI is dereferenced: fragments stay with the reader (RFC 3986 section 3.5). */
export function withoutFragment(uri: Uri): Uri {
  const at = uri.indexOf('#');
  return at < 0 ? uri : (uri.slice(0, at) as Uri);
}

// Whitespace, controls and backslashes are dropped or turned by the URL parser: two texts that look different to one
// reader would be the same to another.
const suspicious = /[\s\p{Cc}\\]/u;

function parse(text: unknown): URL | undefined {
  if (typeof text !== 'string' || text.length > uriCharactersMax || suspicious.test(text)) return undefined;
  if (!/^https?:\/\/[^/]/i.test(text)) return undefined;
  const url = URL.parse(text);
  if (url?.username !== '' || url.password !== '') return undefined;
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  if (url.hostname === '' || url.hostname.endsWith('.')) return undefined;
  return url;
}
