// `matrix resolve`: the state of a room where several states meet. Room version pages, "State resolution".
import type { MatrixTool } from '#app/cli/matrix/tool';
import { canonicalJson } from '#protocol/matrix/canonical-json';
import { resolveFixture } from '#protocol/matrix/resolution/resolve-fixture';

export const resolve: MatrixTool = (input) => canonicalJson(resolveFixture(input));
