// The stage in which people show that the account is theirs. Client-Server API, "Password-based".

import { userOfIdentifier } from '#domain/identity/identifier-types';
import type { Identity } from '#domain/identity/identity';
import {
  authenticateInteractively,
  type Challenge,
  endInteractiveSession,
} from '#domain/identity/interactive-auth';
import { checkPassword } from '#domain/identity/log-in';
import type { UserId } from '#protocol/matrix/identifiers';
import { type JsonObject, ownString } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';

/** An operation that has been carried out, or what the client must do first. */
export type Interactive<T> = { readonly value: T } | { readonly challenge: Challenge };

/**
 * Carries something out once the person who is signed in as `userId` has shown the account's password.
 * @param operation what it is, in a word; a session counts for this only
 */
export async function withPassword<T>(
  identity: Identity,
  userId: UserId,
  operation: string,
  auth: JsonObject | undefined,
  act: () => Promise<T>,
): Promise<Interactive<T>> {
  const outcome = await authenticateInteractively(
    identity,
    {
      purpose: `${operation} ${userId}`,
      flows: [['m.login.password']],
      stages: { 'm.login.password': (submitted) => judgePassword(identity, userId, submitted) },
    },
    auth,
  );
  if ('challenge' in outcome) return outcome;
  const value = await act();
  await endInteractiveSession(identity, outcome.session);
  return { value };
}

/** The password must be that of the caller's own account. */
async function judgePassword(identity: Identity, userId: UserId, auth: JsonObject): Promise<undefined> {
  const password = ownString(auth, 'password');
  if (password === undefined)
    throw new ProtocolError('missingParam', 'The field "auth.password" is required.');
  const user = userOfIdentifier(auth);
  const owner = await checkPassword(identity, user, password);
  if (owner.userId !== userId) {
    throw new ProtocolError(
      'forbidden',
      'This is the password of another account than the one you are signed in to.',
    );
  }
}
