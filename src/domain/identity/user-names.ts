// The names by which people of this server may be called: a local part or a whole user id, in any case of letters.
// Client-Server API, "Matrix User ID"; Appendices, "User Identifiers" (new ones are lower case).
import type { Identity } from '#domain/identity/identity';
import { isUserId, newUserId, serverOf, type UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

/** True for the user ids that this server gives out. */
export function isLocal({ serverName }: Pick<Identity, 'serverName'>, userId: UserId): boolean {
  return serverOf(userId) === serverName;
}

/**
 * The user id that a new account of this name would get: upper-case letters count as lower-case ones.
 * @throws ProtocolError invalidUsername
 */
export function userIdForName({ serverName }: Pick<Identity, 'serverName'>, name: string): UserId {
  return newUserId(name.toLowerCase(), serverName);
}

/** The user id that is meant by a local part or a user id of this server; undefined for everything else. */
export function findLocalUserId(identity: Pick<Identity, 'serverName'>, name: string): UserId | undefined {
  if (name.startsWith('@')) {
    const colon = name.indexOf(':');
    const userId = colon < 0 ? name : name.slice(0, colon).toLowerCase() + name.slice(colon);
    return isUserId(userId) && isLocal(identity, userId) ? userId : undefined;
  }
  try {
    return userIdForName(identity, name);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
