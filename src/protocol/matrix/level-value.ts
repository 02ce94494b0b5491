// What a value in the power levels counts for: an integer, and in older rooms also text or a number with a fraction. Room
// version 1, "Deprecated event content schemas" (floats until v5, strings until v9); room version 10, "Values in
// m.room.power_levels events must be integers".
import { ExactNumber, type JsonValue } from '#protocol/matrix/json';
import type { RoomVersion } from '#protocol/matrix/room-versions';

/** One sign at most, digits with any leading zeros, and white space around. */
const writtenInteger = /^\s*[+-]?[0-9]+\s*$/;

/**
 * The level that `value` stands for in the version, or undefined where it stands for none. Integers beyond ±(2^53 - 1),
 * which only versions before 10 let in, are held to the nearest double, as the range they must keep is that of doubles. Text
 * may have any length: beyond that range it counts for an infinity, which is above or below all other levels.
 */
export function levelValue(value: JsonValue | undefined, version: RoomVersion): number | undefined {
  if (Number.isSafeInteger(value)) return whole(value as number);
  if (version.integerPowerLevels) return undefined;
  if (typeof value === 'string') return writtenInteger.test(value) ? Number(value) + 0 : undefined;
  if (version.strictJson) return undefined;
  if (typeof value === 'number') return whole(value);
  return value instanceof ExactNumber ? whole(value.value) : undefined;
}

/** True for a number that no double can hold; the versions that let such numbers in refuse power levels with one. */
export function isBeyondDoubles(value: JsonValue | undefined): boolean {
  const number = value instanceof ExactNumber ? value.value : value;
  return typeof number === 'number' && !Number.isFinite(number);
}

/** `number` cut off at its point, and never a negative zero. */
function whole(number: number): number | undefined {
  return Number.isFinite(number) ? Math.trunc(number) + 0 : undefined;
}
