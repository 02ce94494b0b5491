import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstPosition,
  lastPosition,
  type Position,
  positionBefore,
  positionFromText,
  positionToText,
} from '#databases/positions';

const positions = fc
  .uint8Array({ minLength: 12, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString('hex') as Position)
  .filter((position) => position !== firstPosition);

describe('positions as text', () => {
  it('come back as they were, in at most 16 URL-safe characters', () => {
    fc.assert(
      fc.property(positions, (position) => {
        const text = positionToText(position);
        expect(text).toMatch(/^[A-Za-z0-9_-]{0,16}$/);
        expect(positionFromText(text)).toBe(position);
      }),
    );
    expect(positionFromText(positionToText(lastPosition))).toBe(lastPosition);
  });

  it('are read in one form only', () => {
    for (const text of ['', 'AA', 'AAAA', 'a b', 'é', 'A=', '____________________', 'A+/A']) {
      expect(positionFromText(text)).toBeUndefined();
    }
  });
});

describe('positionBefore', () => {
  it('is one less, as a number', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(BigInt(`0x${positionBefore(position)}`)).toBe(BigInt(`0x${position}`) - 1n);
      }),
    );
    expect(() => positionBefore(firstPosition)).toThrow(RangeError);
  });
});
