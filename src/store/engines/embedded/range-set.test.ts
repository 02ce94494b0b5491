import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RangeSet } from '#store/engines/embedded/range-set';

const letters = 'abcdefghijklmnop';
const range = fc
  .tuple(fc.nat(15), fc.nat(15))
  .map(([one, other]) => ({ begin: letters[Math.min(one, other)]!, end: letters[Math.max(one, other)]! }));

test('it holds the keys of all ranges that were added, as disjoint ranges in order', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), range, (added, probe) => {
      const set = new RangeSet();
      const keys = new Set<string>();
      for (const { begin, end } of added) {
        set.add(begin, end);
        for (const letter of letters) if (letter >= begin && letter < end) keys.add(letter);
      }
      for (const letter of letters) {
        expect(set.has(letter)).toBe(keys.has(letter));
        const around = set.rangeAround(letter);
        expect(around !== undefined && around.begin <= letter && letter < around.end).toBe(keys.has(letter));
        const previous = letters[letters.indexOf(letter) - 1];
        const below = set.rangeBelow(letter);
        expect(below !== undefined).toBe(previous !== undefined && keys.has(previous));
        if (below) expect(below.begin < letter && letter <= below.end).toBe(true);
      }
      const probed = [...letters].filter((letter) => letter >= probe.begin && letter < probe.end);
      expect(set.overlaps(probe.begin, probe.end)).toBe(probed.some((letter) => keys.has(letter)));
      const ranges = [...set];
      for (const [index, { begin, end }] of ranges.entries()) {
        expect(begin < end).toBe(true);
        if (index > 0) expect(ranges[index - 1]!.end < begin).toBe(true);
      }
      expect(set.isEmpty).toBe(keys.size === 0);
    }),
    { numRuns: 500 },
  );
});
