// Paths that name a user whom the access token must belong to.
import type { Caller } from '#http/operation';
import type { UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

/** @throws ProtocolError forbidden when the path names somebody else */
export function requireOwnUser(caller: Caller, userId: string): UserId {
  if (userId === caller.userId) return caller.userId;
  throw new ProtocolError('forbidden', 'The access token belongs to another user than the path names.');
}
