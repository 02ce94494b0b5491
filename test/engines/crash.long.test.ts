// The crash test with many more kills.
import { expect, test } from 'vitest';
import { crashRepeatedly } from './crash.ts';

const rounds = 300;

test('an acknowledged transaction survives hundreds of SIGKILLs', async () => {
  expect(await crashRepeatedly(rounds)).toBeGreaterThan(rounds * 10);
}, 900_000);
