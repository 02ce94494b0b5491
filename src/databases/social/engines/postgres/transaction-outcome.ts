// What became of a transaction whose commit was not answered: the server says, by the number that the transaction had.
// https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
import type { SqlConnection } from '#databases/social/engines/sql/sql-database';

/** By what a transaction is found again. */
export interface TransactionMark {
  readonly number: string;
  /** Of the server that gave the number. */
  readonly incarnation: string;
}

export const numberQuery = 'select pg_current_xact_id()::text';

/**
 * Differs before and after a crash, also one that ends the connections only: statistics begin anew then. A server that
 * crashes forgets numbers of which nothing has reached its disk, and gives them out again.
 */
export const incarnationQuery =
  'select concat(pg_postmaster_start_time(), stats_reset) as incarnation from pg_stat_bgwriter';

/** A number that the server has not given out yet is one that it forgot. */
const statusQuery = `select case when $1::text::xid8 < pg_current_xact_id() then pg_xact_status($1::text::xid8) end,
  incarnation from (${incarnationQuery}) as server`;

/** The first number that was given out since the server came back, or since some time later. */
const firstNumberQuery = `select (split_part(next_xid, ':', 1)::bigint << 32) + split_part(next_xid, ':', 2)::bigint
  from pg_control_checkpoint()`;

export type TransactionOutcome = 'committed' | 'aborted' | 'in progress';

/** `connection` is one on which the server can be asked; it may be another server that has taken over. */
export async function transactionOutcome(
  connection: SqlConnection,
  { number, incarnation }: TransactionMark,
): Promise<TransactionOutcome> {
  const [row] = await connection.run(statusQuery, [number]);
  const [status, present] = row as readonly [TransactionOutcome | null, string];
  if (status !== 'committed' || present === incarnation) return status ?? 'aborted';
  // It was this transaction only if its number is older than the crash; otherwise it is another's by now.
  const [first] = await connection.run(firstNumberQuery, []);
  return BigInt(number) < BigInt(first?.[0] as string) ? 'committed' : 'aborted';
}
