// What clients keep with us for their users. Client-Server API, "Client Config": some types are the server's own.
import type { AccountDataName, AccountsReader, Position } from '#databases/accounts/accounts-database';
import type { Identity } from '#domain/identity/identity';
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject } from '#protocol/matrix/json';
import { defaultPushRules, type PushRuleset } from '#protocol/matrix/push-rules';
import { ProtocolError } from '#support/errors';
import { accountDataBytesMax, eventFieldBytesMax } from '#support/limits';

/** What account data holds: what a client has put there, or the user's push rules. */
export type AccountDataContent = JsonObject | { readonly global: PushRuleset };

/** One piece of account data; `content` is undefined where it was removed. */
export interface AccountDatum extends AccountDataName {
  readonly content: AccountDataContent | undefined;
}

const pushRulesType = 'm.push_rules';

/** Types that clients read as any other and change by operations of their own only ("Server Behaviour"). */
const serverManagedTypes: readonly string[] = ['m.fully_read', pushRulesType];

/** @throws ProtocolError notFound when there is none of this name */
export async function getAccountData(
  { accounts }: Identity,
  userId: UserId,
  name: AccountDataName,
): Promise<AccountDataContent> {
  const content = await accounts.read((reader) => reader.accountData(userId, name));
  if (content) return content;
  if (isPushRules(name)) return pushRulesOf(userId);
  throw new ProtocolError('notFound', 'There is no account data of this type.');
}

/**
 * Puts account data on behalf of a client.
 * @throws ProtocolError serverManaged for the server's own types; invalidParam for a malformed type, tooLarge
 */
export async function putAccountData(
  identity: Identity,
  userId: UserId,
  name: AccountDataName,
  content: JsonObject,
): Promise<void> {
  if (serverManagedTypes.includes(name.type)) {
    throw new ProtocolError(
      'serverManaged',
      `Account data of the type ${name.type} is the server's to change.`,
    );
  }
  await storeAccountData(identity, userId, name, content);
}

/**
 * Puts account data of any type, the server's own ones included: for the operations that stand behind those.
 * @returns the position of the change
 * @throws ProtocolError invalidParam for a malformed type, tooLarge
 */
export async function storeAccountData(
  { accounts }: Identity,
  userId: UserId,
  name: AccountDataName,
  content: JsonObject,
): Promise<Position> {
  checkType(name.type);
  if (Buffer.byteLength(JSON.stringify(content)) > accountDataBytesMax) {
    throw new ProtocolError('tooLarge', `One type of account data has at most ${accountDataBytesMax} bytes.`);
  }
  const written = await accounts.write((writer) => writer.setAccountData(userId, name, content), {
    idempotent: true,
  });
  return written.position;
}

/**
 * What a sync tells of account data behind `after` and through `through`; without `after` everything, and then the push
 * rules that everyone has.
 */
export async function readAccountData(
  reader: AccountsReader,
  userId: UserId,
  after: Position | undefined,
  through: Position,
): Promise<AccountDatum[]> {
  const changes: AccountDatum[] = await reader.accountDataChanges(userId, after, through);
  if (after === undefined && !changes.some(isPushRules)) {
    changes.unshift({ type: pushRulesType, content: pushRulesOf(userId) });
  }
  return changes;
}

/** The rules that decide what notifies a user: the predefined ones. Client-Server API, "Push Rules". */
export function pushRulesOf(userId: UserId): { readonly global: PushRuleset } {
  return { global: defaultPushRules(userId) };
}

function isPushRules({ type, roomId }: AccountDataName): boolean {
  return type === pushRulesType && roomId === undefined;
}

function checkType(type: string): void {
  const fits = type !== '' && Buffer.byteLength(type) <= eventFieldBytesMax;
  if (fits && type.isWellFormed() && !type.includes('\0')) return;
  throw new ProtocolError(
    'invalidParam',
    `A type has between 1 and ${eventFieldBytesMax} bytes, none of them NUL.`,
  );
}
