// The heap against sorting, with takings in between.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '#protocol/matrix/resolution/heap';

test('gives back the smallest of what it holds', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }))), (acts) => {
      const heap = new Heap<number>((a, b) => a < b);
      const held: number[] = [];
      // A number is put in; null takes the smallest out.
      for (const act of [...acts, ...acts.map(() => null)]) {
        if (act === null) {
          held.sort((a, b) => a - b);
          expect(heap.peek()).toBe(held[0]);
          expect(heap.pop()).toBe(held.shift());
        } else {
          heap.push(act);
          held.push(act);
        }
        expect(heap.size).toBe(held.length);
      }
    }),
  );
});
