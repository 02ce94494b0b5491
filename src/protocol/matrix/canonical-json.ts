// Canonical JSON: the one encoding of a value that hashes and signatures are taken of. Matrix sorts keys by code point
// and knows integers only, so RFC 8785 libraries do not fit. Appendices, "Canonical JSON".
import { isJsonObject, type JsonObject, type JsonValue } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';
import { jsonDepthMax } from '#support/limits';

/**
 * Encodes `value` with sorted keys and without white space, as text (its bytes are its UTF-8). Negative zero becomes
 * `0`, as in the specification's own example.
 *
 * Throws `badJson` for fractions, integers beyond ±(2^53 - 1), lone surrogates, nesting deeper than `jsonDepthMax`,
 * and whatever is not JSON (`undefined`, functions, …).
 */
export function canonicalJson(value: JsonValue): string {
  // What this server wrote, and what it has read back, is sorted already: then the engine's own writer does the work.
  return isSorted(value, 0) ? JSON.stringify(value) : encode(value);
}

/**
 * Throws `badJson` unless `value` could have been read from canonical JSON, as room versions 6 and later require of
 * events. Here negative zero is refused too: it MUST NOT appear.
 */
export function checkCanonical(value: unknown): asserts value is JsonValue {
  check(value, 0);
}

/** Orders strings by code point; UTF-16's own order differs where surrogates meet U+E000 to U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Moves the surrogates, which stand for code points above U+FFFF, behind the units that stand for themselves. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Checks `value` on the way; true when writing keys in their present order is the canonical order. */
function isSorted(value: JsonValue | undefined, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      checkString(value);
      return true;
    case 'number':
      checkInteger(value);
      return true;
    case 'boolean':
      return true;
    case 'object': {
      if (value === null) return true;
      if (depth >= jsonDepthMax) throw tooDeep();
      let sorted = true;
      if (Array.isArray(value)) {
        for (const item of value) if (!isSorted(item, depth + 1)) sorted = false;
        return sorted;
      }
      let previous: string | undefined;
      const object = value as JsonObject;
      for (const key of Object.keys(object)) {
        checkString(key);
        if (previous !== undefined && compareCodePoints(previous, key) > 0) sorted = false;
        previous = key;
        if (!isSorted(object[key], depth + 1)) sorted = false;
      }
      return sorted;
    }
    default:
      throw notJson(value);
  }
}

/** Writes what `isSorted` has checked. Keys go out as text, so that no engine reorders those that look like numbers. */
function encode(value: JsonValue | undefined): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '0' : String(value);
  if (Array.isArray(value)) {
    let items = '';
    for (const item of value) items += items === '' ? encode(item) : `,${encode(item)}`;
    return `[${items}]`;
  }
  const object = value as JsonObject;
  let members = '';
  for (const key of sortedKeys(object)) {
    members += `${members === '' ? '' : ','}${quote(key)}:${encode(object[key])}`;
  }
  return `{${members}}`;
}

/** Few keys are nearly always nearly sorted, which insertion does at the cost of one comparison a key. */
function sortedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object);
  if (keys.length > insertionKeysMax) return keys.sort(compareCodePoints);
  for (let end = 1; end < keys.length; end++) {
    const key = keys[end]!;
    let hole = end;
    for (; hole > 0 && compareCodePoints(keys[hole - 1]!, key) > 0; hole--) keys[hole] = keys[hole - 1]!;
    keys[hole] = key;
  }
  return keys;
}

const insertionKeysMax = 24;

/** Anything but `unescaped` of the grammar. */
const needsEscape = /[^ !#-[\]-\uffff]/;

/** The engine's escapes are those of the grammar; most strings need none. */
function quote(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function check(value: unknown, depth: number): void {
  if (Object.is(value, -0)) throw new ProtocolError('badJson', 'Negative zero is not canonical JSON.');
  if (Array.isArray(value)) {
    if (depth >= jsonDepthMax) throw tooDeep();
    for (const item of value) check(item, depth + 1);
  } else if (isJsonObject(value)) {
    if (depth >= jsonDepthMax) throw tooDeep();
    for (const key of Object.keys(value)) {
      checkString(key);
      check(value[key], depth + 1);
    }
  } else if (typeof value === 'string') checkString(value);
  else if (typeof value === 'number') checkInteger(value);
  else if (value !== null && typeof value !== 'boolean') throw notJson(value);
}

function checkString(text: string): void {
  if (!text.isWellFormed()) throw new ProtocolError('badJson', 'A string holds half of a surrogate pair.');
}

function checkInteger(value: number): void {
  if (!Number.isSafeInteger(value)) {
    throw new ProtocolError('badJson', `${value} is not an integer within ±(2^53 - 1).`);
  }
}

function tooDeep(): ProtocolError {
  return new ProtocolError('badJson', `JSON is nested deeper than ${jsonDepthMax} levels.`);
}

function notJson(value: unknown): ProtocolError {
  return new ProtocolError('badJson', `A value of type ${typeof value} is not JSON.`);
}
