// Makes an account: its rows, its first session if one is wanted, the use of a registration token and the intent to
// give it an actor, all in one transaction; the actor itself follows the commit.
import { carryOut } from '#domain/identity/account-effects';
import { type Session, storeSession } from '#domain/identity/devices';
import type { Identity } from '#domain/identity/identity';
import { isUsable } from '#domain/identity/registration-tokens';
import { userIdForName } from '#domain/identity/user-names';
import { localpartOf, type UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

export interface NewAccount {
  readonly userId: UserId;
  /** An argon2id hash; without it nobody can sign in by password. */
  readonly passwordHash?: string | undefined;
  readonly admin?: boolean | undefined;
  readonly session?: Session | undefined;
  readonly initialDisplayName?: string | undefined;
  /** The registration token that pays for it. */
  readonly registrationToken?: string | undefined;
}

/** @throws ProtocolError userInUse; forbidden when the registration token can no longer be used */
export async function createAccount(identity: Identity, account: NewAccount): Promise<void> {
  const { accounts, clock } = identity;
  const { userId } = account;
  const now = clock.now();
  await requireUnreserved(identity, userId);
  await accounts.write(async (writer) => {
    if (await writer.account(userId)) throw nameInUse();
    const { registrationToken } = account;
    if (registrationToken !== undefined) {
      const record = await writer.registrationToken(registrationToken);
      if (!isUsable(record, now)) {
        throw new ProtocolError('forbidden', 'The registration token can no longer be used.');
      }
      writer.setRegistrationToken(registrationToken, { ...record, completed: record.completed + 1 });
    }
    writer.setAccount(userId, account.admin ? { createdAt: now, admin: true } : { createdAt: now });
    writer.setPasswordHash(userId, account.passwordHash);
    if (account.session) await storeSession(writer, account.session, account.initialDisplayName, now);
    writer.addIntent('created', userId);
  });
  await carryOut(identity, { change: 'created', userId });
}

/**
 * The user id that a new account of this name would get, if it is free.
 * @throws ProtocolError invalidUsername, userInUse (also for names of accounts that were deactivated)
 */
export async function checkNameAvailable(identity: Identity, name: string): Promise<UserId> {
  const userId = userIdForName(identity, name);
  if (await identity.accounts.read((reader) => reader.account(userId))) throw nameInUse();
  await requireUnreserved(identity, userId);
  return userId;
}

async function requireUnreserved({ isNameTaken }: Identity, userId: UserId): Promise<void> {
  if (await isNameTaken?.(localpartOf(userId))) throw nameInUse();
}

function nameInUse(): ProtocolError {
  return new ProtocolError('userInUse', 'This user name is taken.');
}
