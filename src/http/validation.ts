// Checks what comes in against an operation's schemas, and says in the specification's words what is wrong with it.
import type { z } from 'zod';
import { ProtocolError } from '#support/errors';

/**
 * Checks a JSON body.
 * @throws ProtocolError badJson naming the field (Client-Server API: "malformed in some way, e.g. missing required
 *   keys, invalid values for keys")
 */
export function checkBody(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { field, issue } = firstIssue(result.error, value);
  throw new ProtocolError(
    'badJson',
    field === '' ? `The body: ${issue}.` : `The field "${field}" of the body: ${issue}.`,
  );
}

/** @throws ProtocolError missingParam or invalidParam naming the query parameter */
export function checkQuery(schema: z.ZodType, query: Readonly<Record<string, unknown>>): unknown {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const { field, issue, missing } = firstIssue(result.error, query);
  throw new ProtocolError(
    missing ? 'missingParam' : 'invalidParam',
    `The query parameter "${field}": ${issue}.`,
  );
}

function firstIssue(error: z.ZodError, value: unknown): { field: string; issue: string; missing: boolean } {
  const issue = error.issues[0];
  if (!issue) return { field: '', issue: 'invalid', missing: false };
  const missing = valueAt(value, issue.path) === undefined;
  return {
    field: issue.path.map(String).join('.'),
    issue: missing ? 'it is required' : issue.message.replace(/^Invalid input: /, ''),
    missing,
  };
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
