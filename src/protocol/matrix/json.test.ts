// Readers of untrusted objects, and numbers that keep their text.
import { describe, expect, it } from 'vitest';
import {
  ExactNumber,
  isJsonObject,
  type JsonObject,
  own,
  ownInteger,
  ownObject,
  ownString,
} from '#protocol/matrix/json';

describe('exact numbers', () => {
  it.each([
    ['-0', -0],
    ['1.0', 1],
    ['1.50', 1.5],
    ['1e3', 1000],
    ['-1E+3', -1000],
    ['9007199254740992', 2 ** 53],
    ['-9007199254740993', -(2 ** 53)],
    ['0.1000000000000000055511151231257827', 0.1],
    ['1e400', Number.POSITIVE_INFINITY],
    ['-1e400', Number.NEGATIVE_INFINITY],
    ['1e-400', 0],
  ])('%s keeps its text and tells its value', (text, value) => {
    const number = new ExactNumber(text);
    expect([number.text, number.value]).toEqual([text, value]);
    expect(JSON.stringify({ a: [number] })).toBe(`{"a":[${text}]}`);
  });

  it.each([
    '',
    ' 1.5',
    '1.5 ',
    '01.5',
    '+1.5',
    '.5',
    '5.',
    '1e',
    'NaN',
    'Infinity',
    '0x1p3',
    '1_0.0',
    '1.5\n',
  ])('%j is not how JSON writes a number', (text) => {
    expect(() => new ExactNumber(text)).toThrow(RangeError);
  });

  it.each(['0', '1', '-1', '9007199254740991', '-9007199254740991'])('%s is a plain number', (text) => {
    expect(() => new ExactNumber(text)).toThrow(RangeError);
  });

  it('cannot be changed', () => {
    const number = new ExactNumber('1.5');
    expect(() => Object.assign(number, { text: '2.5' })).toThrow(TypeError);
  });

  it('are no objects of JSON, whatever they hold', () => {
    const number = new ExactNumber('1.5');
    expect(isJsonObject(number)).toBe(false);
    expect(ownObject({ a: number }, 'a')).toBeUndefined();
    expect(ownInteger({ a: number }, 'a')).toBeUndefined();
    expect(own({ a: number }, 'a')).toBe(number);
  });
});

describe('reading what others wrote', () => {
  const hostile = JSON.parse(
    '{"__proto__":{"inherited":1},"a":"x","b":{"c":1},"d":9007199254740992}',
  ) as JsonObject;

  it('finds own keys only', () => {
    expect(own(hostile, 'inherited')).toBeUndefined();
    expect(own(hostile, 'constructor')).toBeUndefined();
    expect(own({}, '__proto__')).toBeUndefined();
    expect(own(hostile, '__proto__')).toEqual({ inherited: 1 });
  });

  it('finds what has the type that is asked for', () => {
    expect([ownString(hostile, 'a'), ownString(hostile, 'b')]).toEqual(['x', undefined]);
    expect([ownObject(hostile, 'b'), ownObject(hostile, 'a')]).toEqual([{ c: 1 }, undefined]);
    expect(ownInteger({ a: 2 ** 53 - 1 }, 'a')).toBe(2 ** 53 - 1);
    expect([ownInteger(hostile, 'd'), ownInteger({ a: 1.5 }, 'a')]).toEqual([undefined, undefined]);
  });

  it('knows objects from arrays and null', () => {
    expect([isJsonObject({}), isJsonObject([]), isJsonObject(null), isJsonObject('{}')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
