// The operations that the Matrix specification publishes as OpenAPI data (v1.19), read from the directory
// `shared/matrix-spec` beside the checkout, or from the one that HEARTH_MATRIX_SPEC names.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The published APIs, each in the file `openapi-<name>.json`. */
export const apis = ['client-server', 'server-server', 'application-service', 'push-gateway'] as const;
export type Api = (typeof apis)[number];

export interface SpecifiedOperation {
  readonly api: Api;
  /** Its operationId. */
  readonly id: string;
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  /** By status code; the schema of the JSON body, undefined where there is none. */
  readonly responses: ReadonlyMap<number, object | undefined>;
}

export interface Specification {
  readonly operations: readonly SpecifiedOperation[];
  /**
   * The operation at a path in OpenAPI form, whatever its parameters are called. Where two share method and path
   * (invitations by user id and by e-mail address), the one with the same id.
   */
  find(declared: Pick<SpecifiedOperation, 'id' | 'method' | 'path'>): SpecifiedOperation | undefined;
}

/** As much of an OpenAPI document as is read here. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

interface OpenApiOperation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>
  >;
}

/** Where the documents are looked for. */
export const specificationDirectory = resolve(
  process.env.HEARTH_MATRIX_SPEC ?? join(import.meta.dirname, '../../../shared/matrix-spec'),
);

const methods = ['get', 'put', 'post', 'delete', 'patch'];

/** The published operations; undefined where the documents are not there. */
export function loadSpecification(directory = specificationDirectory): Specification | undefined {
  const documents = new Map<Api, OpenApiDocument>();
  for (const api of apis) {
    const file = join(directory, `openapi-${api}.json`);
    if (existsSync(file)) documents.set(api, JSON.parse(readFileSync(file, 'utf8')));
  }
  return documents.size === 0 ? undefined : makeSpecification(documents);
}

export function makeSpecification(documents: ReadonlyMap<Api, OpenApiDocument>): Specification {
  const operations: SpecifiedOperation[] = [];
  for (const [api, { paths }] of documents) {
    for (const [path, item] of Object.entries(paths)) {
      for (const method of methods) {
        const operation = item[method];
        if (operation) operations.push(specified(api, method, path.trimEnd(), operation));
      }
    }
  }
  const byPath = Map.groupBy(operations, keyOf);
  return {
    operations,
    find(declared) {
      const found = byPath.get(keyOf(declared));
      return found?.find(({ id }) => id === declared.id) ?? found?.[0];
    },
  };
}

function specified(api: Api, method: string, path: string, operation: OpenApiOperation): SpecifiedOperation {
  return {
    api,
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    tag: operation.tags?.[0] ?? 'Other',
    responses: new Map(
      Object.entries(operation.responses).map(([status, { content }]) => [
        Number(status),
        content?.['application/json']?.schema,
      ]),
    ),
  };
}

function keyOf({ method, path }: Pick<SpecifiedOperation, 'method' | 'path'>): string {
  return `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
}
