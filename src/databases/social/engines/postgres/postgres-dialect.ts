// In what the SQL of PostgreSQL differs, and where it says which tables there are.
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { readCatalogue } from '#databases/social/engines/sql/read-catalogue';
import type { AnySchema, SqlDialect } from '#databases/social/engines/sql/sql-database';

export const postgresDialect: SqlDialect = {
  builder: new Kysely<AnySchema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      // Statements are run by whoever has compiled them.
      createDriver: () => new DummyDriver(),
      createIntrospector: (builder) => new PostgresIntrospector(builder),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  // Whatever order the database is set to, ours is that of UTF-8.
  columnTypes: {
    text: 'text collate "C"',
    integer: 'bigint',
    flag: 'smallint',
    json: 'text',
    id: 'bigint',
    digest: 'bytea',
  },
  catalogueTypes: {
    text: 'text',
    integer: 'bigint',
    flag: 'smallint',
    json: 'text',
    id: 'bigint',
    digest: 'bytea',
  },
  catalogue: (connection) => readCatalogue(connection, { columnsQuery, indicesQuery }),
};

const columnsQuery = `select t.relname, a.attname, format_type(a.atttypid, null), a.attnotnull::int,
    coalesce(array_position(k.indkey::int2[], a.attnum) + 1, 0)
  from pg_class as t
  join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_index as k on k.indrelid = t.oid and k.indisprimary
  where t.relkind in ('r', 'p') and t.relnamespace = current_schema()::regnamespace
  order by t.relname, 5, a.attnum`;
const indicesQuery = `select t.relname, i.relname, x.indisunique::int, (x.indpred is not null)::int, a.attname
  from pg_index as x
  join pg_class as i on i.oid = x.indexrelid
  join pg_class as t on t.oid = x.indrelid
  cross join lateral unnest(x.indkey) with ordinality as c(attnum, position)
  join pg_attribute as a on a.attrelid = t.oid and a.attnum = c.attnum
  where not x.indisprimary and t.relnamespace = current_schema()::regnamespace
  order by t.relname, i.relname, c.position`;
