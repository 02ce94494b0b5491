// The shapes that JSON can have, and readers that take nothing on trust: what a key holds in an event from elsewhere is
// whatever its sender put there (Client-Server API, "Room event format": event bodies are untrusted data).

export type JsonValue = null | boolean | number | ExactNumber | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

declare global {
  interface JSON {
    /** ECMAScript proposal "JSON.parse source text access": what `JSON.stringify` writes as it stands. */
    rawJSON(text: string): unknown;
  }
}

/**
 * A number that canonical JSON does not allow, as it was written: a fraction, an exponent, `-0`, or an integer beyond
 * ±(2^53 - 1). Events of room versions 1 to 5 may hold such numbers, and their hashes cover the very digits. All other
 * numbers are plain ones. Appendices, "Canonical JSON".
 */
export class ExactNumber {
  declare readonly __exactNumber: true;
  /** The number as it stands in the JSON that it came from. */
  readonly text: string;

  /** Throws a `RangeError` for what is no number of JSON (RFC 8259, section 6), or one that a plain number stands for. */
  constructor(text: string) {
    if (!numberGrammar.test(text)) throw new RangeError(`"${text.slice(0, 64)}" is not a JSON number.`);
    if (plainInteger(text) !== undefined) throw new RangeError(`${text} is a plain number.`);
    this.text = text;
    Object.freeze(this);
  }

  /** The nearest number there is: an infinity beyond the range of doubles, and digits past the 17th are lost. */
  get value(): number {
    return Number(this.text);
  }

  /** Makes `JSON.stringify` write the number as it came. */
  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }
}

const numberGrammar = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** The number that the text of a JSON number writes as canonical JSON would; undefined for one that it would not. */
export function plainInteger(text: string): number | undefined {
  // No integer of the range has more characters than the sign and 16 digits.
  if (text.length > plainIntegerCharactersMax) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) && String(value) === text ? value : undefined;
}

const plainIntegerCharactersMax = String(Number.MIN_SAFE_INTEGER).length;

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

/** What `key` itself holds: never something inherited, so `constructor` and `__proto__` are keys like any other. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function ownString(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === 'string' ? value : undefined;
}

export function ownObject(object: JsonObject, key: string): JsonObject | undefined {
  const value = own(object, key);
  return isJsonObject(value) ? value : undefined;
}

/** An integer that canonical JSON can carry: within ±(2^53 - 1). */
export function ownInteger(object: JsonObject, key: string): number | undefined {
  const value = own(object, key);
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}
