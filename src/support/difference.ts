// What a consistency check reports: a derived row that is not what the primary rows say it should be.

export interface Difference {
  readonly table: string;
  /** The key, readable. */
  readonly key: string;
  /** What the primary rows make of it; absent where there should be no such row. */
  readonly expected?: string;
  /** What the table holds; absent where the row is missing. */
  readonly found?: string;
}

/** What a check has seen: rows read, and every difference. */
export interface CheckReport {
  readonly rowsRead: number;
  readonly differences: readonly Difference[];
}

/** Compares derived rows with those of a table, both by readable key. */
export function compareRows(
  table: string,
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): Difference[] {
  const differences: Difference[] = [];
  for (const [key, value] of expected) {
    const other = found.get(key);
    if (other === undefined) differences.push({ table, key, expected: value });
    else if (other !== value) differences.push({ table, key, expected: value, found: other });
  }
  for (const [key, value] of found) if (!expected.has(key)) differences.push({ table, key, found: value });
  return differences;
}
