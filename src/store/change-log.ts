// The global log of a database: one row per transaction (more where they would not fit) that names the subjects (rooms, users, …) whose streams it
// moved. Readers tail it to know which streams to read; the head row's watch tells them when.
import { stamped, utf8 } from '#store/codecs';
import type { Position, Snapshot, Store, Transaction } from '#store/contract';
import { declareTable, position, type Tables } from '#store/keyspace';
import { endOf, firstPosition, lastPosition, PendingPosition, stampOf } from '#store/versionstamp';

export const changeLogDeclarations = {
  log: declareTable('L', 'The subjects that one transaction changed', [position('at')], utf8),
  logHead: declareTable('H', 'The position of the newest row of the log', [], stamped(utf8)),
  logFloor: declareTable('F', 'Rows of the log up to here have been trimmed', [], utf8),
};

export type ChangeLogTables = Tables<typeof changeLogDeclarations>;

/** One row of the log: subjects of one transaction. */
export interface Change {
  readonly at: Position;
  readonly subjects: readonly string[];
}

/** Subjects of one row, so that it fits a value of the store however many a transaction has. */
const rowBytesMax = 50_000;

/** Writes the transaction's rows of the log, mostly one: blind writes. Subjects hold no line break. */
export function logChange(
  tables: ChangeLogTables,
  transaction: Transaction,
  subjects: Iterable<string>,
): void {
  let at = new PendingPosition(transaction.nextOrder());
  let row: string[] = [];
  let bytesLeft = rowBytesMax;
  for (const subject of subjects) {
    const bytes = Buffer.byteLength(subject) + 1;
    if (bytes > bytesLeft && row.length > 0) {
      tables.log.set(transaction, [at], row.join('\n'));
      at = new PendingPosition(transaction.nextOrder());
      row = [];
      bytesLeft = rowBytesMax;
    }
    row.push(subject);
    bytesLeft -= bytes;
  }
  tables.log.set(transaction, [at], row.join('\n'));
  tables.logHead.set(transaction, [], { at, value: '' });
}

/**
 * The log behind `after`, oldest first, at most about one page; and whether there is more. A transaction's rows come
 * together: its streams have moved before the first of them, so whoever knows one must know all.
 */
export async function readChanges(
  tables: ChangeLogTables,
  reader: Snapshot,
  after: Position,
): Promise<{ changes: Change[]; more: boolean }> {
  const { rows, more } = await tables.log.page(reader, [], { after });
  const last = rows.at(-1)?.key[0];
  if (more && last) {
    const bounds = { after: last, through: endOf(stampOf(last)) };
    for await (const row of tables.log.scan(reader, [], bounds)) rows.push(row);
  }
  return { changes: rows.map(({ key: [at], value }) => ({ at, subjects: value.split('\n') })), more };
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
