// The Retry-After header (RFC 9110 section 10.2.3), within the bounds in which we honour it.
import { parseHttpDate } from '#protocol/activitypub/dates';
import { retryAfterMsMax, retryAfterMsMin } from '#support/limits';

/** Milliseconds to wait from `now`; undefined where the header is absent or means nothing. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const date = parseHttpDate(text);
  const waitMs = /^\d{1,12}$/.test(text) ? Number(text) * 1000 : date === undefined ? undefined : date - now;
  return waitMs === undefined ? undefined : Math.min(Math.max(waitMs, retryAfterMsMin), retryAfterMsMax);
}
