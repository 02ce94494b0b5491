import { expect, it } from 'vitest';
import { foldHashtag, isHashtagName } from '#protocol/activitypub/hashtags';

it.each([
  ['Cats', 'cats'],
  ['#Cats', 'cats'],
  ['＃ＣＡＴＳ', 'cats'],
  ['a#b', 'a#b'],
  ['KÄSE', 'käse'],
  ['Ka\u0308se', 'käse'],
])('%s is the tag %s', (name, folded) => expect(foldHashtag(name)).toBe(folded));

it('knows what may be a name', () => {
  for (const name of ['cats', '2026', 'käse', 'a_b·c', '猫', 'x'.repeat(100)])
    expect(isHashtagName(name)).toBe(true);
  for (const name of ['', '<b>', 'a b', '#a', 'a-b', 'x'.repeat(101)])
    expect(isHashtagName(name)).toBe(false);
});
