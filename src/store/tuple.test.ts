import fc from 'fast-check';
// The FoundationDB binding's own encoder is the oracle.
import * as oracle from 'fdb-tuple';
import { describe, expect, test } from 'vitest';
import type { CommitStamp } from '#store/contract';
import { Double, packTuple, Stamped, type TupleElement, unpackTuple } from '#store/tuple';
import { PendingPosition, positionOf } from '#store/versionstamp';

const stamp = '00000000000000070001' as CommitStamp;

// Golden bytes, from the examples of the tuple layer's specification and by its rules.
const golden: [name: string, elements: TupleElement[], hex: string][] = [
  ['null', [null], '00'],
  ['bytes with a zero', [Buffer.from('666f6f00626172', 'hex')], '01666f6f00ff62617200'],
  ['text with a zero', ['F\u00d4O\u0000bar'], '0246c3944f00ff62617200'],
  ['nested', [[Buffer.from('foo\0bar'), null, []]], '0501666f6f00ff6261720000ff050000'],
  ['-5551212', [-5551212], '11ab4b93'],
  ['zero', [0], '14'],
  ['255 and 256', [255, 256], '15ff160100'],
  ['2^32 and 2^53-1', [2 ** 32, 2 ** 53 - 1], '190100000000' + '1b1fffffffffffff'],
  ['-1', [-1], '13fe'],
  ['a 9-byte integer', [1n << 64n], '1d09010000000000000000'],
  ['a negative 9-byte integer', [-(1n << 64n)], '0bf6feffffffffffffffff'],
  ['-42.0 as a double', [new Double(-42)], '213fbaffffffffffff'],
  ['booleans', [false, true], '2627'],
  ['a position', [new Stamped(positionOf(stamp, 3))], '33000000000000000700010003'],
];

describe('golden bytes', () => {
  test.each(golden)('%s', (_name, elements, hex) => {
    expect(packTuple(elements).toString('hex')).toBe(hex);
    expect(unpackTuple(Buffer.from(hex, 'hex'))).toEqual(elements);
  });

  test('a pending position is FF, its order behind it', () => {
    expect(packTuple([new PendingPosition(5)]).toString('hex')).toBe(`33${'ff'.repeat(10)}0005`);
  });
});

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
);
const element: fc.Arbitrary<TupleElement> = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }));
const tuple = fc.array(element, { maxLength: 5 });

describe('properties', () => {
  test('same bytes as the oracle', () => {
    fc.assert(
      fc.property(tuple, (elements) => {
        expect(packTuple(elements).equals(oracle.pack(elements as Parameters<typeof oracle.pack>[0]))).toBe(
          true,
        );
      }),
    );
  });

  test('what is packed is read back', () => {
    fc.assert(
      fc.property(tuple, (elements) => {
        expect(unpackTuple(packTuple(elements))).toEqual(elements);
      }),
    );
  });

  test('big integers and doubles are read back and sort as they are', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        const [x, y] = [packTuple([a]), packTuple([b])];
        expect(BigInt(unpackTuple(x)[0] as bigint)).toBe(a);
        expect(Math.sign(Buffer.compare(x, y))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const [x, y] = [packTuple([new Double(a)]), packTuple([new Double(b)])];
        expect((unpackTuple(x)[0] as Double).value).toBe(a);
        if (a !== b) expect(Buffer.compare(x, y) < 0).toBe(a < b);
      }),
    );
  });

  test('foreign bytes are read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          unpackTuple(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

test('a number that is no safe integer is refused', () => {
  expect(() => packTuple([0.5])).toThrow(TypeError);
  expect(() => packTuple([2 ** 53])).toThrow(TypeError);
});

test('a key holds one pending position at most', () => {
  expect(() => packTuple([new PendingPosition(0), new PendingPosition(1)])).toThrow(TypeError);
});
