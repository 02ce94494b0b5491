// Query parameters: from the raw query string to plain values, and the schemas that turn their text into numbers,
// truth values and lists.
import { z } from 'zod';

/** Every name once; one that is repeated has an array of its values. */
export function parseQuery(queryString: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  if (queryString === '') return query;
  for (const [name, value] of new URLSearchParams(queryString)) {
    const before = query[name];
    if (before === undefined) query[name] = value;
    else if (typeof before === 'string') query[name] = [before, value];
    else before.push(value);
  }
  return query;
}

/** A non-negative integer in decimal, such as `limit=10`. */
export const queryInteger = z
  .string()
  .regex(/^[0-9]{1,15}$/, 'expected a non-negative integer')
  .transform(Number);

/** `true` or `false`, in lower case. */
export const queryBoolean = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A parameter that may be repeated, such as `via`; always a list. */
export const queryList = z
  .union([z.string(), z.array(z.string())])
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));
