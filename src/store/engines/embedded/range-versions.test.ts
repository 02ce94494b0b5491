import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RangeVersions } from '#store/engines/embedded/range-versions';

const letters = 'abcdefgh';
const range = fc
  .tuple(fc.nat(7), fc.nat(7))
  .map(([one, other]) => ({ begin: letters[Math.min(one, other)]!, end: letters[Math.max(one, other)]! }));
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), range }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('prune' as const), ago: fc.nat(4) }) },
);

test('it knows which version touched a key last, back to where it was pruned', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), range, (steps, probe) => {
      const touched = new RangeVersions();
      const versionsOf = new Map<string, number[]>([...letters].map((letter) => [letter, []]));
      let version = 0;
      let pruned = 0;
      for (const action of steps) {
        if (action.kind === 'prune') {
          pruned = Math.max(pruned, version - action.ago);
          touched.prune(pruned);
          continue;
        }
        const { begin, end } = action.range;
        touched.add(begin, end, ++version);
        for (const letter of letters)
          if (letter >= begin && letter < end) versionsOf.get(letter)!.push(version);
      }
      for (let asOf = pruned; asOf <= version; asOf++) {
        for (const letter of letters) {
          const kept = versionsOf.get(letter)!.filter((one) => one > pruned);
          expect(touched.latest(letter, asOf)).toBe(kept.findLast((one) => one <= asOf) ?? 0);
        }
        const probed = [...letters].filter((letter) => letter >= probe.begin && letter < probe.end);
        const isTouched = probed.some((letter) => versionsOf.get(letter)!.some((one) => one > asOf));
        expect(touched.touchedSince(probe.begin, probe.end, asOf)).toBe(isTouched);
      }
      touched.prune(version);
      expect(touched.isEmpty).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
