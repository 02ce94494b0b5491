// Which values are levels in which versions, and which level each is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber, type JsonValue } from '#protocol/matrix/json';
import { isBeyondDoubles, levelValue } from '#protocol/matrix/level-value';
import { roomVersion, roomVersions } from '#protocol/matrix/room-versions';

/** What a value counts for in version 5, version 9 and version 10. */
const counts = (value: JsonValue | undefined) =>
  ['5', '9', '10'].map((id) => levelValue(value, roomVersion(id)));
const exact = (text: string) => new ExactNumber(text);

describe('a level', () => {
  it.each([0, 50, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])('may be the integer %d', (value) => {
    expect(counts(value)).toEqual([value, value, value]);
  });

  it('is zero where a negative zero stands', () => {
    expect(counts(-0).map((level) => Object.is(level, 0))).toEqual([true, true, true]);
  });

  it.each([
    ['100', 100],
    ['000100', 100],
    ['+100', 100],
    ['-100', -100],
    [' 100 ', 100],
    ['\t00100\n', 100],
    [' -100 ', -100],
    ['-0', 0],
    ['9007199254740993', 9007199254740992],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    [`-${'9'.repeat(400)}`, Number.NEGATIVE_INFINITY],
    [`${'0'.repeat(400)}7`, 7],
  ])('may be written as the text %j until version 10', (text, level) => {
    expect(counts(text)).toEqual([level, level, undefined]);
  });

  it.each(['', ' ', '+', '--1', '+-1', '- 1', '1 0', '1.0', '1e2', '0x10', '٣', 'Infinity', 'NaN'])(
    'is not the text %j',
    (text) => {
      expect(counts(text)).toEqual([undefined, undefined, undefined]);
    },
  );

  it.each<[string, JsonValue, number]>([
    ['50.57', 50.57, 50],
    ['50.57', exact('50.57'), 50],
    ['-50.57', exact('-50.57'), -50],
    ['-0.5', exact('-0.5'), 0],
    ['-0', exact('-0'), 0],
    ['5.114698E4', exact('5.114698E4'), 51146],
    ['1e-400', exact('1e-400'), 0],
    ['1e300', exact('1e300'), 1e300],
  ])('may be the number %s until version 6, cut at its point', (_, value, level) => {
    expect(counts(value)).toEqual([level, undefined, undefined]);
  });

  it.each<[string, JsonValue | undefined]>([
    ['1e400', exact('1e400')],
    ['-1e400', exact('-1e400')],
    ['an infinity', Number.POSITIVE_INFINITY],
    ['no number', Number.NaN],
    ['true', true],
    ['null', null],
    ['a list', [1]],
    ['an object', { 1: 1 }],
    ['nothing', undefined],
  ])('is not %s', (_, value) => {
    expect(counts(value)).toEqual([undefined, undefined, undefined]);
  });

  it('is always an integer that equals itself, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...roomVersions.values()), (value, version) => {
        const level = levelValue(value as JsonValue, version);
        expect(level === undefined || Number.isInteger(level)).toBe(true);
        expect(Object.is(level, -0)).toBe(false);
      }),
    );
  });

  it('is read back from any way of writing it as text', () => {
    const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '\u00a0'), maxLength: 3 });
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(5), space, space, (level, zeros, before, after) => {
        const sign = level < 0 ? '-' : '+';
        const text = `${before}${sign}${'0'.repeat(zeros)}${Math.abs(level)}${after}`;
        expect(levelValue(text, roomVersion('9'))).toBe(level);
      }),
    );
  });
});

it('only numbers are beyond doubles', () => {
  const values = [exact('1e400'), exact('-1e400'), Number.NaN, exact('1e300'), 1.5, '1e400', undefined, null];
  expect(values.map(isBeyondDoubles)).toEqual([true, true, true, false, false, false, false, false]);
});
