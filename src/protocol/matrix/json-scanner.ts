// A parser of JSON that loses nothing and lets nothing pass twice, for what the engine's own would quietly change: it
// keeps numbers as they were written, and refuses an object with the same key twice, which readers would take for
// different things. RFC 8259; Appendices, "Canonical JSON".
import { ExactNumber, type JsonValue, plainInteger } from '#protocol/matrix/json';
import { ProtocolError } from '#support/errors';
import { jsonDepthMax } from '#support/limits';

/** A text on its way through the parser. */
interface Scan {
  readonly text: string;
  /** Index of the next UTF-16 unit to look at. */
  at: number;
  hasExactNumbers: boolean;
}

/**
 * Reads the one value that `text` holds, in time that grows with its length. Says too whether an `ExactNumber` is in it.
 *
 * Throws `notJson` for what RFC 8259 does not allow, and `badJson` for an object with the same key twice, half of a
 * surrogate pair, and nesting deeper than `jsonDepthMax`.
 */
export function scanJson(text: string): { value: JsonValue; hasExactNumbers: boolean } {
  if (!text.isWellFormed()) throw halfPair();
  const scan: Scan = { text, at: 0, hasExactNumbers: false };
  skipSpace(scan);
  const value = scanValue(scan, 0);
  skipSpace(scan);
  if (scan.at < text.length) throw unexpected(scan);
  return { value, hasExactNumbers: scan.hasExactNumbers };
}

/** From the first unit of a value to behind its last one. `depth` counts the arrays and objects around it. */
function scanValue(scan: Scan, depth: number): JsonValue {
  switch (scan.text.charCodeAt(scan.at)) {
    case 0x22: // "
      return scanString(scan);
    case 0x7b: // {
      return scanObject(scan, depth);
    case 0x5b: // [
      return scanArray(scan, depth);
    case 0x74: // t
      return scanWord(scan, 'true', true);
    case 0x66: // f
      return scanWord(scan, 'false', false);
    case 0x6e: // n
      return scanWord(scan, 'null', null);
    default:
      return scanNumber(scan);
  }
}

function scanObject(scan: Scan, depth: number): JsonValue {
  const object: Record<string, JsonValue> = {};
  if (enter(scan, depth) === 0x7d) {
    scan.at++;
    return object;
  }
  for (;;) {
    if (scan.text.charCodeAt(scan.at) !== 0x22) throw unexpected(scan);
    const key = scanString(scan);
    skipSpace(scan);
    if (scan.text.charCodeAt(scan.at) !== 0x3a) throw unexpected(scan);
    scan.at++;
    skipSpace(scan);
    const value = scanValue(scan, depth + 1);
    // What is inherited, such as `constructor`, is no key of the object's yet.
    if (object[key] !== undefined && Object.hasOwn(object, key)) throw twice(key);
    // Assigning to `__proto__` would change what the object inherits.
    if (key === '__proto__') Object.defineProperty(object, key, { ...plainProperty, value });
    else object[key] = value;
    if (next(scan, 0x7d)) return object;
  }
}

const plainProperty = { configurable: true, enumerable: true, writable: true };

function scanArray(scan: Scan, depth: number): JsonValue {
  const array: JsonValue[] = [];
  if (enter(scan, depth) === 0x5d) {
    scan.at++;
    return array;
  }
  for (;;) {
    array.push(scanValue(scan, depth + 1));
    if (next(scan, 0x5d)) return array;
  }
}

/** Steps over an opening bracket; answers the unit that follows it. */
function enter(scan: Scan, depth: number): number {
  if (depth >= jsonDepthMax) {
    throw new ProtocolError('badJson', `JSON is nested deeper than ${jsonDepthMax} levels.`);
  }
  scan.at++;
  skipSpace(scan);
  return scan.text.charCodeAt(scan.at);
}

/** Steps over what follows an entry: a comma (false), or `closing` (true). */
function next(scan: Scan, closing: number): boolean {
  skipSpace(scan);
  const unit = scan.text.charCodeAt(scan.at);
  if (unit !== 0x2c && unit !== closing) throw unexpected(scan);
  scan.at++;
  if (unit === closing) return true;
  skipSpace(scan);
  return false;
}

function scanString(scan: Scan): string {
  const { text } = scan;
  const start = scan.at;
  for (scan.at++; ; scan.at++) {
    const unit = text.charCodeAt(scan.at);
    if (unit === 0x22) break;
    if (unit === 0x5c) scan.at++;
    else if (Number.isNaN(unit)) throw unexpected(scan);
  }
  scan.at++;
  const string = unquote(text.slice(start, scan.at));
  if (string === undefined) {
    scan.at = start;
    throw unexpected(scan);
  }
  if (!string.isWellFormed()) throw halfPair();
  return string;
}

/**
 * The engine knows the escapes, is as strict as RFC 8259 about them and about control characters, and copies: a mere
 * slice would keep the whole text in memory for as long as the string.
 */
function unquote(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function scanWord<T extends JsonValue>(scan: Scan, word: string, value: T): T {
  if (!scan.text.startsWith(word, scan.at)) throw unexpected(scan);
  scan.at += word.length;
  return value;
}

function scanNumber(scan: Scan): number | ExactNumber {
  const start = scan.at;
  if (scan.text.charCodeAt(scan.at) === 0x2d) scan.at++;
  // A zero stands alone: what follows one is then no part of the number, and refused where it is looked at next.
  if (scan.text.charCodeAt(scan.at) === 0x30) scan.at++;
  else scanDigits(scan);
  if (scan.text.charCodeAt(scan.at) === 0x2e) {
    scan.at++;
    scanDigits(scan);
  }
  if ((scan.text.charCodeAt(scan.at) | 0x20) === 0x65) {
    scan.at++;
    const sign = scan.text.charCodeAt(scan.at);
    if (sign === 0x2b || sign === 0x2d) scan.at++;
    scanDigits(scan);
  }
  const text = scan.text.slice(start, scan.at);
  const plain = plainInteger(text);
  if (plain !== undefined) return plain;
  scan.hasExactNumbers = true;
  return new ExactNumber(text.length > copiedSliceMax ? (JSON.parse(`"${text}"`) as string) : text);
}

/** Slices of so many characters are copies in any case; longer ones would keep the whole text in memory. */
const copiedSliceMax = 12;

/** One digit or more. */
function scanDigits(scan: Scan): void {
  const start = scan.at;
  for (;;) {
    const unit = scan.text.charCodeAt(scan.at);
    if (!(unit >= 0x30 && unit <= 0x39)) break;
    scan.at++;
  }
  if (scan.at === start) throw unexpected(scan);
}

function skipSpace(scan: Scan): void {
  for (;;) {
    const unit = scan.text.charCodeAt(scan.at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    scan.at++;
  }
}

function unexpected(scan: Scan): ProtocolError {
  if (scan.at >= scan.text.length) return new ProtocolError('notJson', 'JSON ends before it is complete.');
  return new ProtocolError('notJson', `What stands at character ${scan.at} is not JSON.`);
}

function halfPair(): ProtocolError {
  return new ProtocolError('badJson', 'A string holds half of a surrogate pair.');
}

function twice(key: string): ProtocolError {
  return new ProtocolError('badJson', `An object holds the key ${JSON.stringify(key.slice(0, 64))} twice.`);
}
