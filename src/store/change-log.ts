// The global log of a database: one row per transaction that names the subjects (rooms, users, …) whose streams it
// moved. Readers tail it to know which streams to read; the head row's watch tells them when.
import { stamped, utf8 } from '#store/codecs';
import type { Position, Snapshot, Store, Transaction } from '#store/contract';
import { declareTable, position, type Tables } from '#store/keyspace';
import { firstPosition, lastPosition, PendingPosition } from '#store/versionstamp';

export const changeLogDeclarations = {
  log: declareTable('L', 'The subjects that one transaction changed', [position('at')], utf8),
  logHead: declareTable('H', 'The position of the newest row of the log', [], stamped(utf8)),
  logFloor: declareTable('F', 'Rows of the log up to here have been trimmed', [], utf8),
};

export type ChangeLogTables = Tables<typeof changeLogDeclarations>;

/** One transaction's entry in the log. */
export interface Change {
  readonly at: Position;
  readonly subjects: readonly string[];
}

/** Writes the transaction's row of the log: two blind writes. Subjects hold no line break. */
export function logChange(
  tables: ChangeLogTables,
  transaction: Transaction,
  subjects: Iterable<string>,
): void {
  const at = new PendingPosition(transaction.nextOrder());
  tables.log.set(transaction, [at], [...subjects].join('\n'));
  tables.logHead.set(transaction, [], { at, value: '' });
}

/** The log behind `after`, oldest first, at most one page; and whether there is more. */
export async function readChanges(
  tables: ChangeLogTables,
  reader: Snapshot,
  after: Position,
): Promise<{ changes: Change[]; more: boolean }> {
  const page = await tables.log.page(reader, [], { after });
  return {
    changes: page.rows.map(({ key: [at], value }) => ({ at, subjects: value.split('\n') })),
    more: page.more,
  };
}

/** Below this the log is incomplete; whoever stands there must look at the streams themselves. */
export async function readLogFloor(tables: ChangeLogTables, reader: Snapshot): Promise<Position> {
  return ((await tables.logFloor.get(reader, [])) as Position | undefined) ?? firstPosition;
}

/** Removes the log up to `through` and says so in the floor. */
export async function trimLog(tables: ChangeLogTables, store: Store, through: Position): Promise<void> {
  await store.transact(
    async (transaction) => {
      if ((await readLogFloor(tables, transaction)) >= through) return;
      transaction.clearRange({
        begin: tables.log.key([firstPosition]),
        end: tables.log.key([through < lastPosition ? through : firstPosition]),
      });
      tables.logFloor.set(transaction, [], through);
    },
    { idempotent: true },
  );
}
