// Integers of events, which up to room version 5 may be greater than JavaScript's own numbers tell apart: an event's
// depth may reach 2^63 - 1 there. Room version pages, "Event format"; Appendices, "Canonical JSON".
import { ExactNumber, isJsonObject, type JsonObject, type JsonValue } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';
import { ProtocolError } from '#support/errors';

/** An integer: a plain number within ±(2^53 - 1), beyond that as it was written. */
export type Integer = number | ExactNumber;

/** What 64 bits hold with a sign: the range of `depth` and `origin_server_ts` before canonical JSON was enforced (v6). */
const longMax = 2n ** 63n - 1n;
const longDigitsMax = String(longMax).length;

/** True for an integer that events of the version may carry: 53 bits and a sign, up to room version 5 64 bits. */
export function isEventInteger(value: unknown, version: Pick<RoomVersion, 'strictJson'>): value is Integer {
  if (Number.isSafeInteger(value)) return true;
  if (version.strictJson || !(value instanceof ExactNumber)) return false;
  const digits = /^-?([0-9]+)$/.exec(value.text)?.[1];
  if (digits === undefined || digits.length > longDigitsMax) return false;
  const integer = BigInt(value.text);
  return integer >= -longMax - 1n && integer <= longMax;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`, to the last digit. */
export function compareIntegers(a: Integer, b: Integer): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [bigInteger(a), bigInteger(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `value` as a plain number; one beyond ±(2^53 - 1) becomes the end of that range. */
export function plainNumber(value: Integer): number {
  if (typeof value === 'number') return value;
  return Math.min(Math.max(value.value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

/**
 * The depth of an event that follows events of these depths: one more than the greatest, up to the greatest that the
 * version allows; 1 where it follows none.
 */
export function depthAfter(depths: readonly Integer[], version: Pick<RoomVersion, 'strictJson'>): Integer {
  const deepest = depths.reduce((most, depth) => (compareIntegers(depth, most) > 0 ? depth : most), 0);
  if (typeof deepest === 'number' && deepest < Number.MAX_SAFE_INTEGER) return deepest + 1;
  if (version.strictJson) return deepest;
  const next = bigInteger(deepest) + 1n;
  return new ExactNumber(String(next < longMax ? next : longMax));
}

/** True when there is a number in `value` that `JSON.parse` would not read as it was written. */
export function holdsExactNumber(value: JsonValue | undefined): boolean {
  if (value instanceof ExactNumber) return true;
  if (Array.isArray(value)) return value.some(holdsExactNumber);
  return isJsonObject(value) && Object.keys(value).some((key) => holdsExactNumber(value[key]));
}

/**
 * `value` as events of room versions 1 to 5 hold it: those of its numbers that canonical JSON does not know become exact
 * ones of the shortest text. Throws `badJson` for a number that is beyond those of JavaScript. Room version 1, "Canonical
 * JSON": the format "MUST NOT" be enforced.
 */
export function withExactNumbers(value: JsonObject): JsonObject {
  return exact(value) as JsonObject;
}

function exact(value: JsonValue): JsonValue {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return value;
    if (Number.isFinite(value)) return new ExactNumber(String(value));
    throw new ProtocolError('badJson', 'A number of the event is beyond the range of 64-bit floats.');
  }
  if (Array.isArray(value)) return value.map(exact);
  if (!isJsonObject(value)) return value;
  // Defined, not assigned: `__proto__` is a key like any other.
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, exact(each)]])),
  );
}

function bigInteger(value: Integer): bigint {
  return BigInt(typeof value === 'number' ? value : value.text);
}
