// How numbers that canonical JSON does not allow are written where they must be hashed all the same: in events of room
// versions 1 to 5. Appendices, "Canonical JSON", whose last example turns `-0` into `0` and `1e10` into `10000000000`.
import { type ExactNumber, plainInteger } from '#protocol/matrix/json';

/**
 * The text that `number` has in canonical JSON: `-0` and exponents that come to an integer within ±(2^53 - 1) are
 * written as that integer, anything else as it came. One pass, and no arithmetic that could round.
 */
export function canonicalNumber({ text }: ExactNumber): string {
  if (text === '-0') return '0';
  const match = withExponent.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = significant(whole! + fraction);
  if (digits.text === '') return '0';
  // Where the decimal point comes to stand, counted from behind the last significant digit.
  const zeros = Number(exponent) - fraction.length + digits.trailingZeros;
  if (zeros < 0 || digits.text.length + zeros > digitsMax) return text;
  const written = `${sign}${digits.text}${'0'.repeat(zeros)}`;
  return plainInteger(written) === undefined ? text : written;
}

const withExponent = /^(-?)([0-9]+)(?:\.([0-9]+))?[eE]([+-]?[0-9]+)$/;
const digitsMax = String(Number.MAX_SAFE_INTEGER).length;

/** The digits between leading and trailing zeros, and how many of the latter there were. */
function significant(digits: string): { text: string; trailingZeros: number } {
  let start = 0;
  while (digits[start] === '0') start++;
  let end = digits.length;
  while (end > start && digits[end - 1] === '0') end--;
  return { text: digits.slice(start, end), trailingZeros: digits.length - end };
}
