// The consistency check of the accounts database: from the primary rows (devices, entries of account data) the derived
// ones are made anew in memory and compared with what is stored, and every device must be an account's.
import type { AccountsTables } from '#databases/accounts/accounts-reader';
import type { Snapshot } from '#store/contract';
import { type CheckReport, compareRows } from '#support/difference';

const keyOf = (...parts: readonly string[]): string => parts.join(' | ');

/** Reads the accounts, the tables that are derived, and those that they come from, at one snapshot. */
export async function checkAccounts(tables: AccountsTables, snapshot: Snapshot): Promise<CheckReport> {
  const tokens = new Map<string, string>();
  const slots = new Map<string, string>();
  const foundTokens = new Map<string, string>();
  const foundSlots = new Map<string, string>();
  const accounts = new Set<string>();
  const ownerless = new Map<string, string>();
  let primaryRows = 0;
  for await (const { key } of tables.accounts.scan(snapshot)) {
    primaryRows++;
    accounts.add(key[0]);
  }
  for await (const { key, value } of tables.devices.scan(snapshot)) {
    primaryRows++;
    if (!accounts.has(key[0])) ownerless.set(key[0], 'an account, which has devices');
    tokens.set(value.tokenHash, keyOf(...key));
  }
  for await (const { key, value } of tables.tokens.scan(snapshot)) {
    foundTokens.set(key[0].toString('base64'), keyOf(value.userId, value.deviceId));
  }
  for await (const { key, value } of tables.accountData.scan(snapshot)) {
    primaryRows++;
    const [user, at] = key;
    const slot = keyOf(user, value.slot);
    // Entries come in the order of their positions: one that has a successor in its slot should have been removed.
    const stray = slots.get(slot);
    if (stray !== undefined) slots.set(`${slot} (left behind)`, stray);
    slots.set(slot, at);
  }
  for await (const { key, value } of tables.accountDataSlots.scan(snapshot)) {
    foundSlots.set(keyOf(...key), String(value.at));
  }
  return {
    rowsRead: primaryRows + foundTokens.size + foundSlots.size,
    differences: [
      ...compareRows('accounts', ownerless, new Map()),
      ...compareRows('tokens', tokens, foundTokens),
      ...compareRows('accountDataSlots', slots, foundSlots),
    ],
  };
}
