// Builds listings and unique sets that a later version of the declarations has added, from the records of a store that an earlier one has
// written. What has been built is noted, so that a store is looked through once; a crash in between begins again and
// changes nothing that is there already.
import { keyOf } from '#databases/social/engines/field-values';
import { derivedRows } from '#databases/social/engines/store/check-records';
import type { StoredType } from '#databases/social/engines/store/record-tables';
import { utf8 } from '#store/codecs';
import type { Position, Store, Transaction } from '#store/contract';
import { keyAfter } from '#store/key-range';
import { declareTable, type Tables, text } from '#store/keyspace';

export const builtDeclarations = {
  built: declareTable('u', 'The listings of a record type that are complete', [text('type')], utf8),
  formerAccounts: declareTable('aa', 'No longer used: accounts in order', [], utf8),
  formerAccountsTotal: declareTable('aa#', 'No longer used: how many accounts', [], utf8),
  formerLeases: declareTable('Z', 'No longer used: who holds a piece of work', [], utf8),
};

const pageRowsMax = 200;

/** Nothing else may write to the store meanwhile. */
export async function buildListings(
  store: Store,
  tables: Tables<typeof builtDeclarations>,
  types: readonly StoredType[],
): Promise<void> {
  const { built } = tables;
  const known = await store.read((snapshot) => built.list(snapshot));
  // Before anything is noted as built, so that a crash in between begins with it again.
  if (known.length === 0) await clearFormer(store, tables);
  const complete = new Map(known.map(({ key: [type], value }) => [type, value]));
  for (const stored of types) {
    const wanted = fingerprintOf(stored);
    if (complete.get(stored.type.name) === wanted) continue;
    await buildType(store, stored);
    await store.transact((transaction) => built.set(transaction, [stored.type.name], wanted), {
      idempotent: true,
    });
  }
}

async function clearFormer(store: Store, tables: Tables<typeof builtDeclarations>): Promise<void> {
  const { formerAccounts, formerAccountsTotal, formerLeases } = tables;
  await store.transact(
    (transaction) => {
      for (const table of [formerAccounts, formerAccountsTotal, formerLeases])
        table.clearRange(transaction, []);
    },
    { idempotent: true },
  );
}

/** Tells one set of what is derived from records from another. */
function fingerprintOf({ type }: StoredType): string {
  return JSON.stringify([type.created ?? null, type.listings, type.unique]);
}

async function buildType(store: Store, stored: StoredType): Promise<void> {
  for (let range = stored.rows.range(); ; ) {
    const { value: last } = await store.transact(
      async (transaction) => {
        const page = await transaction.getRange(range, { limit: pageRowsMax });
        for (const { value } of page.entries) {
          const { at, value: record } = stored.rows.declaration.codec.decode(value);
          await addMissing(transaction, stored, derivedRows(stored, at as Position, record), record);
        }
        return page.more ? page.entries.at(-1)?.key : undefined;
      },
      { idempotent: true },
    );
    if (!last) return;
    range = { begin: keyAfter(last), end: range.end };
  }
}

/** A row that is there has been counted as well. */
async function addMissing(
  transaction: Transaction,
  { created, listings }: StoredType,
  derived: ReturnType<typeof derivedRows>,
  record: { readonly [field: string]: unknown },
): Promise<void> {
  for (const { table, key, value } of derived) {
    if (await transaction.get(key)) continue;
    transaction.set(key, table.declaration.codec.encode(value));
    if (table === created?.rows) created.total.add(transaction, [], 1);
    for (const { rows, totals, listing } of listings.values()) {
      if (table === rows) totals?.add(transaction, keyOf(listing.by, record), 1);
    }
  }
}
