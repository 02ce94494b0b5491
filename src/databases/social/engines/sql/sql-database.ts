// The boundary between records as SQL (the rest of this folder, which knows no database by name) and a database: how it
// runs transactions, and in what its SQL differs. A further database is one file for each of the two.

import type { Kysely } from 'kysely';
import type { ColumnKind } from '#databases/social/engines/sql/sql-tables';
import type { WriteOptions } from '#databases/social/record-engine';
import type { Awaitable } from '#support/awaitable';

/** What goes in: flags are 0 and 1, places are `bigint`, digests are bytes. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** What comes out, in the order of the columns that were asked for. Integers may be given as text or `bigint`. */
export type SqlRow = readonly unknown[];

/** A transaction under way. Statements run in the order in which they are given, also where nobody waits for them. */
export interface SqlConnection {
  /**
   * Runs one statement. The texts repeat, so that a prepared statement may be kept for each; values are always parameters.
   * A connection that a body keeps beyond its end throws.
   */
  run(sql: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]>;
}

export interface SqlDatabase extends AsyncDisposable {
  /** For people, without secrets. Also tells one database from another. */
  readonly name: string;
  readonly dialect: SqlDialect;
  /** Reads at one snapshot, which has everything that was committed before. */
  read<T>(body: (connection: SqlConnection) => Awaitable<T>): Promise<T>;
  /**
   * Runs a body in a serializable transaction and resolves once it is durable; it runs again where it conflicts with others
   * or a constraint fails (which only happens where another writer came first: the statements look before they write).
   * @throws whatever the body throws, having written nothing; ProtocolError unavailable where the database cannot be had
   */
  write<T>(body: (connection: SqlConnection) => Awaitable<T>, options?: WriteOptions): Promise<T>;
  /** Runs a body that changes tables in one transaction, while no other process does; it sees what those before it made. */
  migrate<T>(body: (connection: SqlConnection) => Awaitable<T>): Promise<T>;
  /** How processes tell each other that there is work, where the database carries word between them. */
  readonly word?: SqlWord;
}

/** It may get lost: those who wait for work also look at times. */
export interface SqlWord {
  /** Tells the other processes, soon; what is sent in the meantime is one word. */
  send(): void;
  /** Calls `heard` for word of others from about now on; listening once is enough. */
  listen(heard: () => void): void;
}

/** What a database has of our tables, by name. */
export type Catalogue = ReadonlyMap<string, CatalogueTable>;

export interface CatalogueTable {
  readonly columns: ReadonlyMap<string, CatalogueColumn>;
  readonly primaryKey: readonly string[];
  /** Indices by name, that of the primary key left out. */
  readonly indices: ReadonlyMap<string, CatalogueIndex>;
}

export interface CatalogueColumn {
  /** The type as the database writes it, in lower case. */
  readonly type: string;
  readonly isOptional: boolean;
}

export interface CatalogueIndex {
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  readonly isPartial: boolean;
}

/** Kysely's schema for tables that are only known when the program runs. */
export interface AnySchema {
  [table: string]: { [column: string]: SqlValue };
}

/** In what the SQL of a database differs. */
export interface SqlDialect {
  /** Builds and compiles statements; it runs none. */
  readonly builder: Kysely<AnySchema>;
  /** How a column's type is declared, collation included: the order of text is that of its UTF-8. */
  readonly columnTypes: { readonly [K in ColumnKind]: string };
  /** Those types as `catalogue` finds them. */
  readonly catalogueTypes: { readonly [K in ColumnKind]: string };
  /** What comes behind the columns of a table's declaration, if anything. */
  readonly tableSuffix?: string;
  /** The tables in the place where ours are, others that lie there included. */
  catalogue(connection: SqlConnection): Promise<Catalogue>;
}
