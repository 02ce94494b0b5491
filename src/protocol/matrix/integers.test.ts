// Integers at the edges of what JavaScript and what 64 bits tell apart. Room version pages, "Event format".
import { describe, expect, it } from 'vitest';
import {
  compareIntegers,
  depthAfter,
  type Integer,
  isEventInteger,
  plainNumber,
} from '#protocol/matrix/integers';
import { ExactNumber } from '#protocol/matrix/json';
import { roomVersion } from '#protocol/matrix/room-versions';

const [v5, v6] = [roomVersion('5'), roomVersion('6')];
const exact = (text: string) => new ExactNumber(text);
const safeMax = Number.MAX_SAFE_INTEGER;

describe('an integer of an event', () => {
  it.each<[unknown, boolean, boolean]>([
    [0, true, true],
    [safeMax, true, true],
    [-safeMax, true, true],
    [exact('9007199254740992'), true, false],
    [exact('9223372036854775807'), true, false],
    [exact('9223372036854775808'), false, false],
    [exact('-9223372036854775808'), true, false],
    [exact('-9223372036854775809'), false, false],
    [exact('-0'), true, false],
    [exact('1.0'), false, false],
    [exact('1e3'), false, false],
    [exact(`1${'0'.repeat(60_000)}`), false, false],
    [0.5, false, false],
    [Number.NaN, false, false],
    ['1', false, false],
    [null, false, false],
    [undefined, false, false],
    [{ text: '9007199254740992' }, false, false],
  ])('%j: %s up to version 5, %s from 6 on', (value, before, since) => {
    expect([isEventInteger(value, v5), isEventInteger(value, v6)]).toEqual([before, since]);
  });

  it('has an order to the last digit', () => {
    const ascending: Integer[] = [
      exact('-9223372036854775808'),
      -safeMax,
      -1,
      exact('-0'),
      1,
      safeMax,
      exact('9223372036854775806'),
      exact('9223372036854775807'),
    ];
    ascending.forEach((a, i) => {
      ascending.forEach((b, j) => {
        expect(Math.sign(compareIntegers(a, b))).toBe(Math.sign(i - j));
      });
    });
    expect(compareIntegers(exact('-0'), 0)).toBe(0);
  });

  it('is cut to the range of plain numbers where one is needed', () => {
    expect(plainNumber(7)).toBe(7);
    expect(plainNumber(exact('9223372036854775807'))).toBe(safeMax);
    expect(plainNumber(exact('-9223372036854775808'))).toBe(-safeMax);
  });
});

describe('depth', () => {
  it('is one more than the greatest', () => {
    expect(depthAfter([], v6)).toBe(1);
    expect(depthAfter([3, 9, 4], v6)).toBe(10);
    expect(depthAfter([safeMax - 1], v5)).toBe(safeMax);
  });

  it('stays at the limit of the version', () => {
    expect(depthAfter([safeMax, 1], v6)).toBe(safeMax);
    expect(depthAfter([safeMax, 1], v5)).toEqual(exact('9007199254740992'));
    expect(depthAfter([1, exact('9223372036854775806')], v5)).toEqual(exact('9223372036854775807'));
    expect(depthAfter([exact('9223372036854775807'), 5], v5)).toEqual(exact('9223372036854775807'));
  });
});
