// `keys dump`: the raw rows of a database in their order, each named by the table that declares it.
import type { AdministrationImplementation } from '#app/administration';
import type { DatabaseName } from '#app/administration/databases';
import type { Store } from '#store/contract';
import { findDirectory } from '#store/directory';
import { keyAfter, prefixRange } from '#store/key-range';
import { nameKey } from '#store/keyspace';
import { ProtocolError } from '#support/errors';

/** A database as the dump sees it: where it lies, and the tables that name its keys. */
export interface DumpedDatabase {
  readonly store: Store;
  readonly tables: object;
}

/** Pages hold at most so many rows: few enough for a transaction's five seconds, whatever the values' size. */
const rowsPerPageMax = 1_000;

/** `next` is the last raw key of the page, in hexadecimal. */
export function administerKeys(
  databases: Readonly<Partial<Record<DatabaseName, DumpedDatabase>>>,
): Pick<AdministrationImplementation, 'dumpKeys'> {
  return {
    async dumpKeys({ database, after, limit }) {
      const dumped = databases[database];
      if (!dumped) {
        throw new ProtocolError(
          'invalidParam',
          `The ${database} database is not kept in a store, and has no keys.`,
        );
      }
      const { store, tables } = dumped;
      if (after !== undefined && !/^([0-9a-f]{2})+$/.test(after)) {
        throw new ProtocolError('invalidParam', `"${after}" is no place in a dump of keys.`);
      }
      return store.read(async (snapshot) => {
        const prefix = await findDirectory(snapshot, ['hearth', database]);
        if (!prefix) return { keys: [] };
        const range = prefixRange(prefix);
        const begin = after === undefined ? range.begin : keyAfter(Buffer.from(after, 'hex'));
        const page = await snapshot.getRange(
          { begin, end: range.end },
          { limit: Math.min(limit, rowsPerPageMax) },
        );
        const keys = page.entries.map(({ key, value }) => ({
          path: nameKey(tables, key) ?? `(no table declares it) ${key.toString('hex')}`,
          valueBytes: value.length,
        }));
        const last = page.entries.at(-1);
        return { keys, ...(page.more && last ? { next: last.key.toString('hex') } : {}) };
      });
    },
  };
}
