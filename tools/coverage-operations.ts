// `npm run coverage:operations`: which operations of the Matrix specification this server declares, by API and tag.
import { coverageReport } from '#test/contract/coverage';
import { loadSpecification, specificationDirectory } from '#test/contract/specification';
import { declaredOperations } from '#test/fixtures/declared-operations';

const specification = loadSpecification();
console.log(
  specification
    ? coverageReport(specification, await declaredOperations())
    : `There is no specification in ${specificationDirectory}. Build the OpenAPI documents (openapi-client-server.json, ` +
        'openapi-server-server.json, …) from https://github.com/matrix-org/matrix-spec with ' +
        'scripts/dump-openapi.py, and name their directory in HEARTH_MATRIX_SPEC.',
);
