import { expect, it } from 'vitest';
import { textOf } from '#protocol/activitypub/reading';

it('makes of every text one that can be kept and shown anywhere', () => {
  expect(textOf('a\0b', 10)).toBe('ab');
  expect(textOf('half \ud83d', 10)).toBe('half \ufffd');
  // A cut through the middle of a character leaves no half of it.
  expect(textOf('ab😀', 3)).toBe('ab\ufffd');
  expect(textOf(['one', 'two'], 10)).toBe('one');
  expect(textOf(7, 10)).toBeUndefined();
});
