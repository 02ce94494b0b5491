import fc from 'fast-check';
import { expect, it } from 'vitest';
import { idOfPlace, openTimeSortedIds, placeOfId } from '#databases/social/engines/time-sorted-ids';
import { ProtocolError } from '#support/errors';
import { seededRandom } from '#support/random';

it('grows, whatever the clock does and however many are drawn in a millisecond', () => {
  const moments = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 2 ** 42 - 10_000 }), fc.integer({ min: 1, max: 600 })),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(moments, (drawn) => {
      let now = 0;
      const next = openTimeSortedIds({ now: () => now }, seededRandom('ids'));
      let last = -1n;
      let lastPlace = '';
      for (const [moment, count] of drawn) {
        now = moment;
        for (let index = 0; index < count; index++) {
          const id = next();
          const place = placeOfId(id);
          expect(id > last && place > lastPlace && id < 2n ** 63n).toBe(true);
          expect(idOfPlace(place)).toBe(id);
          last = id;
          lastPlace = place;
        }
      }
    }),
    { numRuns: 50 },
  );
});

it('sorts by time between processes', () => {
  const ids = ['a', 'b', 'c'].map((seed, index) =>
    openTimeSortedIds({ now: () => 1_800_000_000_000 + index }, seededRandom(seed))(),
  );
  expect(ids).toEqual([...ids].sort((one, other) => (one < other ? -1 : 1)));
  expect((ids[0] as bigint) >> 21n).toBe(1_800_000_000_000n);
});

it('differs between processes in the same millisecond, all but always', () => {
  const drawn = Array.from({ length: 20 }, (_, index) =>
    openTimeSortedIds({ now: () => 1 }, seededRandom(`${index}`))(),
  );
  expect(new Set(drawn).size).toBe(20);
});

it('takes the positions of our store for places, and nothing else', () => {
  expect(idOfPlace('0000000000000001ffffffff')).toBe(1n);
  expect(idOfPlace('ffffffffffffffff')).toBe(2n ** 63n - 1n);
  for (const text of ['', 'x', '00', '000000000000000G', `${'0'.repeat(16)}\n`, '0'.repeat(17)]) {
    expect(() => idOfPlace(text)).toThrow(ProtocolError);
  }
});
