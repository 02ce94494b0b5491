// What a database says of its tables, put together from the rows of its own catalogue. How these are asked for differs.
import type { Catalogue, SqlConnection } from '#databases/social/engines/sql/sql-database';

export interface CatalogueQueries {
  /**
   * A row for each column, ordered by table and then by place in the primary key: the names of table and column, the type,
   * whether it must have a value (0 or 1), and its place in the key, which is 0 where it is no part of it.
   */
  readonly columnsQuery: string;
  /**
   * A row for each column of an index that is no primary key's, in its order: the names of table and index, whether it is
   * unique and whether it has a condition (0 or 1), and the column's name.
   */
  readonly indicesQuery: string;
}

type ColumnRow = readonly [table: string, name: string, type: string, isRequired: number, keyPart: number];
type IndexRow = readonly [table: string, name: string, isUnique: number, isPartial: number, column: string];

export async function readCatalogue(
  connection: SqlConnection,
  { columnsQuery, indicesQuery }: CatalogueQueries,
): Promise<Catalogue> {
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

function emptyTable() {
  return {
    columns: new Map<string, { type: string; isOptional: boolean }>(),
    primaryKey: [] as string[],
    indices: new Map<string, { columns: string[]; isUnique: boolean; isPartial: boolean }>(),
  };
}
