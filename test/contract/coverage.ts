// Which of the specification's operations are declared, as text.
import type { Operation } from '#http/operation';
import { apis, type Specification, type SpecifiedOperation } from '#test/contract/specification';

/** A line per operation under its API and tag, `x` before those that are declared, with totals. */
export function coverageReport(specification: Specification, declared: readonly Operation[]): string {
  const found = new Set(declared.map((operation) => specification.find(operation)));
  const lines: string[] = [];
  const missing: SpecifiedOperation[] = [];
  for (const api of apis) {
    const operations = specification.operations.filter((operation) => operation.api === api);
    if (operations.length === 0) continue;
    lines.push(`${api}: ${count(operations, found)}`);
    for (const [tag, tagged] of Object.entries(Object.groupBy(operations, ({ tag }) => tag))) {
      if (!tagged) continue;
      lines.push(`  ${tag}: ${count(tagged, found)}`);
      for (const operation of tagged) {
        const isDeclared = found.has(operation);
        if (!isDeclared) missing.push(operation);
        lines.push(`    ${isDeclared ? 'x' : '-'} ${nameOf(operation)}`);
      }
    }
    lines.push('');
  }
  const beside = declared.filter((operation) => !specification.find(operation));
  lines.push(
    `beside the Matrix specification: ${beside.length}`,
    ...beside.map((one) => `    ${nameOf(one)}`),
    '',
  );
  lines.push(`missing: ${missing.length}`, ...missing.map((one) => `    ${one.api}: ${nameOf(one)}`));
  return lines.join('\n');
}

function count(
  operations: readonly SpecifiedOperation[],
  found: ReadonlySet<SpecifiedOperation | undefined>,
): string {
  return `${operations.filter((operation) => found.has(operation)).length} of ${operations.length}`;
}

function nameOf({ id, method, path }: { id: string; method: string; path: string }): string {
  return `${id} ${method} ${path}`;
}
