// Brings the tables of a database up to what is declared: by numbered steps that only go forward, and by making what is
// missing. Nothing is ever dropped, and doing it again changes nothing.

import { type Compilable, sql } from 'kysely';
import { compareTables } from '#databases/social/engines/sql/compare-tables';
import { indexCondition } from '#databases/social/engines/sql/conditions';
import type {
  Catalogue,
  SqlConnection,
  SqlDatabase,
  SqlDialect,
} from '#databases/social/engines/sql/sql-database';
import {
  type SqlColumn,
  type SqlIndex,
  type SqlTable,
  sqlTypes,
} from '#databases/social/engines/sql/sql-tables';

/**
 * What a version of the tables needs beyond new tables, new optional columns and new indices, which are made from the
 * declarations: a column that is filled from others, say. A step is never changed once it has been released.
 */
export interface SchemaStep {
  readonly version: number;
  readonly about: string;
  run(connection: SqlConnection, dialect: SqlDialect): Promise<void>;
}

const schemaSteps: readonly SchemaStep[] = [
  {
    version: 1,
    about: 'The first tables',
    run: async (...database) => void (await makeMissing(...database)),
  },
];

/** The one row of this table says which version the tables have. */
const versionTable: SqlTable = {
  name: 'hearth_schema',
  columns: [
    { name: 'id', kind: 'integer', isOptional: false, field: undefined },
    { name: 'version', kind: 'integer', isOptional: false, field: undefined },
  ],
  primaryKey: ['id'],
  indices: [],
};

const versionRowId = 1;

/** Every table that there should be. */
export const declaredTables: readonly SqlTable[] = [
  versionTable,
  ...[...sqlTypes.values()].flatMap(({ table, texts }) => (texts ? [table, texts] : [table])),
];

/**
 * Answers what was made, in sentences. Throws an Error in one sentence, having changed nothing, where the tables are of a
 * newer version than these sources or lack what cannot be added to records that exist.
 */
export async function migrate(
  database: Pick<SqlDatabase, 'name' | 'dialect' | 'migrate'>,
  steps: readonly SchemaStep[] = schemaSteps,
): Promise<string[]> {
  const { name, dialect } = database;
  return database.migrate(async (connection) => {
    const catalogue = await dialect.catalogue(connection);
    const version = await storedVersion(connection, dialect, catalogue);
    const known = steps.at(-1)?.version ?? 0;
    if (version > known) throw new Error(newerVersion(name, version, known));
    const made = missingParts(catalogue, dialect).map(({ says }) => says);
    for (const step of steps) if (step.version > version) await step.run(connection, dialect);
    await makeMissing(connection, dialect);
    if (version < known) await storeVersion(connection, dialect, known);
    return made;
  });
}

/** What differs from what is declared, in sentences. */
export async function checkTables(database: SqlDatabase): Promise<string[]> {
  const { name, dialect } = database;
  return database.read(async (connection) => {
    const catalogue = await dialect.catalogue(connection);
    const version = await storedVersion(connection, dialect, catalogue);
    const known = schemaSteps.at(-1)?.version ?? 0;
    const differences = compareTables(declaredTables, catalogue, dialect);
    return version > known ? [newerVersion(name, version, known), ...differences] : differences;
  });
}

function newerVersion(name: string, version: number, known: number): string {
  return `The tables of ${name} have version ${version} and were made by a newer Hearth; this one knows version ${known}.`;
}

async function storedVersion(
  connection: SqlConnection,
  dialect: SqlDialect,
  catalogue: Catalogue,
): Promise<number> {
  if (!catalogue.has(versionTable.name)) return 0;
  const query = dialect.builder
    .selectFrom(versionTable.name)
    .select('version')
    .where('id', '=', versionRowId);
  const [row] = await run(connection, query);
  return Number(row?.[0] ?? 0);
}

async function storeVersion(connection: SqlConnection, dialect: SqlDialect, version: number): Promise<void> {
  const query = dialect.builder
    .insertInto(versionTable.name)
    .values({ id: versionRowId, version })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ version }));
  await run(connection, query);
}

async function makeMissing(connection: SqlConnection, dialect: SqlDialect): Promise<void> {
  const catalogue = await dialect.catalogue(connection);
  for (const { make } of missingParts(catalogue, dialect)) await run(connection, make);
}

function run(connection: SqlConnection, query: Compilable) {
  const { sql: text, parameters } = query.compile();
  return connection.run(text, parameters as readonly never[]);
}

interface MissingPart {
  readonly says: string;
  readonly make: Compilable;
}

function missingParts(catalogue: Catalogue, dialect: SqlDialect): MissingPart[] {
  return declaredTables.flatMap((table) => {
    const found = catalogue.get(table.name);
    const indices = table.indices
      .filter((index) => !found?.indices.has(index.name))
      .map((index) => ({ says: `Made the index ${index.name}.`, make: createIndex(table, index, dialect) }));
    if (!found) {
      return [{ says: `Made the table ${table.name}.`, make: createTable(table, dialect) }, ...indices];
    }
    const columns = table.columns
      .filter((column) => !found.columns.has(column.name))
      .map((column) => {
        assertAddable(table, column, found.columns);
        return {
          says: `Added the column ${column.name} to the table ${table.name}.`,
          make: dialect.builder.schema
            .alterTable(table.name)
            .addColumn(column.name, sql.raw(dialect.columnTypes[column.kind])),
        };
      });
    return [...columns, ...indices];
  });
}

/** Rows that exist have no value for a new column: it must be one that may be absent, and no digest of what is there. */
function assertAddable(table: SqlTable, column: SqlColumn, found: ReadonlyMap<string, unknown>): void {
  const source = table.columns.find(({ field, kind }) => field === column.field && kind !== 'digest');
  if (!column.isOptional || (column.kind === 'digest' && source && found.has(source.name))) {
    throw new Error(
      `The table ${table.name} lacks the column ${column.name}, which cannot be added to rows that exist.`,
    );
  }
}

function createTable(table: SqlTable, { builder, columnTypes, tableSuffix }: SqlDialect): Compilable {
  let creating = builder.schema.createTable(table.name);
  // A key of one integer is declared with its column: SQLite then keeps the rows themselves in its order.
  const [only, ...more] = table.primaryKey;
  for (const { name, kind, isOptional } of table.columns) {
    creating = creating.addColumn(name, sql.raw(columnTypes[kind]), (column) => {
      const declared = isOptional ? column : column.notNull();
      return more.length === 0 && name === only ? declared.primaryKey() : declared;
    });
  }
  if (more.length > 0)
    creating = creating.addPrimaryKeyConstraint(`${table.name}_pkey`, [...table.primaryKey] as never[]);
  return tableSuffix === undefined ? creating : creating.modifyEnd(sql.raw(tableSuffix));
}

function createIndex(table: SqlTable, index: SqlIndex, { builder }: SqlDialect): Compilable {
  const creating = builder.schema
    .createIndex(index.name)
    .on(table.name)
    .columns([...index.columns]);
  const condition = indexCondition(index);
  const limited = condition ? creating.where(condition) : creating;
  return index.isUnique ? limited.unique() : limited;
}
