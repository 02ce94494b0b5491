import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStateKeyText, stateKeyText } from '#protocol/matrix/state-keys';
import { anyText } from '#test/fixtures/any-text';

test('a key is read back from its text, whatever it is made of', () => {
  const part = fc.oneof(anyText, fc.constantFrom('', '0', ' ', '1 a', '\0', '\ud83d'));
  fc.assert(
    fc.property(part, part, (type, stateKey) => {
      expect(readStateKeyText(stateKeyText(type, stateKey))).toEqual([type, stateKey]);
    }),
  );
});
