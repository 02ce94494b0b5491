// Compares the tables that a database has with those that are declared. What others keep beside ours is no difference.
import type { Catalogue, CatalogueTable, SqlDialect } from '#databases/social/engines/sql/sql-database';
import type { SqlTable } from '#databases/social/engines/sql/sql-tables';

/** What is missing or differs, in sentences. */
export function compareTables(
  tables: readonly SqlTable[],
  catalogue: Catalogue,
  { catalogueTypes }: Pick<SqlDialect, 'catalogueTypes'>,
): string[] {
  return tables.flatMap((table) => {
    const found = catalogue.get(table.name);
    if (!found) return [`The table ${table.name} is missing.`];
    return [
      ...compareColumns(table, found, catalogueTypes),
      ...(sameColumns(table.primaryKey, found.primaryKey)
        ? []
        : [`The primary key of ${table.name} is (${found.primaryKey}) instead of (${table.primaryKey}).`]),
      ...compareIndices(table, found),
    ];
  });
}

function compareColumns(
  table: SqlTable,
  found: CatalogueTable,
  types: SqlDialect['catalogueTypes'],
): string[] {
  const differences = table.columns.flatMap(({ name, kind, isOptional }) => {
    const column = found.columns.get(name);
    if (!column) return [`The table ${table.name} lacks the column ${name}.`];
    const said: string[] = [];
    if (column.type !== types[kind]) {
      said.push(`The column ${table.name}.${name} is of the type ${column.type} instead of ${types[kind]}.`);
    }
    if (column.isOptional !== isOptional) {
      said.push(
        isOptional
          ? `The column ${table.name}.${name} must have a value, but may be absent as declared.`
          : `The column ${table.name}.${name} may be absent, but must have a value as declared.`,
      );
    }
    return said;
  });
  const declared = new Set(table.columns.map(({ name }) => name));
  for (const [name, { isOptional }] of found.columns) {
    // A further column hinders only where every row must have it.
    if (!declared.has(name) && !isOptional) {
      differences.push(`The column ${table.name}.${name} must have a value and is not declared.`);
    }
  }
  return differences;
}

function compareIndices(table: SqlTable, found: CatalogueTable): string[] {
  return table.indices.flatMap((index) => {
    const other = found.indices.get(index.name);
    if (!other) return [`The index ${index.name} of ${table.name} is missing.`];
    const isPartial = index.where.length + index.present.length > 0;
    const isSame =
      sameColumns(index.columns, other.columns) &&
      index.isUnique === other.isUnique &&
      isPartial === other.isPartial;
    return isSame ? [] : [`The index ${index.name} of ${table.name} is not the one that is declared.`];
  });
}

function sameColumns(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}
