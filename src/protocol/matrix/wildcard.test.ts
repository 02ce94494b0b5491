// `*` against a plain recursive definition, and against patterns made to be slow.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesWildcard } from '#protocol/matrix/wildcard';

function matchesSlowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') {
    return matchesSlowly(pattern.slice(1), text) || (text !== '' && matchesSlowly(pattern, text.slice(1)));
  }
  return pattern[0] === text[0] && matchesSlowly(pattern.slice(1), text.slice(1));
}

it.each([
  ['m.room.*', 'm.room.message', true],
  ['m.room.*', 'm.room.', true],
  ['m.room.*', 'm.room', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['', '', true],
  ['', 'a', false],
  ['a*a', 'a', false],
  ['m.?oom', 'm.room', false],
  ['m.room.message', 'm_room_message', false],
  ['*.*.*', 'a.b.c', true],
])('%j against %j: %s', (pattern, text, matches) => {
  expect(matchesWildcard(pattern, text)).toBe(matches);
});

it('agrees with the definition', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (p, t) => {
      expect(matchesWildcard(p, t)).toBe(matchesSlowly(p, t));
    }),
    { numRuns: 1_000 },
  );
});

it('answers patterns of many stars', () => {
  expect(matchesWildcard(`${'*a'.repeat(10_000)}b`, 'a'.repeat(60_000))).toBe(false);
});
