import { expect, test } from 'vitest';
import { makePasswordHasher, passwordCost } from '#domain/identity/password-hasher';
import { systemRandom } from '#support/random';

const cheap = { memoryKib: 64, passes: 1 };
const hasher = makePasswordHasher(systemRandom, cheap);

test('a hash is argon2id with a salt of its own and checks only its password', async () => {
  const [first, second] = await Promise.all([hasher.hash('secret'), hasher.hash('secret')]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
  expect(first).not.toBe(second);
  expect(await hasher.verify(first, 'secret')).toBe(true);
  expect(await hasher.verify(first, 'Secret')).toBe(false);
});

test('where there is no hash the answer is no, after the same work', async () => {
  expect(await hasher.verify(undefined, 'secret')).toBe(false);
});

test("today's cost is OWASP's, and hashes of another cost count as outdated", async () => {
  expect(passwordCost).toEqual({ memoryKib: 19_456, passes: 2 });
  const stored = await hasher.hash('secret');
  expect(hasher.isOutdated(stored)).toBe(false);
  expect(makePasswordHasher(systemRandom, { memoryKib: 128, passes: 1 }).isOutdated(stored)).toBe(true);
});

test('passwords have a least and a greatest length, counted in bytes', async () => {
  await expect(hasher.hash('')).rejects.toMatchObject({ errcode: 'M_WEAK_PASSWORD' });
  await expect(hasher.hash('é'.repeat(257))).rejects.toMatchObject({ errcode: 'M_INVALID_PARAM' });
  const longest = 'é'.repeat(256);
  const stored = await hasher.hash(longest);
  expect(await hasher.verify(stored, longest)).toBe(true);
  expect(await hasher.verify(stored, `${longest}x`)).toBe(false);
});

test('of too many at once some are turned away, and the rest are answered', async () => {
  const crowded = makePasswordHasher(systemRandom, cheap);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 110 }, () => crowded.verify(undefined, 'x')),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(8);
  expect(refused[0]).toMatchObject({
    reason: { errcode: 'M_LIMIT_EXCEEDED', details: { retry_after_ms: 2_000 } },
  });
  expect(await crowded.verify(undefined, 'x')).toBe(false);
});
