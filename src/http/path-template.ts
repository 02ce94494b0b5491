// Paths in OpenAPI form (`/rooms/{roomId}/send/{eventType}/{txnId}`): their parameters as types, and their segments as
// data that the router's tree is built from.

/** The names between braces in a path, as the keys of an object of strings. */
export type PathParams<Path extends string> = { readonly [Name in ParamNames<Path>]: string };

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** One part between slashes: fixed text, or a parameter that may follow a fixed prefix (`@{name}`). */
export type TemplateSegment =
  | { readonly literal: string }
  | { readonly prefix: string; readonly param: string };

/**
 * Splits a path template at its slashes.
 * @throws Error when it does not begin with a slash or has braces anywhere but around the end of a segment
 */
export function parsePathTemplate(path: string): readonly TemplateSegment[] {
  if (!path.startsWith('/')) throw new Error(`The path "${path}" must begin with "/".`);
  return path
    .slice(1)
    .split('/')
    .map((segment) => {
      const parameter = /^([^{}]*)\{([A-Za-z][A-Za-z0-9]*)\}$/.exec(segment);
      if (parameter) return { prefix: parameter[1] ?? '', param: parameter[2] ?? '' };
      if (/[{}]/.test(segment))
        throw new Error(`The path "${path}" has a malformed parameter in "${segment}".`);
      return { literal: segment };
    });
}
