// In what the SQL of SQLite differs, and where it says which tables there are.

import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { readCatalogue } from '#databases/social/engines/sql/read-catalogue';
import type { AnySchema, SqlDialect } from '#databases/social/engines/sql/sql-database';

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
  catalogue: (connection) => readCatalogue(connection, { columnsQuery, indicesQuery }),
};

const ourTables = "from sqlite_schema as t, pragma_table_info(t.name) as c where t.type = 'table'";
const columnsQuery = `select t.name, c.name, lower(c.type), c."notnull", c.pk ${ourTables} order by t.name, c.pk`;
// Indices that were made as such: those of primary keys are not among them.
const indicesQuery = `select t.name, i.name, i."unique", i.partial, c.name
  from sqlite_schema as t, pragma_index_list(t.name) as i, pragma_index_info(i.name) as c
  where t.type = 'table' and i.origin = 'c' order by t.name, i.name, c.seqno`;
