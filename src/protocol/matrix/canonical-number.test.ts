// The numbers of old rooms as canonical JSON writes them, held against arithmetic on big integers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalNumber } from '#protocol/matrix/canonical-number';
import { ExactNumber } from '#protocol/matrix/json';

describe('numbers that canonical JSON does not allow', () => {
  it.each([
    ['-0', '0'],
    ['1e10', '10000000000'],
    ['1E+2', '100'],
    ['-1e2', '-100'],
    ['1.5e1', '15'],
    ['1500e-2', '15'],
    ['0e5', '0'],
    ['-0e5', '0'],
    ['0.000e-99', '0'],
    ['9007199254740991e0', '9007199254740991'],
    ['-0.9007199254740991e16', '-9007199254740991'],
    ['9007199254740992e0', '9007199254740992e0'],
    ['1e16', '1e16'],
    ['1.05e1', '1.05e1'],
    ['1e-1', '1e-1'],
    ['1.00000000000000000000000000000001e0', '1.00000000000000000000000000000001e0'],
    ['1e400', '1e400'],
    ['1e99999999999999999999', '1e99999999999999999999'],
    ['1e-99999999999999999999', '1e-99999999999999999999'],
    ['0e99999999999999999999', '0'],
    ['1.0', '1.0'],
    ['-0.0', '-0.0'],
    ['1.50', '1.50'],
    ['9007199254740992', '9007199254740992'],
    ['-123456789012345678901234567890', '-123456789012345678901234567890'],
  ])('%s is written %s', (text, expected) => {
    expect(canonicalNumber(new ExactNumber(text))).toBe(expected);
  });

  it('are integers where the exponent comes to one within the range, else left alone', () => {
    const digits = fc.stringMatching(/^[0-9]{1,20}$/);
    const wholes = fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,17}$/));
    fc.assert(
      fc.property(
        fc.boolean(),
        wholes,
        fc.option(digits, { nil: '' }),
        fc.integer({ min: -25, max: 25 }),
        (negative, whole, fraction, exponent) => {
          const text = `${negative ? '-' : ''}${whole}${fraction && '.'}${fraction}e${exponent}`;
          const shift = exponent - fraction.length;
          const numerator = BigInt(whole + fraction) * 10n ** BigInt(Math.max(shift, 0));
          const denominator = 10n ** BigInt(Math.max(-shift, 0));
          const magnitude = numerator / denominator;
          const integral = numerator % denominator === 0n && magnitude < 2n ** 53n;
          expect(canonicalNumber(new ExactNumber(text))).toBe(
            integral ? String(negative ? -magnitude : magnitude) : text,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('take time that grows with their length', () => {
    const zeros = '0'.repeat(1_000_000);
    expect(canonicalNumber(new ExactNumber(`1${zeros}e-1000000`))).toBe('1');
    expect(canonicalNumber(new ExactNumber(`0.${zeros}1e1000001`))).toBe('1');
    expect(canonicalNumber(new ExactNumber(`1${zeros}1e-1`))).toHaveLength(1_000_005);
  });
});
