// The specification's examples of paths, and names that objects inherit. Appendices, "Dot-separated property paths".
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePropertyPath, propertyAt } from '#protocol/matrix/property-path';

it.each([
  ['content.body', ['content', 'body']],
  ['content.m\\.relates_to', ['content', 'm.relates_to']],
  ['content.m\\\\foo', ['content', 'm\\foo']],
  ['content.\\x', ['content', '\\x']],
  ['content\\', ['content\\']],
  ['a\\\\.b', ['a\\', 'b']],
  ['', ['']],
  ['a..b', ['a', '', 'b']],
])('%j names %j', (path, names) => {
  expect(parsePropertyPath(path)).toEqual(names);
});

it('any names that are escaped come back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('.', '\\', 'a') }), { minLength: 1 }), (names) => {
      const path = names.map((name) => name.replaceAll(/[.\\]/g, '\\$&')).join('.');
      expect(parsePropertyPath(path)).toEqual(names);
    }),
  );
});

it('leads through objects only, and to what is their own', () => {
  const event = { content: { body: 'hi', list: ['x'], 'm.mentions': { room: true } }, none: null };
  expect(propertyAt(event, ['content', 'm.mentions', 'room'])).toBe(true);
  expect(propertyAt(event, ['none'])).toBe(null);
  expect(propertyAt(event, ['none', 'x'])).toBeUndefined();
  expect(propertyAt(event, ['content', 'list', '0'])).toBeUndefined();
  expect(propertyAt(event, ['content', 'body', 'length'])).toBeUndefined();
  expect(propertyAt(event, ['constructor'])).toBeUndefined();
  expect(propertyAt(event, ['content', '__proto__'])).toBeUndefined();
});
