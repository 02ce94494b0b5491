// What goes between the main thread and a thread that holds connections to a file of SQLite, which is synchronous: there it
// blocks nobody.
import type { SqlRow, SqlValue } from '#databases/social/engines/sql/sql-database';

/** Requests are carried out in the order in which they come. */
export type SqliteRequest =
  /** Runs a statement in a transaction, which the first one begins. */
  | {
      readonly op: 'run';
      /** Which transaction: a number that is never used again. */
      readonly transaction: number;
      /** The connection for it, where there are several. */
      readonly connection: number;
      readonly isFirst: boolean;
      readonly sql: string;
      readonly parameters: readonly SqlValue[];
    }
  /** Ends a transaction: of a writer it joins its group, or is undone. */
  | {
      readonly op: 'keep' | 'drop';
      readonly transaction: number;
      readonly connection: number;
    }
  /** Makes the group durable. */
  | { readonly op: 'commit' }
  | { readonly op: 'close' };

/** Messages cost more than statements: what is asked for at once is one. */
export type SqliteCalls = readonly { readonly id: number; readonly request: SqliteRequest }[];

export interface SqliteFailure {
  /** A result code of SQLite, extended; undefined for what is none of its errors. */
  readonly code: number | undefined;
  readonly message: string;
}

export type SqliteAnswer =
  | { readonly id: number; readonly rows: readonly SqlRow[] }
  | { readonly id: number; readonly failure: SqliteFailure };
