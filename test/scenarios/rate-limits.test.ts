// A server with its rate limits on, over real HTTP. Client-Server API, "Rate limiting".
import { expect, it } from 'vitest';
import { rateClasses } from '#http/rate-limits';
import { serveHearth } from '#test/fixtures/served-hearth';
import { api, refusal, signUp, strangerAt } from '#test/fixtures/stranger';

it('asks for patience, says how much, and lets others pass', async () => {
  await using hearth = await serveHearth({ settings: { rate_limits: 'on' } });
  const call = strangerAt(hearth.url);
  const [alice, bob] = [await signUp(call, 'alice'), await signUp(call, 'bob')];

  const guess = { type: 'm.login.password', user: 'alice', password: 'a guess' };
  const guesses = [];
  for (let index = 0; index <= rateClasses.loginToAccount.burst; index++) {
    guesses.push(await call('POST', `${api}/login`, { body: guess }));
  }
  const refused = guesses.pop()!;
  expect(new Set(guesses.map(refusal))).toEqual(new Set(['403 M_FORBIDDEN']));
  expect(refusal(refused)).toBe('429 M_LIMIT_EXCEEDED');
  const retryAfterMs = Number(refused.body.retry_after_ms);
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(1_000 / rateClasses.loginToAccount.perSecond);
  expect(refused.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1_000)));
  expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  // The right password is held up as well, or guessing would go on; other accounts are not.
  const right = { ...guess, password: "alice's password" };
  expect(refusal(await call('POST', `${api}/login`, { body: right }))).toBe('429 M_LIMIT_EXCEEDED');
  const other = { ...guess, user: 'bob', password: "bob's password" };
  expect((await call('POST', `${api}/login`, { body: other })).status).toBe(200);

  const filter = `/user/${encodeURIComponent(alice.userId)}/filter`;
  const writes = await Promise.all(
    Array.from({ length: rateClasses.write.burst + 20 }, () => alice.call('POST', filter, { body: {} })),
  );
  expect(new Set(writes.map(({ status }) => status))).toEqual(new Set([200, 429]));
  expect((await alice.call('GET', '/account/whoami')).status).toBe(200);
  expect((await bob.call('POST', '/createRoom', { body: {} })).status).toBe(200);
});
