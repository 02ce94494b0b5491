// Signing in with a password. Client-Server API, "Login" (legacy). Whether the name or the password is wrong shows
// neither in the answer nor in the time that it takes.
import { type DeviceRequest, drawSession, type Session, storeSession } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { findLocalUserId } from '#domain/identity/user-names';
import type { UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

export interface PasswordLogin extends DeviceRequest {
  /** A local part or a whole user id. */
  readonly user: string;
  readonly password: string;
}

/** @throws ProtocolError forbidden when the name or the password is wrong, limitExceeded when too many sign in at once */
export async function logIn(identity: Identity, request: PasswordLogin): Promise<Session> {
  const { accounts, callers, clock } = identity;
  const { userId, hash } = await checkPassword(identity, request.user, request.password);
  const session = drawSession(identity, userId, request);
  const renewed = identity.passwords.isOutdated(hash)
    ? await identity.passwords.hash(request.password)
    : undefined;
  await accounts.write(async (writer) => {
    // The password may have been changed, or the account closed, while it was being checked.
    if ((await writer.passwordHash(userId)) !== hash) throw wrongNameOrPassword();
    if (renewed !== undefined) writer.setPasswordHash(userId, renewed);
    await storeSession(writer, session, request.initialDisplayName, clock.now());
  });
  callers.forget(userId, session.deviceId);
  return session;
}

/**
 * Checks a name and a password.
 * @throws ProtocolError forbidden, always in about the same time
 */
export async function checkPassword(
  { accounts, passwords, serverName }: Identity,
  user: string,
  password: string,
): Promise<{ userId: UserId; hash: string }> {
  const userId = findLocalUserId({ serverName }, user);
  const hash = userId && (await accounts.read((reader) => reader.passwordHash(userId)));
  const matches = await passwords.verify(hash, password);
  if (!matches || userId === undefined || hash === undefined) throw wrongNameOrPassword();
  return { userId, hash };
}

function wrongNameOrPassword(): ProtocolError {
  return new ProtocolError('forbidden', 'The user name or the password is wrong.');
}
