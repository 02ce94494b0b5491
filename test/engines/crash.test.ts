// A process that writes is killed again and again; the long form is crash.long.test.ts.
import { expect, test } from 'vitest';
import { crashRepeatedly } from './crash.ts';

const rounds = 12;

test('an acknowledged transaction survives SIGKILL whole, and no other is there in part', async () => {
  expect(await crashRepeatedly(rounds)).toBeGreaterThan(rounds * 10);
}, 60_000);
