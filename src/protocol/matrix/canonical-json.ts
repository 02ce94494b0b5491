// Canonical JSON: the one encoding of a value that hashes and signatures are taken of. Matrix sorts keys by code point
// and knows integers only, so RFC 8785 libraries do not fit. Appendices, "Canonical JSON".
import { canonicalNumber } from '#protocol/matrix/canonical-number';
import { ExactNumber, isJsonObject, type JsonObject, type JsonValue } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';
import { jsonDepthMax } from '#support/limits';

/**
 * Encodes `value` with sorted keys and without white space, as text (its bytes are its UTF-8). Negative zero becomes
 * `0`, as in the specification's own example; an `ExactNumber` is written as `canonicalNumber` says.
 *
 * Throws `badJson` for plain numbers that are fractions or beyond ±(2^53 - 1), lone surrogates, nesting deeper than
 * `jsonDepthMax`, and whatever is not JSON (`undefined`, functions, …).
 */
export function canonicalJson(value: JsonValue): string {
  // The engine's own writer is several times as fast as any of ours, so it is given an object that it need only write.
  const form = sortedForm(value, 0);
  return form === unsortable ? encode(value) : JSON.stringify(form);
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

/** Stands for a value with keys that no object of the engine holds in canonical order. */
const unsortable = Symbol('unsortable');

/**
 * Checks `value`, and answers what `JSON.stringify` writes as canonical JSON: `value` itself wherever it is in order,
 * as what this server wrote is and what it has read back, else a copy.
 */
function sortedForm(value: JsonValue | undefined, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      checkString(value);
      return value;
    case 'number':
      checkInteger(value);
      return value;
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return value;
      if (value instanceof ExactNumber) return JSON.rawJSON(canonicalNumber(value));
      if (depth >= jsonDepthMax) throw tooDeep();
      return Array.isArray(value) ? sortedArray(value, depth) : sortedObject(value as JsonObject, depth);
    default:
      throw notJson(value);
  }
}

function sortedArray(array: readonly JsonValue[], depth: number): unknown {
  let form: unknown[] | undefined;
  let sortable = true;
  for (let index = 0; index < array.length; index++) {
    const item = sortedForm(array[index], depth + 1);
    if (item === unsortable) sortable = false;
    else if (item !== array[index]) (form ??= [...array])[index] = item;
  }
  return sortable ? (form ?? array) : unsortable;
}

function sortedObject(object: JsonObject, depth: number): unknown {
  const keys = Object.keys(object);
  for (const key of keys) checkString(key);
  const moved = sortKeys(keys);
  let sortable = !moved || !keys.some((key) => indexKey.test(key));
  let copy: Record<string, unknown> | undefined = moved ? {} : undefined;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const value = object[key];
    const form = sortedForm(value, depth + 1);
    if (form === unsortable) sortable = false;
    if (copy === undefined && form !== value) {
      copy = {};
      for (let before = 0; before < index; before++) put(copy, keys[before]!, object[keys[before]!]);
    }
    if (copy !== undefined) put(copy, key, form);
  }
  return sortable ? (copy ?? object) : unsortable;
}

/** Keys that engines list first and by their value, wherever they were put (ECMAScript, "OrdinaryOwnPropertyKeys"). */
const indexKey = /^[0-9]+$/;

function put(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true });
  else object[key] = value;
}

/** Writes what `sortedForm` has checked. Keys go out as text, so that those that look like numbers have no other order. */
function encode(value: JsonValue | undefined): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof ExactNumber) return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map(encode).join(',')}]`;
  const object = value as JsonObject;
  const keys = Object.keys(object);
  sortKeys(keys);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${encode(object[key])}`).join(',')}}`;
}

/** Sorts in place, and says whether anything moved. */
function sortKeys(keys: string[]): boolean {
  // Few keys are nearly always nearly sorted, which insertion does at the cost of one comparison a key.
  let moved = false;
  for (let end = 1; end < keys.length; end++) {
    const key = keys[end]!;
    if (compareCodePoints(keys[end - 1]!, key) <= 0) continue;
    moved = true;
    if (keys.length > insertionKeysMax) {
      keys.sort(compareCodePoints);
      break;
    }
    let hole = end;
    do keys[hole] = keys[hole - 1]!;
    while (--hole > 0 && compareCodePoints(keys[hole - 1]!, key) > 0);
    keys[hole] = key;
  }
  return moved;
}

const insertionKeysMax = 24;

function check(value: unknown, depth: number): void {
  if (value instanceof ExactNumber) throw notCanonical(value.text);
  if (Object.is(value, -0)) throw notCanonical('-0');
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
    throw notCanonical(String(value));
  }
}

function notCanonical(number: string): ProtocolError {
  return new ProtocolError('badJson', `${number.slice(0, 64)} is not an integer within ±(2^53 - 1).`);
}

function tooDeep(): ProtocolError {
  return new ProtocolError('badJson', `JSON is nested deeper than ${jsonDepthMax} levels.`);
}

function notJson(value: unknown): ProtocolError {
  return new ProtocolError('badJson', `A value of type ${typeof value} is not JSON.`);
}
