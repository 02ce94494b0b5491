import { expect, test } from 'vitest';
import { type Caller, makeCallerCache } from '#domain/identity/caller-cache';
import type { UserId } from '#protocol/matrix/identifiers';

const clock = { now: () => 0, sleep: async () => {} };
const caller = (deviceId: string, name = 'alice'): Caller => ({
  userId: `@${name}:example.org` as UserId,
  localpart: name,
  deviceId,
});

test('what was read before somebody was forgotten is not remembered', () => {
  const cache = makeCallerCache(clock);
  const { generation } = cache;
  cache.forget(caller('A').userId, 'A');
  cache.remember('token', caller('A'), generation);
  expect(cache.get('token')).toBeUndefined();
  cache.remember('token', caller('A'), cache.generation);
  expect(cache.get('token')).toEqual(caller('A'));
});

test('one device is forgotten, or all of a user, and never those of others', () => {
  const cache = makeCallerCache(clock);
  const callers = { a: caller('A'), b: caller('B'), c: caller('C'), d: caller('A', 'bob') };
  for (const [token, who] of Object.entries(callers)) cache.remember(token, who, cache.generation);
  const left = () => Object.keys(callers).filter((token) => cache.get(token));
  cache.forget(caller('A').userId, 'A');
  expect(left()).toEqual(['b', 'c', 'd']);
  cache.forget(caller('A').userId);
  expect(left()).toEqual(['d']);
});
