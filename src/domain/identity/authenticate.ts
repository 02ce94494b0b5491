// Whose access token it is. Client-Server API, "Using access tokens".
import type { Caller } from '#domain/identity/caller-cache';
import { hashAccessToken } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { localpartOf } from '#protocol/matrix/identifiers';
import type { Awaitable } from '#support/awaitable';
import { ProtocolError } from '#support/errors';

/**
 * Finds out who calls, mostly from memory; when it was not from memory, notes that the device was seen.
 * @throws ProtocolError unknownToken when the token is nobody's, or no longer
 */
export function authenticate(identity: Identity, token: string, clientAddress: string): Awaitable<Caller> {
  return identity.callers.get(token) ?? readCaller(identity, token, clientAddress);
}

async function readCaller(identity: Identity, token: string, clientAddress: string): Promise<Caller> {
  const { accounts, callers, sightings } = identity;
  const { generation } = callers;
  const owner = await accounts.read((reader) => reader.tokenOwner(hashAccessToken(token)));
  if (!owner) {
    throw new ProtocolError('unknownToken', 'This access token is not known, or has been logged out.', {
      soft_logout: false,
    });
  }
  const caller: Caller = { ...owner, localpart: localpartOf(owner.userId) };
  callers.remember(token, caller, generation);
  sightings.note(caller, clientAddress);
  return caller;
}
