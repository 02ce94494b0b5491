// The parser for what comes from other servers: numbers keep their text, so that hashes over old events come out right,
// and what two servers could read differently is refused. RFC 8259; Appendices, "Canonical JSON".
import { Buffer, isUtf8 } from 'node:buffer';
import type { JsonValue } from '#protocol/matrix/json';
import { scanJson } from '#protocol/matrix/json-scanner';
import { ProtocolError } from '#support/errors';
import { jsonDepthMax } from '#support/limits';

export interface ParsedJson {
  readonly value: JsonValue;
  /**
   * True when canonical JSON can carry the value: all numbers are plain integers within ±(2^53 - 1). Otherwise some are
   * an `ExactNumber`, which room versions 1 to 5 accept and later ones refuse. How the text was laid out has no say.
   */
  readonly isCanonical: boolean;
}

/**
 * Parses JSON, as text or as bytes of UTF-8 without a byte order mark. All keys of an object are its own, `__proto__`
 * among them, so it is to be read with `own` and its like. Takes time that grows with the length of `source`.
 *
 * Throws `notJson` for what is not UTF-8 or not JSON (RFC 8259), and `badJson` for JSON that not every server reads
 * alike: an object with the same key twice, half of a surrogate pair, nesting deeper than `jsonDepthMax`.
 */
export function parseJson(source: string | Uint8Array): ParsedJson {
  const text = typeof source === 'string' ? source : decode(source);
  // The engine's parser is the fastest by far, and quick to check where no number and no escape can have been changed.
  const members = text.isWellFormed() ? countPlainMembers(text) : undefined;
  if (members !== undefined) {
    const value = parseNatively(text);
    if (countKeys(value) === members) return { value, isCanonical: true };
  }
  const { value, hasExactNumbers } = scanJson(text);
  return { value, isCanonical: !hasExactNumbers };
}

function decode(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new ProtocolError('notJson', 'JSON is UTF-8, and this is not.');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function parseNatively(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new ProtocolError('notJson', text === '' ? 'There is no JSON to read.' : 'This is not JSON.');
  }
}

/**
 * Counts the members of all objects in `text`, if it is JSON. Undefined when it nests too deep, or when a number or an
 * escaped surrogate has to be looked at more closely. What is not JSON may get any answer.
 */
function countPlainMembers(text: string): number | undefined {
  if (text.includes('\\u') && escapedSurrogate.test(text)) return undefined;
  let members = 0;
  let depth = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x30 && unit <= 0x39) {
      if (++digits > plainDigitsMax) return undefined;
      continue;
    }
    switch (unit) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x3a: // :
        members++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > jsonDepthMax) return undefined;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x2d: // -
        if (text.charCodeAt(at + 1) === 0x30) return undefined;
        break;
      case 0x2e: // .
      case 0x45: // E
        return undefined;
      case 0x65: // e, of an exponent or of a word
        if (digits > 0) return undefined;
    }
    digits = 0;
  }
  return members;
}

const escapedSurrogate = /\\u[dD][89a-fA-F]/;
/** Numbers of so many digits are within the range; for longer ones it takes a comparison. */
const plainDigitsMax = 15;

/** The index of the quote that closes the string opened at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start; ; ) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    // A quote after an odd number of backslashes belongs to the string.
    let before = at - 1;
    while (text.charCodeAt(before) === 0x5c) before--;
    if ((at - before) % 2 === 1) return at;
  }
}

/** The keys of all objects in `value`: fewer than its text had members where one of them named a key again. */
function countKeys(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  const isArray = Array.isArray(value);
  const entries: readonly JsonValue[] = isArray ? value : Object.values(value);
  let count = isArray ? 0 : entries.length;
  for (const entry of entries) if (typeof entry === 'object') count += countKeys(entry);
  return count;
}
