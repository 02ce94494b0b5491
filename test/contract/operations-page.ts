// The page of all operations (`docs/operations.md`), written from the operations themselves.
import type { Operation } from '#http/operation';

const introduction = `# Operations

Everything that Hearth answers over HTTP, from the operations as they are declared. Other paths answer 404 and other
methods 405, both with \`M_UNRECOGNIZED\`. \`npm run coverage:operations\` compares this list with the Matrix specification;
\`npx vitest run test/contract --update\` writes this page anew.

| method | path | operation | who | rate class |
|---|---|---|---|---|
`;

export function operationsPage(operations: readonly Operation[]): string {
  const rows = operations
    .flatMap((operation) =>
      [operation.path, ...(operation.aliases ?? [])].map((path) => ({ operation, path })),
    )
    .sort(
      (one, other) => compare(one.path, other.path) || compare(one.operation.method, other.operation.method),
    )
    .map(({ operation, path }) => {
      const { id, method, spec, access, rate } = operation;
      const name = spec === undefined ? id : `[${id}](${spec})`;
      const who = typeof access === 'string' ? access : access.name;
      return `| ${method} | \`${path}\` | ${name} | ${who} | ${rate} |`;
    });
  return `${introduction}${rows.join('\n')}\n`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
