// In what the SQL of SQLite differs, and where it says which tables there are.

import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type {
  AnySchema,
  Catalogue,
  SqlConnection,
  SqlDialect,
} from '#databases/social/engines/sql/sql-database';

// Texts are compared byte by byte of their UTF-8 (collation BINARY), unless a column says otherwise.
const types = {
  text: 'text',
  integer: 'integer',
  flag: 'integer',
  json: 'text',
  id: 'integer',
  digest: 'blob',
} as const;

export const sqliteDialect: SqlDialect = {
  builder: new Kysely<AnySchema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      // Statements are run by whoever has compiled them.
      createDriver: () => new DummyDriver(),
      createIntrospector: (builder) => new SqliteIntrospector(builder),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  columnTypes: types,
  catalogueTypes: types,
  // Without it a column would take values of any type.
  tableSuffix: 'strict',
  catalogue: readCatalogue,
};

const ourTables = "from sqlite_schema as t, pragma_table_info(t.name) as c where t.type = 'table'";
const columnsQuery = `select t.name, c.name, lower(c.type), c."notnull", c.pk ${ourTables} order by t.name, c.pk`;
// Indices that were made as such: those of primary keys are not among them.
const indicesQuery = `select t.name, i.name, i."unique", i.partial, c.name
  from sqlite_schema as t, pragma_index_list(t.name) as i, pragma_index_info(i.name) as c
  where t.type = 'table' and i.origin = 'c' order by t.name, i.name, c.seqno`;

async function readCatalogue(connection: SqlConnection): Promise<Catalogue> {
  const [columns, indices] = await Promise.all([
    connection.run(columnsQuery, []),
    connection.run(indicesQuery, []),
  ]);
  const tables = new Map<string, ReturnType<typeof emptyTable>>();
  for (const [tableName, name, type, isRequired, keyPart] of columns as readonly ColumnRow[]) {
    const table = tables.get(tableName) ?? emptyTable();
    tables.set(tableName, table);
    table.columns.set(name, { type, isOptional: isRequired === 0 });
    if (keyPart > 0) table.primaryKey.push(name);
  }
  for (const [tableName, name, isUnique, isPartial, column] of indices as readonly IndexRow[]) {
    const table = tables.get(tableName);
    const index = table?.indices.get(name) ?? {
      columns: [],
      isUnique: isUnique === 1,
      isPartial: isPartial === 1,
    };
    index.columns.push(column);
    table?.indices.set(name, index);
  }
  return tables;
}

type ColumnRow = readonly [table: string, name: string, type: string, isRequired: number, keyPart: number];
type IndexRow = readonly [table: string, name: string, isUnique: number, isPartial: number, column: string];

function emptyTable() {
  return {
    columns: new Map<string, { type: string; isOptional: boolean }>(),
    primaryKey: [] as string[],
    indices: new Map<string, { columns: string[]; isUnique: boolean; isPartial: boolean }>(),
  };
}
