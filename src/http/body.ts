// Request bodies, hostile until read: a cap while they stream in, UTF-8, JSON, depth, no `__proto__`, whole characters.
// Client-Server API, "API Standards" (JSON in UTF-8, whatever Content-Type says) and "Common error codes".
import { isUtf8 } from 'node:buffer';
import { ProtocolError } from '#support/errors';
import { jsonDepthMax } from '#support/limits';

export function bodyTooLarge(bytesMax: number): ProtocolError {
  return new ProtocolError('tooLarge', `The body is larger than ${bytesMax} bytes.`);
}

/**
 * Parses a JSON body.
 * @throws ProtocolError notJson for what is not UTF-8 or not JSON; badJson for what nests deeper than `jsonDepthMax`,
 *   names a property `__proto__` or holds half of a surrogate pair
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new ProtocolError('notJson', 'The body is not valid UTF-8.');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError(
      'notJson',
      bytes.length === 0 ? 'The body is empty: it must be JSON.' : 'The body is not valid JSON.',
    );
  }
  // Walking costs more than parsing, so it is left to bodies that could need it: as many opening brackets as the
  // depth allows, or a property that could read `__proto__` (an escape may hide it, and half of a surrogate pair).
  if (mayNestTooDeep(text) || text.includes('__proto__') || text.includes('\\u')) refuseTraps(value);
  return value;
}

/** False when no more brackets open than may nest; hopping from one to the next is native and there are few. */
function mayNestTooDeep(text: string): boolean {
  let openings = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++openings > jsonDepthMax) return true;
    }
  }
  return false;
}

/** Depth, prototypes, and half surrogate pairs, which no JSON in UTF-8 can answer with ("API Standards"). */
function refuseTraps(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > jsonDepthMax) {
      throw new ProtocolError('badJson', `The body nests deeper than ${jsonDepthMax} levels.`);
    }
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (Object.hasOwn(value, '__proto__')) {
        throw new ProtocolError('badJson', 'The body names a property "__proto__", which is not allowed.');
      }
      for (const [key, child] of Object.entries(value)) {
        refuseHalfPairs(key);
        if (typeof child === 'string') refuseHalfPairs(child);
        else if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
}

function refuseHalfPairs(text: string): void {
  if (text.isWellFormed()) return;
  throw new ProtocolError('badJson', 'A string of the body holds half of a surrogate pair.');
}
