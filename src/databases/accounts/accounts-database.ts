// The accounts database: accounts, credentials, devices, registration tokens, profiles, filters and account data.
import { type AccountsParts, AccountsReader, type AccountsTables } from '#databases/accounts/accounts-reader';
import { AccountsWriter } from '#databases/accounts/accounts-writer';
import { checkAccounts } from '#databases/accounts/check-accounts';
import { accountsDeclarations } from '#databases/accounts/keys';
import type { Change } from '#store/change-log';
import type { Position, Store, TransactOptions } from '#store/contract';
import { Database, type Written } from '#store/database';
import { SlotStream } from '#store/stream';
import type { Awaitable } from '#support/awaitable';
import type { CheckReport } from '#support/difference';

export type { AccountDataName } from '#databases/accounts/account-data-slots';
export type { AccountsReader } from '#databases/accounts/accounts-reader';
export type { AccountsWriter } from '#databases/accounts/accounts-writer';
export type { Position } from '#store/contract';

export interface AccountsDatabase {
  readonly tables: AccountsTables;
  read<T>(body: (reader: AccountsReader) => Awaitable<T>): Promise<T>;
  write<T>(body: (writer: AccountsWriter) => Awaitable<T>, options?: TransactOptions): Promise<Written<T>>;
  readChanges(after: Position): Promise<{ changes: Change[]; through: Position }>;
  readLogFloor(): Promise<Position>;
  trimLog(through: Position): Promise<void>;
  untilChanged(after: Position, signal: AbortSignal): Promise<void>;
  /** Every derived row compared with what the primary rows make of it. */
  check(): Promise<{ value: CheckReport; steady: boolean }>;
}

/** Opens the database in a store, which stays its caller's to dispose of. */
export async function openAccountsDatabase(store: Store): Promise<AccountsDatabase> {
  const database = await Database.open(store, 'accounts', accountsDeclarations);
  const tables: AccountsTables = database.tables;
  const parts: AccountsParts = {
    tables,
    accountData: new SlotStream(tables.accountData, tables.accountDataSlots),
  };
  return {
    tables,
    read: (body) => database.read((snapshot) => body(new AccountsReader(snapshot, parts))),
    write: (body, options) => database.write((writing) => body(new AccountsWriter(writing, parts)), options),
    readChanges: (after) => database.readChanges(after),
    readLogFloor: () => database.readLogFloor(),
    trimLog: (through) => database.trimLog(through),
    untilChanged: (after, signal) => database.untilChanged(after, signal),
    check: () => database.readAtLength((snapshot) => checkAccounts(tables, snapshot)),
  };
}
