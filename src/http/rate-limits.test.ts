import { describe, expect, it } from 'vitest';
import { makeRateLimits, rateClasses, rateSubjectsMax } from '#http/rate-limits';
import { ProtocolError } from '#support/errors';

function limitsAt() {
  let nowMs = 1_000_000;
  const limits = makeRateLimits(
    { now: () => nowMs, sleep: async () => undefined },
    { ...rateClasses, login: { perSecond: 2, burst: 3 } },
  );
  const waitOf = (subject: string): number => {
    try {
      limits.admit('login', subject);
      return 0;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return Number(error.details.retry_after_ms);
    }
  };
  return { waitOf, pass: (durationMs: number) => (nowMs += durationMs) };
}

describe('rate limits', () => {
  it('lets a burst pass, then the steady rate, and says exactly how long to wait', () => {
    const { waitOf, pass } = limitsAt();
    expect([waitOf('a'), waitOf('a'), waitOf('a'), waitOf('a')]).toEqual([0, 0, 0, 500]);
    pass(499);
    expect(waitOf('a')).toBe(1);
    pass(1);
    expect([waitOf('a'), waitOf('a')]).toEqual([0, 500]);
  });

  it('counts refused calls for nothing, and fills up again in quiet times up to the burst', () => {
    const { waitOf, pass } = limitsAt();
    for (let call = 0; call < 50; call++) waitOf('a');
    expect(waitOf('a')).toBe(500);
    pass(3_600_000);
    expect([waitOf('a'), waitOf('a'), waitOf('a'), waitOf('a')]).toEqual([0, 0, 0, 500]);
  });

  it('keeps subjects apart and forgets those that were quiet longest', () => {
    const { waitOf } = limitsAt();
    for (let call = 0; call < 3; call++) waitOf('a');
    expect([waitOf('a'), waitOf('b')]).toEqual([500, 0]);
    for (let other = 0; other < rateSubjectsMax; other++) waitOf(`other ${other}`);
    expect(waitOf('a')).toBe(0);
  });
});
