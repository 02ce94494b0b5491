// Accounts as administrators make and see them.
import type { AccountRecord } from '#databases/accounts/records';
import { createAccount } from '#domain/identity/create-account';
import type { Identity } from '#domain/identity/identity';
import { findLocalUserId, userIdForName } from '#domain/identity/user-names';
import { localpartOf, type UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';

export interface Account {
  readonly userId: UserId;
  readonly localpart: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly admin: boolean;
  readonly deactivatedAt?: number;
}

export interface AccountRequest {
  readonly name: string;
  readonly password?: string | undefined;
  readonly admin?: boolean | undefined;
}

/** Makes an account, whatever the registration policy. @throws ProtocolError invalidUsername, userInUse, weakPassword */
export async function addAccount(
  identity: Identity,
  { name, password, admin }: AccountRequest,
): Promise<Account> {
  const userId = userIdForName(identity, name);
  const passwordHash = password === undefined ? undefined : await identity.passwords.hash(password);
  await createAccount(identity, { userId, passwordHash, admin });
  return getAccount(identity, userId);
}

/** @throws ProtocolError notFound */
export async function getAccount({ accounts }: Identity, userId: UserId): Promise<Account> {
  const account = await accounts.read((reader) => reader.account(userId));
  if (!account) throw noSuchAccount(userId);
  return toAccount(userId, account);
}

/** The account of this name, which may be a local part or a user id. @throws ProtocolError notFound */
export async function findAccount(identity: Identity, name: string): Promise<Account> {
  const userId = findLocalUserId(identity, name);
  if (userId === undefined) throw noSuchAccount(name);
  return getAccount(identity, userId);
}

/** At most `limit` accounts in the order of their user ids, behind `after`. */
export async function listAccounts(
  { accounts }: Identity,
  { after, limit }: { readonly after?: UserId | undefined; readonly limit: number },
): Promise<Account[]> {
  const found = await accounts.read((reader) => reader.accountsAfter(after, limit));
  return found.map(({ userId, account }) => toAccount(userId, account));
}

function toAccount(userId: UserId, { createdAt, admin, deactivatedAt }: AccountRecord): Account {
  return {
    userId,
    localpart: localpartOf(userId),
    createdAt,
    admin: admin === true,
    ...(deactivatedAt === undefined ? {} : { deactivatedAt }),
  };
}

function noSuchAccount(name: string): ProtocolError {
  return new ProtocolError('notFound', `There is no account "${name.slice(0, 64)}" here.`);
}
