// Closes an account for ever: nobody can sign in to it, and its name is not given out again. Client-Server API,
// "Account deactivation".
import { carryOut } from '#domain/identity/account-effects';
import type { Identity } from '#domain/identity/identity';
import type { UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

/**
 * @param erase also removes account data and filters
 * @throws ProtocolError notFound when there is no such account
 */
export async function deactivateAccount(identity: Identity, userId: UserId, erase: boolean): Promise<void> {
  const { accounts, callers, clock } = identity;
  await accounts.write(
    async (writer) => {
      const account = await writer.account(userId);
      if (!account) throw new ProtocolError('notFound', 'There is no such account.');
      writer.setAccount(userId, { ...account, deactivatedAt: account.deactivatedAt ?? clock.now() });
      writer.setPasswordHash(userId, undefined);
      writer.setProfile(userId, undefined);
      await writer.removeDevices(userId);
      if (erase) writer.erase(userId);
      writer.addIntent('deactivated', userId);
    },
    { idempotent: true },
  );
  callers.forget(userId);
  await carryOut(identity, { change: 'deactivated', userId });
}
