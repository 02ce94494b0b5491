// Patterns beside a plain recursive definition over characters, the specification's own examples, and patterns made to
// be slow. Appendices, "Glob-style matching"; push module, `event_match`.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, compileWords, foldCase, type GlobExtent } from '#protocol/matrix/glob';

const matches = (pattern: string, text: string, extent: GlobExtent = 'whole') =>
  compileGlob(pattern, extent)(foldCase(text));

/** The definition, character by character. */
function defined(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') return defined(rest, text) || (text.length > 0 && defined(pattern, text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && defined(rest, text.slice(1));
}

function definedInWords(pattern: string, text: string): boolean {
  const characters = Array.from(text);
  const isBoundary = (at: number) =>
    at === 0 || at === characters.length || /\W/.test(characters[at - 1]!) || /\W/.test(characters[at]!);
  const places = Array.from({ length: characters.length + 1 }, (_, at) => at).filter(isBoundary);
  return places.some((from) =>
    places.some((to) => to >= from && defined(Array.from(pattern), characters.slice(from, to))),
  );
}

describe('all of the text', () => {
  it.each([
    ['lunc?*', 'Lunch plans', true],
    ['lunc?*', 'LUNCH', true],
    ['lunc?*', ' lunch', false],
    ['lunc?*', 'lunc', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['?', '', false],
    ['?', 'ab', false],
    ['?', '👍', true],
    ['??', '👍', false],
    ['a?b', 'a👍b', true],
    ['*?b', '👍b', true],
    ['?*?', '👍', false],
    ['*.evil.com', 'www.EVIL.com', true],
    ['*.evil.com', 'evil.com', false],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
  ])('%j against %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it('does not let two segments share a character', () => {
    expect(matches('ab*ba', 'aba')).toBe(false);
    expect(matches('a?*?a', 'axa')).toBe(false);
  });

  it('finds a segment of more characters than a word has bits', () => {
    const long = 'x'.repeat(40);
    expect(matches(`*${long}?y*`, `${'x'.repeat(60)}zy!`)).toBe(true);
    expect(matches(`*${long}?y*`, `${'x'.repeat(39)}zy!`)).toBe(false);
    expect(matches(`${'?'.repeat(64)}`, 'x'.repeat(64))).toBe(true);
    expect(matches(`${'?'.repeat(65)}`, 'x'.repeat(64))).toBe(false);
  });
});

describe('words', () => {
  it.each([
    ['ex*ple', 'An example event.', true],
    ['ex*ple', 'exple', true],
    ['ex*ple', 'An exciting triple-whammy', true],
    ['ex*ple', 'An examples event', false],
    ['cake', 'cakes and a CAKE.', true],
    ['cake', 'cheesecake', false],
    ['cake', 'under_cake', false],
    ['cake', 'überall_cake', false],
    ['cake', 'écake', true],
    ['cak?', 'cakes, cake', true],
    ['c?ke', 'cheesecake', false],
    ['*cake', 'cheesecake', true],
    ['cake*', 'cheesecake', false],
    ['@room', 'hi@room', true],
    ['?', 'ab', false],
    ['?', 'ab 👍', true],
    ['', 'anything', true],
  ])('%j in %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text, 'words')).toBe(expected);
  });

  it('takes a display name literally', () => {
    const isNamed = (name: string, text: string) => compileWords(name)(foldCase(text));
    expect(isNamed('B*b', 'hello B*B!')).toBe(true);
    expect(isNamed('B*b', 'hello Bob')).toBe(false);
    expect(isNamed('Wh?', 'who')).toBe(false);
    expect(isNamed('Wh?', 'wh?')).toBe(true);
    expect(isNamed('bo', 'bob, bo')).toBe(true);
  });
});

describe('any pattern and text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '👍', '💙'), maxLength: 9 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '👍', '?', '*'), maxLength: 7 });

  it('agrees with the definition', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(matches(p, t)).toBe(defined(Array.from(p), Array.from(t)));
        expect(matches(p, t, 'words')).toBe(definedInWords(p, t));
      }),
      { numRuns: 3_000 },
    );
  });

  it('agrees with the definition for literals', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '*', ' '), maxLength: 4 }), text, (p, t) => {
        const expected = definedInWords(p.replaceAll('*', '💥'), t.replaceAll('💙', '💥'));
        expect(compileWords(p)(t.replaceAll('💙', '*'))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

it.each<[string, GlobExtent]>([
  [`${'*a'.repeat(10_000)}b`, 'whole'],
  [`*${'a?'.repeat(500)}b*`, 'whole'],
  [`${'a'.repeat(1_000)}b`, 'words'],
  [`${'?'.repeat(1_000)}b`, 'words'],
  [`${'a'.repeat(1_000)}`, 'words'],
])('answers a pattern made to be slow', (pattern, extent) => {
  expect(matches(pattern, `${'a'.repeat(60_000)}c`, extent)).toBe(false);
});
