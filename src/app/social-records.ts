// The back end of the social records, chosen by its URI and imported only when it is chosen: our own store, or another
// database.
import { publicSocialRecordsUri } from '#app/config/social-records-uri';
import { unfinishedCopy } from '#databases/social/copy-records';
import { guardEngine } from '#databases/social/engines/guarded-engine';
import type { SqlDatabase } from '#databases/social/engines/sql/sql-database';
import { openStoreEngine, type StoreRecordEngine } from '#databases/social/engines/store/open-store-engine';
import type { RecordEngine, RecordTables } from '#databases/social/record-engine';
import type { Store } from '#store/contract';
import { type Clock, systemClock } from '#support/clock';
import { type Logger, openLogger } from '#support/logging';
import { type Random, systemRandom } from '#support/random';

export interface SocialRecords extends AsyncDisposable {
  readonly engine: RecordEngine;
  /** Where our own store keeps them: what only a store has. */
  readonly inStore?: StoreRecordEngine;
}

export interface SocialRecordsParts {
  /** Opens the social database's store, for `store:`; it stays its owner's. */
  openStore(): Promise<Store>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @throws Error in one sentence where the back end cannot be opened, or holds only a part of a copy */
export async function openSocialRecords(uri: string, parts: SocialRecordsParts): Promise<SocialRecords> {
  await using opening = new AsyncDisposableStack();
  const records = opening.use(await openBackEnd(uri, parts));
  const source = await unfinishedCopy(records.engine);
  if (source !== undefined) {
    throw new Error(
      `${records.engine.name} holds a part of a copy from ${source}: complete it with "hearth social copy".`,
    );
  }
  opening.move();
  return records;
}

/** The back end as it is, for those who copy. What may be stored is the same in all of them. */
export async function openBackEnd(uri: string, parts: SocialRecordsParts): Promise<SocialRecords> {
  const opened = await chooseBackEnd(uri, parts);
  return { ...opened, engine: guardEngine(opened.engine) };
}

async function chooseBackEnd(uri: string, parts: SocialRecordsParts): Promise<SocialRecords> {
  switch (uri.slice(0, uri.indexOf(':') + 1)) {
    case 'store:': {
      const inStore = await openStoreEngine(await parts.openStore());
      return { engine: inStore, inStore, [Symbol.asyncDispose]: () => inStore[Symbol.asyncDispose]() };
    }
    case 'sqlite:': {
      const database = await sqliteDatabase(uri, parts.clock);
      const { openSqlEngine } = await import('#databases/social/engines/sql/open-sql-engine');
      const engine = await openSqlEngine(database, parts);
      return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
    }
    case 'postgres:':
    case 'postgresql:': {
      const { openPostgresDatabase } = await import(
        '#databases/social/engines/postgres/open-postgres-database'
      );
      const { openSqlEngine } = await import('#databases/social/engines/sql/open-sql-engine');
      const engine = await openSqlEngine(openPostgresDatabase(uri, parts), parts);
      return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
    }
    case 'dynamodb:': {
      const { openDynamodbEngine } = await import('#databases/social/engines/dynamodb/open-dynamodb-engine');
      const engine = await openDynamodbEngine(uri, parts);
      return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
    }
    case 'null:': {
      const { openNullEngine } = await import('#databases/social/engines/null/open-null-engine');
      const engine = openNullEngine();
      return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
    }
    default:
      throw new Error(`"${uri}" names no back end of the social records.`);
  }
}

/** The tables of a back end that has any. Throws Error in one sentence for one that has none. */
export async function openSocialTables(uri: string): Promise<RecordTables> {
  switch (uri.slice(0, uri.indexOf(':') + 1)) {
    case 'sqlite:': {
      const { openSqlTables } = await import('#databases/social/engines/sql/open-sql-engine');
      return openSqlTables(await sqliteDatabase(uri, systemClock));
    }
    case 'postgres:':
    case 'postgresql:': {
      const { openPostgresDatabase } = await import(
        '#databases/social/engines/postgres/open-postgres-database'
      );
      const { openSqlTables } = await import('#databases/social/engines/sql/open-sql-engine');
      const parts = { clock: systemClock, random: systemRandom, logger: openLogger('warn') };
      return openSqlTables(openPostgresDatabase(uri, parts));
    }
    case 'dynamodb:': {
      const { openDynamodbTables } = await import('#databases/social/engines/dynamodb/dynamodb-tables');
      return openDynamodbTables(uri, { clock: systemClock, random: systemRandom });
    }
    default:
      throw new Error(`${publicSocialRecordsUri(uri)} has no tables: the server makes there what it needs.`);
  }
}

async function sqliteDatabase(uri: string, clock: Clock): Promise<SqlDatabase> {
  const { openSqliteDatabase } = await import('#databases/social/engines/sqlite/open-sqlite-database');
  return openSqliteDatabase(uri.slice('sqlite:'.length), clock);
}
