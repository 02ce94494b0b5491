import { expect, it } from 'vitest';
import { coverageReport } from '#test/contract/coverage';
import { operationsPage } from '#test/contract/operations-page';
import { loadSpecification, makeSpecification } from '#test/contract/specification';
import { declaredOperations } from '#test/fixtures/declared-operations';

const operations = await declaredOperations();

it('has a page of all operations that is true', async () => {
  await expect(operationsPage(operations)).toMatchFileSnapshot('../../docs/operations.md');
});

it('calls its operations what the specification calls them', () => {
  const specification = loadSpecification();
  const differing = operations.flatMap((operation) => {
    const specified = specification?.find(operation);
    return specified && specified.id !== operation.id ? [`${operation.id} is ${specified.id}`] : [];
  });
  expect(differing).toEqual([]);
});

it('reports what is declared and what is missing', () => {
  const answers = { responses: {} };
  const specification = makeSpecification(
    new Map([
      [
        'client-server' as const,
        {
          paths: {
            '/_matrix/client/versions': { get: { operationId: 'getVersions', tags: ['Server'], ...answers } },
            '/_matrix/client/v3/nothing': {
              get: { operationId: 'getNothing', tags: ['Server'], ...answers },
            },
          },
        },
      ],
    ]),
  );
  const [versions, login] = ['getVersions', 'login'].map((id) => operations.find((one) => one.id === id)!);
  expect(coverageReport(specification, [versions!, login!])).toBe(
    [
      'client-server: 1 of 2',
      '  Server: 1 of 2',
      '    x getVersions GET /_matrix/client/versions',
      '    - getNothing GET /_matrix/client/v3/nothing',
      '',
      'beside the Matrix specification: 1',
      '    login POST /_matrix/client/v3/login',
      '',
      'missing: 1',
      '    client-server: getNothing GET /_matrix/client/v3/nothing',
    ].join('\n'),
  );
});
