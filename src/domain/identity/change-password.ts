// A new password. Client-Server API, "Password management".
import type { Identity } from '#domain/identity/identity';
import type { UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

export interface PasswordChange {
  readonly password: string;
  /** Ends all sessions but the one that is named, where it is. */
  readonly removeDevices: boolean;
  readonly exceptDeviceId?: string | undefined;
}

/** @throws ProtocolError weakPassword, invalidParam; notFound when there is no such account, userDeactivated */
export async function changePassword(
  identity: Identity,
  userId: UserId,
  change: PasswordChange,
): Promise<void> {
  const { accounts, callers, passwords } = identity;
  const hash = await passwords.hash(change.password);
  await accounts.write(
    async (writer) => {
      const account = await writer.account(userId);
      if (!account) throw new ProtocolError('notFound', 'There is no such account.');
      if (account.deactivatedAt !== undefined) {
        throw new ProtocolError('userDeactivated', 'This account has been deactivated.');
      }
      // Read, so that an attempt of unknown outcome cannot take place after a later change and undo it.
      await writer.passwordHash(userId);
      writer.setPasswordHash(userId, hash);
      if (change.removeDevices) await writer.removeDevices(userId, change.exceptDeviceId);
    },
    { idempotent: true },
  );
  if (change.removeDevices) callers.forget(userId);
}
