// Finds the operation for a path. A tree of our own, because parameters must be split at the raw slashes and decoded
// afterwards (`%2F` inside a state key, `%23` before an alias), and an empty last segment means something.
import type { Operation } from '#http/operation';
import { parsePathTemplate } from '#http/path-template';
import { ProtocolError } from '#support/errors';
import { pathParameterBytesMax } from '#support/limits';

/** An operation under one of its paths. */
interface Route {
  readonly operation: Operation;
  /** The parameters in the order in which they stand in the path. */
  readonly names: readonly string[];
  /** Parameters of the operation that this path leaves out; they are empty strings. */
  readonly absent: readonly string[];
}

interface Branch {
  readonly literals: Map<string, Branch>;
  /** Longest prefix first. */
  readonly parameters: { readonly prefix: string; readonly branch: Branch }[];
  readonly routes: Map<string, Route>;
}

export type PathMatch =
  | {
      readonly found: 'operation';
      readonly operation: Operation;
      readonly params: Readonly<Record<string, string>>;
    }
  | { readonly found: 'otherMethods'; readonly methods: readonly string[] }
  | { readonly found: 'nothing' };

export interface PathTree {
  /**
   * @param path the raw path, without its query
   * @throws ProtocolError invalidParam when a segment is not well-formed percent-encoded UTF-8; tooLarge when a
   *   parameter has more than `pathParameterBytesMax` bytes
   */
  match(method: string, path: string): PathMatch;
}

const nothing: PathMatch = { found: 'nothing' };

const makeBranch = (): Branch => ({ literals: new Map(), parameters: [], routes: new Map() });

/** @throws Error when two operations claim the same method and path, or two have the same id. */
export function makePathTree(operations: readonly Operation[]): PathTree {
  const root = makeBranch();
  const ids = new Set<string>();
  for (const operation of operations) {
    if (ids.has(operation.id)) throw new Error(`Two operations are called ${operation.id}.`);
    ids.add(operation.id);
    for (const path of [operation.path, ...(operation.aliases ?? [])]) plant(root, operation, path);
  }
  return {
    match(method, path) {
      if (path.charCodeAt(0) !== 47) return nothing;
      const segments = path.split('/');
      for (let index = 1; index < segments.length; index++)
        segments[index] = decodeSegment(segments[index] ?? '');
      const values: string[] = [];
      const otherMethods = new Set<string>();
      const route = descend(root, segments, 1, method, values, otherMethods);
      if (route) return { found: 'operation', operation: route.operation, params: paramsOf(route, values) };
      if (otherMethods.size > 0) return { found: 'otherMethods', methods: [...otherMethods] };
      return nothing;
    },
  };
}

function plant(root: Branch, operation: Operation, path: string): void {
  const names: string[] = [];
  let branch = root;
  for (const segment of parsePathTemplate(path)) {
    if ('literal' in segment) {
      let next = branch.literals.get(segment.literal);
      if (!next) branch.literals.set(segment.literal, (next = makeBranch()));
      branch = next;
    } else {
      names.push(segment.param);
      let next = branch.parameters.find((parameter) => parameter.prefix === segment.prefix);
      if (!next) {
        branch.parameters.push((next = { prefix: segment.prefix, branch: makeBranch() }));
        branch.parameters.sort((left, right) => right.prefix.length - left.prefix.length);
      }
      branch = next.branch;
    }
  }
  const taken = branch.routes.get(operation.method);
  if (taken)
    throw new Error(`${operation.method} ${path} belongs to ${taken.operation.id} and ${operation.id}.`);
  const absent = parsePathTemplate(operation.path).flatMap((segment) =>
    'param' in segment && !names.includes(segment.param) ? [segment.param] : [],
  );
  branch.routes.set(operation.method, { operation, names, absent });
}

/** Depth first, fixed text before parameters; `values` holds what the parameters on the way have taken. */
function descend(
  branch: Branch,
  segments: readonly string[],
  index: number,
  method: string,
  values: string[],
  otherMethods: Set<string>,
): Route | undefined {
  if (index === segments.length) {
    const route = branch.routes.get(method);
    if (!route) for (const other of branch.routes.keys()) otherMethods.add(other);
    return route;
  }
  const segment = segments[index] ?? '';
  const literal = branch.literals.get(segment);
  if (literal) {
    const route = descend(literal, segments, index + 1, method, values, otherMethods);
    if (route) return route;
  }
  for (const { prefix, branch: next } of branch.parameters) {
    if (segment.length <= prefix.length || !segment.startsWith(prefix)) continue;
    values.push(prefix === '' ? segment : segment.slice(prefix.length));
    const route = descend(next, segments, index + 1, method, values, otherMethods);
    if (route) return route;
    values.pop();
  }
  return undefined;
}

function paramsOf(route: Route, values: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? '';
    if (value.length * 3 > pathParameterBytesMax && Buffer.byteLength(value) > pathParameterBytesMax) {
      throw new ProtocolError('tooLarge', `A part of the path has at most ${pathParameterBytesMax} bytes.`);
    }
    params[route.names[index] ?? ''] = value;
  }
  for (const name of route.absent) params[name] = '';
  return params;
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ProtocolError('invalidParam', `The path has a malformed percent encoding in "${segment}".`);
  }
}
