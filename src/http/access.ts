// Who calls: the access token of a request, wherever it stands, and the caller that it belongs to.
// Client-Server API, "Client Authentication" and "Using access tokens".
import type { Caller } from '#http/operation';
import { parseQuery } from '#http/query';
import type { Awaitable } from '#support/awaitable';
import { ProtocolError } from '#support/errors';

/**
 * Finds out whose token it is.
 * @throws ProtocolError unknownToken (with `soft_logout` where it applies) when it is nobody's
 */
export type Authenticate = (token: string, clientAddress: string) => Awaitable<Caller>;

/**
 * The access token of a request.
 * @param queryString where to look for `access_token` when there is no header; undefined where that is switched off
 * @throws ProtocolError missingToken when the Authorization header is there but is no bearer token
 */
export function accessTokenOf(
  authorization: string | undefined,
  queryString: string | undefined,
): string | undefined {
  if (authorization !== undefined) {
    // RFC 9110 section 11.1: the scheme's name is case-insensitive.
    const token = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
    if (token === undefined) {
      throw new ProtocolError(
        'missingToken',
        'The Authorization header must be "Bearer" and an access token.',
      );
    }
    return token;
  }
  if (queryString === undefined) return undefined;
  const token = parseQuery(queryString).access_token;
  return typeof token === 'string' && token !== '' ? token : undefined;
}
